import { z } from 'zod'
import { pageQuery, time } from './page.ts'

export const ledgerQuery = pageQuery.extend({
  event: z.string().max(60).optional().describe('Only entries of this event'),
  subject: z.string().max(100).optional().describe('Only entries about this id'),
})
export type LedgerQuery = z.infer<typeof ledgerQuery>
/** `leafIndex`: the place in the tree; null until it has one. `body`: the exact bytes of the leaf. */
export const ledgerEntry = z.object({ leafIndex: z.number().nullable(), at: time, event: z.string(), subject: z.string(), body: z.string() })
export type LedgerEntryView = z.infer<typeof ledgerEntry>

export const decisionView = z.object({
  id: z.string(),
  connector: z.string(),
  kind: z.string(),
  release: z.string().nullable(),
  digest: z.string().nullable(),
  tool: z.string().nullable(),
  ground: z.string().nullable(),
  clause: z.string().nullable(),
  reason: z.string(),
  decidedAs: z.array(z.string()).readonly(),
  by: z.string(),
  at: time,
  /** When it takes effect; null: at once. */
  effectiveAt: time.nullable(),
  /** When it ends by itself; null: it lasts. */
  until: time.nullable(),
  /** The decision that it answers. */
  about: z.string().nullable(),
})
export type DecisionView = z.infer<typeof decisionView>
