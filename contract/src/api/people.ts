import { z } from 'zod'
import { roles } from '../roles.ts'
import { idOf, time } from './page.ts'

export const SHORTEST_PASSWORD = 12
export const LONGEST_PASSWORD = 256

export const password = z.string().min(SHORTEST_PASSWORD).max(LONGEST_PASSWORD)
export const email = z.string().trim().max(254).pipe(z.email())
export const personName = z.string().trim().min(1).max(100)
export const role = z.enum(roles)

export const account = z.object({
  id: idOf('usr'),
  name: z.string(),
  email: z.string(),
  roles: z.array(role).readonly(),
  /** `invited`: the one-time link was not opened yet. */
  state: z.enum(['invited', 'active', 'disabled']),
  createdAt: time,
  /** The assistant that vouches for them; null: they sign in here. */
  assertedBy: idOf('ast').nullable(),
})
export type Account = z.infer<typeof account>

/** The token is the part of a one-time link after `#`. */
export const linkToken = z.string().min(1).max(200)

/** What the first operator gives at `/welcome`. */
export const welcome = z.strictObject({ token: linkToken, name: personName, email, password })
export type Welcome = z.infer<typeof welcome>

export const invite = z.strictObject({ name: personName, email, roles: z.array(role).max(roles.length).default(['user']) })
export type Invite = z.infer<typeof invite>

/** A one-time link for one person. It is shown once, here; whoever opens it first sets the password. */
export const issuedLink = z.object({ user: account, link: z.string(), expiresAt: time })
export type IssuedLink = z.infer<typeof issuedLink>

export const acceptInvitation = z.strictObject({
  token: linkToken,
  name: personName.optional(),
  password,
  /** Of the second factor, where the account has one. */
  code: z.string().max(40).optional(),
})
export type AcceptInvitation = z.infer<typeof acceptInvitation>

export const userInPath = z.strictObject({ id: idOf('usr') })

export const changeUser = z.strictObject({
  id: idOf('usr'),
  name: personName.optional(),
  roles: z.array(role).max(roles.length).optional(),
  disabled: z.boolean().optional(),
})
export type ChangeUser = z.infer<typeof changeUser>
