import { z } from 'zod'
import { connectorInPath } from './directory.ts'
import { idOf, time } from './page.ts'

/** `good`: it works. `failing`: it could not be renewed or tested lately and is tried again. `ended`: somebody has to act. */
export const accountState = z.enum(['good', 'failing', 'ended'])

/** An account that a person linked. Its credential is never part of any answer. */
export const linkedAccount = z.object({
  id: idOf('lnk'),
  connector: z.object({ slug: z.string(), name: z.string() }),
  kind: z.enum(['key', 'oauth']),
  /** What the person calls it. */
  label: z.string().nullable(),
  /** Whose account it is, in the provider's words: an address, a name. */
  identity: z.string().nullable(),
  isDefault: z.boolean(),
  /** The authorization server, where people sign in. */
  issuer: z.string().nullable(),
  scopes: z.array(z.string()).readonly(),
  health: z.object({ state: accountState, reason: z.string().nullable(), who: z.string().nullable(), since: time }),
  linkedAt: time,
  /** When the connector was last asked and took it. */
  testedAt: time.nullable(),
})
export type LinkedAccount = z.infer<typeof linkedAccount>

export const accountList = z.object({ items: z.array(linkedAccount).readonly(), nextCursor: z.null() })

const label = z.string().trim().min(1).max(60).describe('What you call it; an assistant may choose it by this name')
const page = z
  .string()
  .regex(/^[A-Za-z0-9_-]{32}$/)
  .describe('The connect page that this is for')
const account = idOf('lnk')

/** Where the person will sign in, and what they will be asked for. Nothing is kept by asking. */
export const signInPlace = z.object({
  /** Host of the page where the person signs in. */
  host: z.string(),
  issuer: z.string(),
  scopes: z.array(z.string()).readonly(),
})
export type SignInPlace = z.infer<typeof signInPlace>
export const askSignInPlace = connectorInPath.extend({ page: page.optional(), account: account.optional().describe('The account to renew') })

export const beginSignIn = connectorInPath.extend({
  page: page.optional(),
  account: account.optional().describe('The account to renew; without it, a further one or the one that signs in'),
  label: label.optional(),
  chooseAccount: z.boolean().default(false).describe('Ask the provider to let you choose another account'),
})
export const begunSignIn = z.object({ url: z.string(), host: z.string() })
export type BegunSignIn = z.infer<typeof begunSignIn>

/** What the provider sent the person back with. */
export const finishSignIn = z.strictObject({
  path: z.string().max(100).describe('Path of the address they came back to'),
  state: z.string().min(1).max(200),
  code: z.string().max(8_192).optional(),
  iss: z.string().max(2_048).optional(),
  error: z.string().max(200).optional(),
})
export const finishedSignIn = z.object({
  account: linkedAccount,
  /** What was asked for and not granted. */
  missing: z.array(z.string()).readonly(),
  /** Whether an assistant waits for it. */
  forCall: z.boolean(),
})
export type FinishedSignIn = z.infer<typeof finishedSignIn>

export const giveAccountKey = connectorInPath.extend({
  secret: z.string().trim().min(1).max(8_192),
  label: label.optional(),
  page: page.optional(),
  account: account.optional().describe('The account whose key is replaced'),
})

export const accountInPath = z.strictObject({ id: account })
export const changeAccount = accountInPath.extend({
  label: label.nullable().optional(),
  isDefault: z.literal(true).optional().describe('Calls use this account from now on'),
})

/** What became of the tokens at the provider. Here they are destroyed in any case. */
export const unlinkedAccount = z.object({
  revocation: z.object({
    /** `waiting`: it did not answer and is asked again. `not-offered`: it has no way, or the account is a key. */
    how: z.enum(['done', 'waiting', 'refused', 'not-offered']),
    endpoint: z.string().nullable(),
    status: z.int().nullable(),
    at: time.nullable(),
  }),
})
export type UnlinkedAccount = z.infer<typeof unlinkedAccount>

export const connectPageInPath = z.strictObject({ id: page })
/** A page on which one person links an account, because a call of theirs needs it. */
export const connectPage = z.object({
  id: z.string(),
  connector: z.object({ slug: z.string(), name: z.string() }),
  /** `missing`: no account yet. `ended`: its sign-in is over. `more`: more has to be granted. `moved`: the connector has another address now. */
  why: z.enum(['missing', 'ended', 'more', 'moved']),
  state: z.enum(['open', 'done', 'declined', 'over']),
  account: idOf('lnk').nullable(),
  kind: z.enum(['bearer', 'basic', 'header', 'query', 'cookie', 'oauth2', 'none']),
  scopes: z.array(z.string()).readonly(),
  expiresAt: time,
})
export type ConnectPage = z.infer<typeof connectPage>

/** Who this installation is at the authorization server of a connector, as somebody registered it by hand. */
export const oauthClientState = z.object({
  issuer: z.string(),
  clientId: z.string(),
  method: z.string(),
  hasSecret: z.boolean(),
  /** To be registered there. */
  redirectUri: z.string(),
  setAt: time,
})
export type OAuthClientState = z.infer<typeof oauthClientState>
export const oauthClientOf = z.object({
  /** Where people come back to: register this address at the provider. Null: nothing says where people sign in. */
  redirectUri: z.string().nullable(),
  issuer: z.string().nullable(),
  given: oauthClientState.nullable(),
})
export type OAuthClientOf = z.infer<typeof oauthClientOf>
export const giveOAuthClient = connectorInPath.extend({
  clientId: z.string().trim().min(1).max(2_000),
  secret: z.string().min(1).max(4_096).optional().describe('Without one: a public client, or one that proves itself by our key'),
})
