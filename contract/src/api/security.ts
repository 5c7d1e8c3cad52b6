import { z } from 'zod'
import { time } from './page.ts'
import { email, personName } from './people.ts'
import { currentSession } from './session.ts'

/** Long enough for every authenticator; what is in it is read by the library that knows the format. */
const base64 = z.string().max(20_000)
const transports = z.array(z.string().max(50)).max(20)
const step = z.string().min(1).max(4_000)

/** What a browser makes of a request for a new passkey (WebAuthn section 5.2.1, as JSON). */
const creationAnswer = z.object({
  id: base64,
  rawId: base64,
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(50).optional(),
  clientExtensionResults: z.looseObject({}),
  response: z.object({
    clientDataJSON: base64,
    attestationObject: base64,
    transports: transports.optional(),
  }),
})
/** What a browser makes of a request for a passkey that is there (WebAuthn section 5.2.2, as JSON). */
const requestAnswer = z.object({
  id: base64,
  rawId: base64,
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(50).optional(),
  clientExtensionResults: z.looseObject({}),
  response: z.object({
    clientDataJSON: base64,
    authenticatorData: base64,
    signature: base64,
    userHandle: z.string().max(200).optional(),
  }),
})

/** What goes to the browser's own question, untouched, with the step that its answer belongs to. */
export const passkeyQuestion = z.object({ step: z.string(), options: z.looseObject({}) })
export type PasskeyQuestion = z.infer<typeof passkeyQuestion>
export const passkeySignIn = z.strictObject({ step, response: requestAnswer })
export type PasskeySignIn = z.infer<typeof passkeySignIn>

export const passkeyName = z.string().trim().min(1).max(60)
export const addPasskey = z.strictObject({ step, name: passkeyName, response: creationAnswer })
export type AddPasskey = z.infer<typeof addPasskey>
export const passkey = z.object({ id: z.string(), name: z.string(), createdAt: time, lastUsedAt: time.nullable(), synced: z.boolean() })
export type PasskeyView = z.infer<typeof passkey>
export const passkeyInPath = z.strictObject({ id: z.string().max(60) })
export const renamePasskey = z.strictObject({ id: z.string().max(60), name: passkeyName })

/** Shown once, here. Null where there are codes already. */
const recoveryCodesOnce = z.array(z.string()).nullable()
export const addedPasskey = z.object({ passkey, recoveryCodes: recoveryCodesOnce })
export type AddedPasskey = z.infer<typeof addedPasskey>
export const newTotp = z.object({ secret: z.string(), uri: z.string() })
export type NewTotpView = z.infer<typeof newTotp>
export const confirmTotp = z.strictObject({ code: z.string().max(20) })
export const confirmedTotp = z.object({ recoveryCodes: recoveryCodesOnce })
export type ConfirmedTotp = z.infer<typeof confirmedTotp>
export const recoveryCodes = z.object({ codes: z.array(z.string()) })
export type RecoveryCodes = z.infer<typeof recoveryCodes>

export const identity = z.object({ id: z.string(), provider: z.string(), label: z.string(), createdAt: time, lastUsedAt: time.nullable() })
/** All that opens an account. */
export const waysIn = z.object({
  hasPassword: z.boolean(),
  totpSince: time.nullable(),
  passkeys: z.array(passkey),
  recoveryCodesLeft: z.number(),
  identities: z.array(identity),
  /** Whether the roles of this account ask for more than a password. */
  needsSecondFactor: z.boolean(),
})
export type WaysInView = z.infer<typeof waysIn>

/** How people can come in. */
export const signInWays = z.object({ providers: z.array(z.object({ id: z.string(), name: z.string() })) })
export type SignInWays = z.infer<typeof signInWays>
export const providerInPath = z.strictObject({ provider: z.string().max(40) })
export const beginProvider = z.strictObject({ provider: z.string().max(40), next: z.string().max(1_000).optional() })
/** Where the browser goes now. What belongs to the answer stays with it in a cookie. */
export const sentAway = z.object({ url: z.string() })
export type SentAway = z.infer<typeof sentAway>
/** `answer`: the query with which the browser came back. */
export const finishProvider = z.strictObject({ provider: z.string().max(40), answer: z.string().max(8_000) })
export const cameBack = z.object({ purpose: z.enum(['sign-in', 'link', 'proof']), next: z.string().nullable(), session: currentSession })
export type CameBackView = z.infer<typeof cameBack>
/** Null: nothing is to be done at the provider. */
export const signedOut = z.object({ url: z.string().nullable() })
export type SignedOut = z.infer<typeof signedOut>

/** A fresh proof: the password, with a code where the account asks for one; or a passkey. */
export const prove = z.union([
  z.strictObject({ password: z.string().max(1_024), code: z.string().max(40).optional() }),
  z.strictObject({ step, response: requestAnswer }),
])
export type Prove = z.infer<typeof prove>

export const changeMe = z.strictObject({ name: personName.optional() })
export type ChangeMe = z.infer<typeof changeMe>
export const changeEmail = z.strictObject({ email })
export type ChangeEmail = z.infer<typeof changeEmail>
