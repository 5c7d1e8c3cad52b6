import { z } from 'zod'

/** A value that can be a condition: what is compared is exact. */
export const plainValue = z.union([z.string(), z.number(), z.boolean(), z.null()])
