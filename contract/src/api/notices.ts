import { z } from 'zod'
import { idOf, pageQuery, time } from './page.ts'

/** What was found at the address of a connector's privacy notice, and differs from what people agreed to. */
export const noticeFinding = z.object({
  id: idOf('sgt'),
  connector: z.object({ slug: z.string(), name: z.string() }),
  language: z.string(),
  url: z.string(),
  /** The words that stand there now, and those that bind; null where none could be read. */
  found: z.string().nullable(),
  agreed: z.string(),
  /** Why none could be read. */
  detail: z.string().nullable(),
  firstSeenAt: time,
  lastSeenAt: time,
  /** Since when it waits for nobody. */
  closedAt: time.nullable(),
  decision: z.enum(['same', 'ask-again']).nullable(),
  reason: z.string().nullable(),
})
export type NoticeFinding = z.infer<typeof noticeFinding>

export const noticeFindingsQuery = pageQuery.extend({
  open: z.stringbool().default(true).describe('True: only what waits for a decision'),
})
export const decideNotice = z.strictObject({
  id: idOf('sgt'),
  decision: z.enum(['same', 'ask-again']).describe('`same`: nothing that matters changed. `ask-again`: everybody is asked before the next call'),
  reason: z.string().trim().min(1).max(2_000),
})
