import { z } from 'zod'
import { idOf, pageQuery, time } from './page.ts'

/** What a credential was opened for, once. */
export const credentialUse = z.object({
  at: time,
  /** `call`: it travelled with a call. The others are what the house does for the account itself. */
  why: z.enum(['call', 'renewal', 'test', 'revocation', 'review']),
  /** The call, for uses of one's own; its story is at /api/v1/calls/{id}. */
  call: z.string().nullable(),
  user: z.string().nullable(),
  assistant: z.string().nullable(),
  tool: z.string().nullable(),
  /** How the call ended; null: not a call, or not over. */
  state: z.string().nullable(),
  /** Of a review: the run of probes that it was opened for. */
  run: z.string().nullable(),
})
export type CredentialUseView = z.infer<typeof credentialUse>

/** A linked account, or a key that stands by itself. */
export const credentialUsesQuery = pageQuery.extend({ id: z.union([idOf('crd'), idOf('lnk')]) })
