import { z } from 'zod'
import { idOf, time } from './page.ts'
import { account, linkToken, password } from './people.ts'

export const signIn = z.strictObject({
  email: z.string().max(254),
  /** Only bounded here: whether it has the right length is nobody's business before it is the right one. */
  password: z.string().max(1_024),
  /** Of the authenticator app, or a recovery code, where the account asks for one. */
  code: z.string().max(40).optional(),
})
export type SignIn = z.infer<typeof signIn>

/** How a session was begun. */
export const signInMethods = ['password', 'password-and-code', 'password-and-recovery-code', 'passkey', 'provider', 'link', 'assertion'] as const
const signInMethod = z.enum(signInMethods)
export type SignInMethod = (typeof signInMethods)[number]

/** The session of whoever asks. */
export const currentSession = z.object({
  user: account,
  workspace: z.object({ id: idOf('wsp'), name: z.string() }),
  /** Sent back as `x-handfast-csrf` with every change made under this session. */
  csrf: z.string(),
  expiresAt: time,
  /** Until when the last proof that it is them counts as fresh. */
  provenUntil: time,
  method: signInMethod.nullable(),
  /** The provider that they came through. */
  provider: z.string().nullable(),
  /** Whether it was begun with more than a password. */
  strong: z.boolean(),
  /** What is to be set up, or used, before this session is good for anything else. */
  lacks: z.enum(['second-factor']).nullable(),
  /** The assistant that vouches for its user; such a session is good for the pages that it sends them to. */
  hostedBy: idOf('ast').nullable(),
})
export type CurrentSession = z.infer<typeof currentSession>

export const sessionSummary = z.object({
  id: z.string(),
  current: z.boolean(),
  /** What the browser called itself at sign-in. */
  agent: z.string(),
  /** Where it was begun from, and how; null: before this was kept. */
  address: z.string().nullable(),
  method: signInMethod.nullable(),
  provider: z.string().nullable(),
  startedAt: time,
  seenAt: time,
  expiresAt: time,
})
export type SessionSummary = z.infer<typeof sessionSummary>

/** `current` is looked at where it is sent; a fresh proof is asked for anyway. */
export const changePassword = z.strictObject({ current: z.string().max(1_024).optional(), password })
export type ChangePassword = z.infer<typeof changePassword>

/** The token is the part of the link after `#`. */
export const openPageLink = z.strictObject({ token: linkToken })
/** Where the assistant sends its user, as a path of the console. */
export const openedPage = z.object({ page: z.string(), session: currentSession })
export type OpenedPage = z.infer<typeof openedPage>
