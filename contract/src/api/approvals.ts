import { z } from 'zod'
import { effectWord } from './directory.ts'
import { needView } from './need.ts'
import { idOf, pageQuery, time } from './page.ts'
import { plainValue } from './plain-value.ts'

/** A call that waits for a yes, or waited. */
export const approval = z.object({
  id: idOf('apr'),
  connector: z.object({ slug: z.string(), name: z.string() }),
  /** Whose yes it waits or waited for: yours, that of others whom a rule of the workspace names, or both. */
  asks: z.enum(['you', 'others', 'both']),
  tool: z.object({
    name: z.string(),
    title: z.string().nullable(),
    /** Null: the release that the call was meant for is not live any more. */
    effect: effectWord.nullable(),
  }),
  assistant: z.object({ id: idOf('ast'), name: z.string() }),
  /** `approved`: the call may be made now. `used`: it was. `expired`: nobody said yes in time, or the call was not made in time. */
  state: z.enum(['waiting', 'approved', 'refused', 'used', 'expired']),
  createdAt: time,
  expiresAt: time,
  decidedAt: time.nullable(),
})
export type Approval = z.infer<typeof approval>

/** The same with exactly what would be sent. */
export const approvalDetail = approval.extend({
  tool: approval.shape.tool.extend({ description: z.string() }),
  /** What the call does, in one sentence. */
  effect: z.string(),
  arguments: z.record(z.string(), z.json()),
  /** The arguments as JSON, indented; characters that do not show or turn the direction of writing are written as escapes. */
  argumentsText: z.string(),
  argumentsSha256: z.string(),
  /** Each question that is asked, and who answered it. */
  needs: z.array(needView).readonly(),
  /** Who said no, where it was somebody else, and what they wrote. */
  refusal: z.object({ by: z.string(), reason: z.string() }).nullable(),
  /** Whether a yes may outlive this call. */
  lasting: z.boolean(),
  /** Arguments that a lasting yes can be bound to, as JSON pointers. */
  conditions: z.array(z.object({ pointer: z.string(), value: plainValue })).readonly(),
})
export type ApprovalDetail = z.infer<typeof approvalDetail>

export const approvalsQuery = pageQuery.extend({ open: z.stringbool().optional().describe('True: only those that still wait') })
export const approvalInPath = z.strictObject({ id: idOf('apr') })

/**
 * The answer of a person. `once`: this call. `hour`: this tool with any arguments for an hour. `while`: this tool for as long as the
 * arguments at `pointers` have the values they have here.
 */
export const decideApproval = approvalInPath.extend({
  yes: z.boolean(),
  lasting: z.enum(['once', 'hour', 'while']).default('once'),
  pointers: z.array(z.string().max(500)).max(20).optional().describe('JSON pointers into the arguments; with `while` only'),
})
export type DecideApproval = z.infer<typeof decideApproval>

/** A call of a colleague that a rule of the workspace puts before the caller. */
export const approvalRequest = approval.omit({ asks: true }).extend({
  asker: z.object({ id: idOf('usr'), name: z.string() }),
  /** The rules that name the caller. */
  rules: z.array(z.object({ id: z.string(), because: z.string() })).readonly(),
})
export type ApprovalRequest = z.infer<typeof approvalRequest>

/** The same with exactly what would be sent. */
export const approvalRequestDetail = approvalRequest.extend({
  tool: approvalDetail.shape.tool,
  effect: z.string(),
  arguments: approvalDetail.shape.arguments,
  argumentsText: z.string(),
  argumentsSha256: z.string(),
  needs: z.array(needView).readonly(),
})
export type ApprovalRequestDetail = z.infer<typeof approvalRequestDetail>

export const decideApprovalRequest = approvalInPath.extend({
  yes: z.boolean(),
  reason: z.string().trim().max(500).optional().describe('With a no: shown to the person whose call it is, and to their assistant'),
})

/** A yes that outlives its call. */
export const standingApproval = z.object({
  id: idOf('apr'),
  connector: z.object({ slug: z.string(), name: z.string() }),
  tool: z.string(),
  /** Values by JSON pointer that the arguments must have; null: any arguments. */
  condition: z.record(z.string(), plainValue).nullable(),
  createdAt: time,
  /** Null: until it is taken back. */
  expiresAt: time.nullable(),
})
export type StandingApproval = z.infer<typeof standingApproval>
