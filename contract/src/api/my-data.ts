import { z } from 'zod'

/** Erasing cannot be undone: it asks for a fresh proof. A password is looked at where it is sent. */
export const eraseMe = z.strictObject({ password: z.string().max(1_024).optional() })
export type EraseMe = z.infer<typeof eraseMe>
