import { z } from 'zod'
import { idOf, pageQuery, time } from './page.ts'

/** Something that has to happen at a time, as an operator sees it. */
export const deadline = z.object({
  id: idOf('ddl'),
  kind: z.string(),
  subject: z.string(),
  /** `dead`: given up, for a person to look at. */
  state: z.enum(['waiting', 'due', 'under-way', 'done', 'dead']),
  dueAt: time,
  attempts: z.int(),
  triedAgainAt: time.nullable(),
  /** Why the last attempt failed. */
  reason: z.string().nullable(),
  /** When it was done or given up. */
  endedAt: time.nullable(),
})
export type DeadlineView = z.infer<typeof deadline>

export const deadlinesQuery = pageQuery.extend({ state: z.enum(['open', 'dead', 'done']).optional().describe('Only these; without it, all') })
export const deadlineInPath = z.strictObject({ id: idOf('ddl') })
