import { z } from 'zod'

/** What anybody may know about this installation. */
export const instance = z.object({
  name: z.string(),
  profile: z.enum(['house', 'public']),
  version: z.string(),
  /** False until the first operator has opened the one-time link that the server printed. */
  setUp: z.boolean(),
})
export type Instance = z.infer<typeof instance>
