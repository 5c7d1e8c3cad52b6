import { z } from 'zod'
import { time } from './page.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const digests = z.record(z.string().max(64), sha256)

/** The platform file that was applied last. */
export const appliedPlatform = z.object({
  /** Null: none was applied here. */
  applied: z.object({ digest: sha256, connectors: digests, at: time }).nullable(),
})
export type AppliedPlatform = z.infer<typeof appliedPlatform>

export const keepPlatform = z.strictObject({
  digest: sha256.describe('Of the file'),
  connectors: digests.describe('Of what each connector was handed in with, by its short name'),
  changes: z
    .array(z.string().max(200))
    .max(10_000)
    .describe('What it changed, one line each; no secrets and no personal data, since it stands in the ledger'),
})
