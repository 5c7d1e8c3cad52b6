import { z } from 'zod'
import { idOf, time } from './page.ts'

export const accessToken = z.object({
  id: idOf('tok'),
  name: z.string(),
  /** First characters, to recognise it by. */
  prefix: z.string(),
  assistant: z.object({ id: idOf('ast'), name: z.string() }),
  createdAt: time,
  expiresAt: time.nullable(),
  /** To the minute. */
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
})
export type AccessToken = z.infer<typeof accessToken>

export const createToken = z.strictObject({
  name: z.string().trim().min(1).max(100).describe('What it is for'),
  assistant: z.string().trim().min(1).max(100).describe('The assistant that will hold it'),
  expiresAt: time.optional().describe('Absent: until it is revoked'),
})
export type CreateToken = z.infer<typeof createToken>

/** The only time that the secret is shown. */
export const createdToken = z.object({ token: accessToken, secret: z.string() })
export type CreatedToken = z.infer<typeof createdToken>

export const assistant = z.object({ id: idOf('ast'), name: z.string(), createdAt: time })
export type Assistant = z.infer<typeof assistant>
