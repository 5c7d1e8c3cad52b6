import { z } from 'zod'
import { connectorBySlug } from './connectors.ts'
import { decision, groundCode, statementOfReasons } from './decisions.ts'
import { idOf, time } from './page.ts'

const side = z.enum(['operator', 'developer'])

/** A notice that runs, or ran out. */
const runningNotice = z.object({
  decision: idOf('dcn'),
  by: side,
  givenAt: time,
  endsAt: time,
  /** When whoever gave it asked to take it back; null: they did not. */
  withdrawalAskedAt: time.nullable(),
  statement: statementOfReasons.nullable(),
})

/** The agreement about a connector, for both sides (clauses 5a-term, 5a-notice, 5a-immediate, 5b-survival). */
export const agreement = z.object({
  connector: idOf('con'),
  slug: z.string(),
  developer: idOf('dev'),
  state: z.enum(['in-force', 'notice-given', 'ended']),
  /** The creation of the connector. */
  since: time,
  endsAt: time.nullable(),
  /** What ended it; null while it has not ended. */
  endedBy: idOf('dcn').nullable(),
  notices: z.array(runningNotice).readonly(),
  /** Clauses that live on after the end, with what they still permit; empty while it has not ended. */
  survives: z.array(z.object({ clause: z.string(), permits: z.string() })).readonly(),
  /** What is deleted of a connector that is gone, when, and what became of it. */
  deletions: z
    .array(
      z.object({
        deletes: z.string(),
        says: z.string(),
        dueAt: time,
        doneAt: time.nullable(),
        count: z.int().nullable(),
        /** The legal hold that keeps it. */
        hold: z.string().nullable(),
      }),
    )
    .readonly(),
  /** All that was decided, oldest first. */
  decisions: z.array(decision).readonly(),
})
export type AgreementView = z.infer<typeof agreement>

export const agreementOf = connectorBySlug

/** A connector that is gone, in the public list. */
export const removal = z.object({
  connector: idOf('con'),
  slug: z.string(),
  name: z.string(),
  since: time,
  why: z.string(),
  ground: groundCode.nullable(),
})
export type Removal = z.infer<typeof removal>

/** A decision whose reason a law forbade to tell, to be looked at again. */
export const withheld = z.object({ decision, connector: idOf('con'), slug: z.string(), lookedAtAgain: time })
export type Withheld = z.infer<typeof withheld>

export const lookAgain = z.strictObject({
  id: idOf('dcn'),
  reason: z.string().trim().min(1).max(2_000),
  tell: z.boolean().describe('True: it may be told now, and is'),
  withheldUntil: time.optional().describe('Where it may not be told: when that is looked at again'),
})
