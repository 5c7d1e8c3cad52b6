import { z } from 'zod'
import { clauses } from '../clauses.ts'
import { idOf, pageQuery, time } from './page.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const kind = z.string().regex(/^[a-z][a-z-]*\.[a-z][a-z-]*$/, 'has to be a kind such as lifecycle.suspended')
const clause = z.enum(Object.keys(clauses) as [keyof typeof clauses, ...(keyof typeof clauses)[]])
export const noticeChannel = z.enum(['in-app', 'e-mail', 'webhook', 'post'])
export const noticeState = z.enum(['queued', 'handed over', 'accepted', 'deferred', 'bounced', 'seen', 'acknowledged', 'failed'])

/** What somebody was told. */
export const notice = z.object({
  id: idOf('ntc'),
  /** Programs branch on this. */
  kind: z.string(),
  clause,
  /** Cannot be switched off. */
  legal: z.boolean(),
  to: z.enum(['user', 'developer', 'operator', 'outsider']),
  connector: idOf('con').nullable(),
  /** The id that it is about. */
  subject: z.string(),
  title: z.string(),
  body: z.string(),
  /** Of title, an empty line and body. */
  sha256: digest,
  at: time,
})
export type NoticeView = z.infer<typeof notice>

/** A notice in one's own inbox. */
export const inboxNotice = notice.extend({ seenAt: time.nullable(), acknowledgedAt: time.nullable() })
export type InboxNoticeView = z.infer<typeof inboxNotice>

/** A notice on one channel, and everything that became of it there. */
export const noticeDelivery = z.object({
  id: idOf('dlv'),
  channel: noticeChannel,
  /** Where it went; null for whoever need not know. */
  place: z.string().nullable(),
  state: noticeState,
  stateAt: time,
  /** The date on which it counts as served; null: it does not. */
  servedAt: time.nullable(),
  steps: z
    .array(
      z.object({
        state: noticeState,
        at: time,
        /** When that was written down, which may be later. */
        recordedAt: time,
        /** What the other side said; null for whoever need not know. */
        detail: z.string().nullable(),
      }),
    )
    .readonly(),
})
export type NoticeDeliveryView = z.infer<typeof noticeDelivery>
export const noticeDetail = notice.extend({ deliveries: z.array(noticeDelivery).readonly() })
export type NoticeDetail = z.infer<typeof noticeDetail>

export const noticeInPath = z.strictObject({ id: idOf('ntc') })
export const noticesQuery = pageQuery.extend({
  kind: kind.optional().describe('Only notices of this kind'),
  subject: z.string().max(200).optional().describe('Only notices about this id'),
})
export const inboxQuery = noticesQuery.extend({ unseen: z.stringbool().default(false).describe('Only what was not opened yet') })
export const sentNoticesQuery = noticesQuery.extend({ to: z.enum(['user', 'developer', 'operator', 'outsider']).optional() })
export const developerNoticesQuery = noticesQuery.extend({ id: idOf('dev') })

export const noticeCounts = z.object({ unseen: z.int(), unacknowledged: z.int().describe('Legal notices that still ask to be acknowledged') })
export type NoticeCounts = z.infer<typeof noticeCounts>
export const noticePreferences = z.object({ muted: z.array(z.string()).readonly() })
export const setNoticePreferences = z.strictObject({
  muted: z.array(kind).max(100).describe('Kinds about which you want no e-mail; they still lie in your inbox'),
})

/** Where notices to the operator go. */
export const noticeAddresses = z.object({
  operator: z.string(),
  postal: z.string(),
  to: z.string(),
  copyTo: z.string().nullable(),
  /** The form here. */
  form: z.string(),
})
export type NoticeAddresses = z.infer<typeof noticeAddresses>

export const noticeDigestQuery = z.strictObject({ subject: z.string().min(1).max(200).describe('The id that the notices are about') })
export const noticeDigest = z.object({
  /** To so many recipients. */
  notices: z.int(),
  /** On so many of them. */
  served: z.int(),
  states: z.array(z.object({ channel: noticeChannel, state: noticeState, count: z.int() })).readonly(),
})
export type NoticeDigest = z.infer<typeof noticeDigest>

export const deliveryInPath = z.strictObject({ id: idOf('ntc'), delivery: idOf('dlv') })
export const postedNotice = noticeInPath.extend({
  address: z.string().trim().min(1).max(500).describe('The address on the envelope'),
  courier: z.string().trim().min(1).max(100),
  handedAt: time.describe('When the courier got it; the notice is served on that date'),
  tracking: z.string().trim().min(1).max(100).optional(),
})

export const noticeTask = z.object({
  id: idOf('tsk'),
  notice,
  at: time,
  closedAt: time.nullable(),
  closedBy: z.string().nullable(),
  reason: z.string().nullable(),
})
export type NoticeTaskView = z.infer<typeof noticeTask>
export const noticeTasksQuery = pageQuery.extend({ open: z.stringbool().default(true).describe('True: only what still has to be seen to') })
export const closeNoticeTask = z.strictObject({ id: idOf('tsk'), reason: z.string().trim().min(1).max(2_000) })

export const mailReport = z.strictObject({
  message: z
    .string()
    .min(1)
    .max(256 * 1024)
    .describe('The whole message as the mail server sent it, header and all'),
})
export const takenReport = z.object({
  delivery: idOf('dlv'),
  kind: z.enum(['delivered', 'relayed', 'delayed', 'failed', 'read']),
  counted: z.boolean().describe('False: it changed nothing, since it came twice or too late, or nothing of that name was sent'),
})
export type TakenReportView = z.infer<typeof takenReport>

/** A program that is told of notices. */
export const webhook = z.object({
  id: idOf('whk'),
  developer: idOf('dev').nullable(),
  url: z.string(),
  /** Empty: all kinds. */
  kinds: z.array(z.string()).readonly(),
  createdAt: time,
  stoppedAt: time.nullable(),
  stoppedBecause: z.string().nullable(),
})
export type WebhookView = z.infer<typeof webhook>
export const webhooksQuery = z.strictObject({ developer: idOf('dev').optional().describe("Those of this organisation; without it, the operator's") })
export const addWebhook = z.strictObject({
  developer: idOf('dev').optional().describe("The organisation whose notices it is told; without it, the operator's"),
  url: z.url().max(2_000),
  kinds: z.array(kind).max(100).default([]).describe('Only these kinds; empty: all'),
})
export const madeWebhook = webhook.extend({ secret: z.string().describe('What every message is signed with; shown once') })
export type MadeWebhookView = z.infer<typeof madeWebhook>
export const webhookInPath = z.strictObject({ id: idOf('whk') })
export const rotatedWebhook = z.object({ secret: z.string(), previousUntil: time.describe('Until then the secret before signs as well') })
export type RotatedWebhook = z.infer<typeof rotatedWebhook>

const words = { subject: z.string().trim().min(1).max(200), body: z.string().trim().min(1).max(50_000) }
export const letterState = z.enum(['open', 'in hand', 'answered', 'closed'])
export const letterChannel = z.enum(['form', 'post', 'e-mail'])

/** A notice to the operator. */
export const letter = z.object({
  id: idOf('ltr'),
  channel: letterChannel,
  from: z.object({
    kind: z.enum(['user', 'developer', 'outsider']),
    name: z.string(),
    address: z.string(),
    user: idOf('usr').nullable(),
    developer: idOf('dev').nullable(),
  }),
  subject: z.string(),
  body: z.string(),
  sha256: digest,
  /** When it was received, which is the date of its service. */
  receivedAt: time,
  recordedAt: time,
  state: letterState,
  assignedTo: idOf('usr').nullable(),
})
export type LetterView = z.infer<typeof letter>
export const letterDetail = letter.extend({ answers: z.array(z.object({ text: z.string(), at: time })).readonly() })
export type LetterDetail = z.infer<typeof letterDetail>
export const lettersQuery = pageQuery.extend({ state: letterState.optional().describe('Only these') })
export const letterInPath = z.strictObject({ id: idOf('ltr') })
export const writeLetter = z.strictObject({ ...words, developer: idOf('dev').optional().describe('The organisation for which you write') })
export const writeLetterFromOutside = z.strictObject({
  ...words,
  name: z.string().trim().min(1).max(200),
  email: z.email().max(254).describe('Where an answer goes'),
})
export const receivedLetter = z.object({ id: idOf('ltr'), receivedAt: time, sha256: digest })
export type ReceivedLetter = z.infer<typeof receivedLetter>
export const recordLetter = z.strictObject({
  ...words,
  channel: z.enum(['post', 'e-mail']),
  name: z.string().trim().min(1).max(200),
  address: z.string().trim().max(500).default('').describe('Postal or e-mail address of the sender'),
  receivedAt: time.describe('When it arrived; the notice was served on that date'),
})
export const changeLetter = letterInPath.extend({
  state: z.enum(['in hand', 'closed']).optional(),
  assignedTo: idOf('usr').nullable().optional(),
})
export const answerLetter = letterInPath.extend({ text: z.string().trim().min(1).max(50_000) })
