import { z } from 'zod'
import { attestationIds } from '../attestations.ts'
import { connectorBySlug, finding, releaseInPath, submitRelease } from './connectors.ts'
import { decision } from './decisions.ts'
import { idOf, time } from './page.ts'

const reason = z.string().trim().min(1).max(2_000)

/** What a developer works on before handing it in. */
export const saveDraft = submitRelease.pick({ slug: true, manifest: true, document: true, overlay: true })
export const draft = z.object({
  manifest: z.record(z.string(), z.unknown()),
  document: z.string().nullable(),
  overlay: z.string().nullable(),
  savedBy: idOf('usr'),
  savedAt: time,
  /** What cannot be used, at the field; more is found when it is checked. */
  findings: z.array(finding).readonly(),
})
export type DraftView = z.infer<typeof draft>
export const foundDraft = z.object({ draft: draft.nullable() })
export type FoundDraft = z.infer<typeof foundDraft>

export const checkDraft = connectorBySlug.extend({ key: submitRelease.shape.key })
/** What handing it in would come to. */
export const draftReport = z.object({
  tools: z.int(),
  findings: z.array(finding).readonly(),
  left: z.array(z.object({ tool: z.string(), reason: z.string(), pointer: z.string() })).readonly(),
  notChosen: z.int(),
  /** What handing in takes your word on. */
  attestations: z.array(z.object({ id: z.enum(attestationIds), clause: z.string(), says: z.string() })).readonly(),
})
export type DraftReportView = z.infer<typeof draftReport>

export const withdrawRelease = releaseInPath.extend({ reason: z.string().trim().max(2_000).default('') })

/** One place in the queue, the riskiest first. */
export const queueEntry = z.object({
  connector: z.object({ id: idOf('con'), slug: z.string(), name: z.string() }),
  developer: z.string(),
  release: idOf('rel'),
  number: z.int(),
  digest: z.string(),
  risk: z.int(),
  because: z.array(z.object({ why: z.string(), points: z.int() })).readonly(),
  submittedAt: time,
  /** From 1: how many are before it. */
  position: z.int(),
  state: z.enum(['submitted', 'in-review']),
  claimedBy: idOf('usr').nullable(),
  claimedUntil: time.nullable(),
  agreedBy: z.array(idOf('usr')).readonly(),
  reviewersNeeded: z.int(),
  findings: z.object({ blocks: z.int(), warns: z.int(), notes: z.int() }),
  /** Whether you may decide about it: not what you stand behind, in the public profile. */
  mayDecide: z.boolean(),
})
export type QueueEntry = z.infer<typeof queueEntry>

export const dismissFinding = releaseInPath.extend({ finding: z.string().min(1).max(200).describe('The `key` of the finding'), reason })

export const probeRun = z.object({
  id: idOf('prb'),
  state: z.enum(['queued', 'running', 'done', 'failed']),
  step: z.string().nullable(),
  done: z.int(),
  total: z.int(),
  askedBy: idOf('usr'),
  at: time,
  endedAt: time.nullable(),
})
export type ProbeRunView = z.infer<typeof probeRun>
export const probeRuns = z.object({
  items: z.array(probeRun).readonly(),
  /** What the newest run that came to its end has found. */
  evidence: z.unknown(),
})

export const giveReviewerKey = connectorBySlug.extend({ secret: z.string().min(1).max(10_000) })
export const reviewerKeyState = z.object({ given: z.boolean(), setBy: idOf('usr').nullable(), setAt: time.nullable(), id: idOf('crd').nullable() })

/** Where each tool of a connector stands. */
export const toolState = z.object({
  tool: z.string(),
  state: z.enum(['live', 'update-paused', 'paused', 'new', 'removed']),
  because: z.string().nullable(),
})
export type ToolStateView = z.infer<typeof toolState>

export const driftView = z.object({
  id: idOf('drf'),
  connector: idOf('con'),
  release: idOf('rel'),
  tool: z.string().nullable(),
  kind: z.enum(['changed', 'removed', 'added', 'instructions']),
  effect: z.enum(['update-paused', 'tool-paused', 'held']),
  detail: z.string(),
  found: z.unknown(),
  firstSeenAt: time,
  lastSeenAt: time,
  closedAt: time.nullable(),
  closedBecause: z.enum(['reverted', 'released', 'removed']).nullable(),
})
export type DriftView = z.infer<typeof driftView>

/** What the developer and reviewers see of what a live connector became. */
export const connectorState = z.object({
  tools: z.array(toolState).readonly(),
  drift: z.array(driftView).readonly(),
  lastLook: z.object({ at: time, outcome: z.enum(['same', 'drifted', 'not-reached', 'cannot-look']), detail: z.string().nullable() }).nullable(),
})
export type ConnectorStateView = z.infer<typeof connectorState>

export const makeAppeal = connectorBySlug.extend({ decision: idOf('dcn'), reason })
export const appeal = z.object({
  id: idOf('dcn'),
  connector: idOf('con'),
  /** Short name of the connector. */
  slug: z.string(),
  reason: z.string(),
  by: z.string(),
  at: time,
  dueAt: time,
  about: decision,
  answer: decision.nullable(),
  /** Whoever answered had also decided the first time; in the public profile that cannot be. */
  sameDecider: z.boolean(),
})
export type AppealView = z.infer<typeof appeal>
export const appealInPath = connectorBySlug.extend({ id: idOf('dcn') })
export const answerAppeal = appealInPath.extend({ grant: z.boolean(), reason })
