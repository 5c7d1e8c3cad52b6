import { z } from 'zod'

/** Erasing cannot be undone, so the password is asked for again. */
export const eraseMe = z.strictObject({ password: z.string().max(1_024) })
export type EraseMe = z.infer<typeof eraseMe>
