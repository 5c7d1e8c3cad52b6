import { z } from 'zod'
import { idOf, pageQuery, time } from './page.ts'

const words = (most: number) => z.string().trim().min(1).max(most)
const slug = z.string().min(1).max(31)

export const complaintKind = z.enum(['abuse', 'rights', 'defamation', 'privacy', 'safety', 'other'])
export const complaintState = z.enum(['received', 'acknowledged', 'decided'])
export const complaintAction = z.enum(['none', 'block-answer', 'suspend'])

/** What a complaint has to say (compare Regulation (EU) 2022/2065, Article 16(2)): why, where exactly, who, and that it is meant honestly. */
export const complain = z.strictObject({
  kind: complaintKind,
  connector: slug.optional().describe('Short name of the connector'),
  call: idOf('call').optional().describe('A single answer, by the number that its user sees'),
  explanation: words(20_000).describe('Why you think so, and where exactly it stands'),
  name: words(200),
  email: z.email().max(254),
  goodFaith: z.literal(true).describe('That what you say is accurate and complete as far as you know'),
})
export const receivedComplaint = z.object({ id: idOf('cpl'), decideBy: time })

export const complaintEvent = z.object({
  kind: z.string(),
  at: time,
  by: z.string(),
  note: z.string().nullable(),
  facts: z.record(z.string(), z.unknown()),
})
export const complaintSummary = z.object({
  id: idOf('cpl'),
  kind: complaintKind,
  state: complaintState,
  connector: z.string().nullable(),
  call: z.string().nullable(),
  createdAt: time,
  decideBy: time,
  overdue: z.boolean(),
  decision: z.object({ upheld: z.boolean(), action: complaintAction, at: time }).nullable(),
})
export const complaintDetail = complaintSummary.extend({
  explanation: z.string(),
  complainant: z.object({ name: z.string(), email: z.string() }).nullable().describe('Not shown to the developer'),
  evidence: z.record(z.string(), z.unknown()).describe('What stood when the complaint came: digests and ids, frozen'),
  evidenceSha256: z.string(),
  timeline: z.array(complaintEvent).readonly(),
})
export type ComplaintSummaryView = z.infer<typeof complaintSummary>
export type ComplaintView = z.infer<typeof complaintDetail>

export const complaintInPath = z.strictObject({ id: idOf('cpl') })
export const complaintsQuery = pageQuery.extend({ state: complaintState.optional(), connector: slug.optional() })
export const answerComplaint = complaintInPath.extend({ statement: words(20_000) })
export const decideComplaint = complaintInPath.extend({
  upheld: z.boolean(),
  action: complaintAction.default('none'),
  reasons: words(10_000).describe('Whoever complained and whoever is affected read them'),
})
export const blockedAnswerInPath = z.strictObject({ call: idOf('call') })
export const liftBlock = blockedAnswerInPath.extend({ reason: words(2_000) })

/** What somebody tells the operator about the product, or a developer about the platform. */
export const giveFeedback = z.strictObject({
  text: words(10_000),
  connector: slug.optional(),
  developer: idOf('dev').optional().describe('In whose name, where it is that of an organisation'),
  freelyUsable: z.boolean().default(false).describe('That it may be used freely. What organisations send always may be, as the terms say'),
})
export const feedbackState = z.enum(['new', 'seen', 'answered', 'closed'])
export const feedbackView = z.object({
  id: idOf('fbk'),
  text: z.string(),
  connector: z.string().nullable(),
  from: z.enum(['user', 'developer']),
  freelyUsable: z.boolean(),
  state: feedbackState,
  answer: z.string().nullable(),
  createdAt: time,
  answeredAt: time.nullable(),
})
export type FeedbackView = z.infer<typeof feedbackView>
export const feedbackQuery = pageQuery.extend({ state: feedbackState.optional() })
export const answerFeedback = z.strictObject({ id: idOf('fbk'), answer: words(10_000) })
export const sortFeedback = z.strictObject({ id: idOf('fbk'), state: z.enum(['seen', 'closed']) })

/** A reason why something may not be deleted yet. */
export const placeHold = z.strictObject({
  subject: z.string().regex(/^(usr|con|dev|call)_[0-9a-f]{32}$/, 'This is not the id of a user, connector, developer or call.'),
  ground: z.enum(['litigation', 'authority', 'legal-duty', 'claim']),
  reason: words(2_000),
  until: time.describe('A hold ends by itself; it can be placed again'),
})
export const holdView = z.object({
  id: idOf('hld'),
  subject: z.string(),
  ground: z.string(),
  reason: z.string(),
  placedBy: z.string(),
  at: time,
  until: time,
  liftedAt: time.nullable(),
  active: z.boolean(),
})
export type HoldView = z.infer<typeof holdView>
export const holdInPath = z.strictObject({ id: idOf('hld') })
export const holdsQuery = pageQuery.extend({ active: z.enum(['true', 'false']).optional() })
