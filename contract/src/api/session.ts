import { z } from 'zod'
import { idOf, time } from './page.ts'
import { account, password } from './people.ts'

export const signIn = z.strictObject({
  email: z.string().max(254),
  /** Only bounded here: whether it has the right length is nobody's business before it is the right one. */
  password: z.string().max(1_024),
})
export type SignIn = z.infer<typeof signIn>

/** The session of whoever asks. */
export const currentSession = z.object({
  user: account,
  workspace: z.object({ id: idOf('wsp'), name: z.string() }),
  /** Sent back as `x-handfast-csrf` with every change made under this session. */
  csrf: z.string(),
  expiresAt: time,
})
export type CurrentSession = z.infer<typeof currentSession>

export const sessionSummary = z.object({
  id: z.string(),
  current: z.boolean(),
  /** What the browser called itself at sign-in. */
  agent: z.string(),
  startedAt: time,
  seenAt: time,
  expiresAt: time,
})
export type SessionSummary = z.infer<typeof sessionSummary>

export const changePassword = z.strictObject({ current: z.string().max(1_024), password })
export type ChangePassword = z.infer<typeof changePassword>
