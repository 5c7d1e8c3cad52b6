import { z } from 'zod'
import { slug } from '../manifest.ts'
import { idOf, time } from './page.ts'

export const subprocessorFields = z.strictObject({
  name: z.string().trim().min(1).max(200),
  country: z.string().regex(/^[A-Z]{2}$/, 'Use the two capital letters of ISO 3166, such as IE.'),
  purpose: z.string().trim().min(1).max(500),
  receives: z.string().trim().min(1).max(500).describe("What of the user's data they get, in words"),
  url: z
    .url({ protocol: /^https$/ })
    .max(1_000)
    .nullable()
    .default(null),
})
export const subprocessor = subprocessorFields.extend({ id: idOf('sub'), addedAt: time, removedAt: time.nullable() })
export type SubprocessorView = z.infer<typeof subprocessor>
export const addSubprocessor = subprocessorFields.extend({ slug })
export const subprocessorInPath = z.strictObject({ slug, subprocessor: idOf('sub') })

/** How the developer of a connector says that it handles data. */
export const handlingFields = z.strictObject({
  retention: z.string().trim().min(1).max(500).describe('How long what it received is kept'),
  locations: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .max(50)
    .describe('Countries where it is kept'),
  encryptedInTransit: z.boolean(),
  encryptedAtRest: z.boolean(),
  usedForTraining: z.literal(false).describe('The terms do not let it be used to train models'),
  soldOrShared: z.boolean(),
  deletionOnRequest: z.string().trim().min(1).max(500).describe('How and how fast'),
  notes: z.string().trim().max(2_000).default(''),
})
export const handlingDeclaration = z.object({ declaration: handlingFields, sha256: z.string(), at: time })
export const declareHandling = handlingFields.extend({ slug })
export const dataHandling = z.object({
  subprocessors: z.array(subprocessor).readonly().describe('With those that are gone, for the history'),
  declarations: z.array(handlingDeclaration).readonly().describe('Newest first; the first is what stands'),
})
export type DataHandlingView = z.infer<typeof dataHandling>
