import { z } from 'zod'
import { idOf, time } from './page.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** One edition of one document, in the exact words that are accepted. */
export const edition = z.object({ id: idOf('edn'), document: z.string(), label: z.string(), sha256, effectiveAt: time, body: z.string() })

/** The documents in force: what is accepted together. */
export const bundle = z.object({ documents: z.array(edition).readonly() })
export type BundleView = z.infer<typeof bundle>

export const accept = z.strictObject({
  developer: idOf('dev').describe('The organisation that is bound'),
  documents: z
    .record(z.string().max(100), sha256)
    .describe('Digest of each document that was on the screen, by its name; all of the bundle, and nothing else'),
  onBehalfOf: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .nullable()
    .default(null)
    .describe('Name of the principal, where it is somebody else than that organisation'),
  authorityAttested: z.boolean().describe('Whether you may accept for it'),
})

/** The receipt of an acceptance. */
export const acceptance = z.object({
  id: idOf('acc'),
  developer: idOf('dev'),
  by: idOf('usr'),
  documents: z.array(z.object({ document: z.string(), edition: z.string(), sha256 })).readonly(),
  entity: z.string().describe('The contracting entity on the side of the operator'),
  onBehalfOf: z.string().nullable(),
  authorityAttested: z.boolean(),
  at: time,
})
export type AcceptanceView = z.infer<typeof acceptance>
export const acceptances = z.object({ items: z.array(acceptance).readonly() })
