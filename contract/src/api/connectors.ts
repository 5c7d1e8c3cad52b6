import { z } from 'zod'
import { attestationIds } from '../attestations.ts'
import { slug } from '../manifest.ts'
import { testCase } from '../test-case.ts'
import { decision, groundCode } from './decisions.ts'
import { countedUp, idOf, time } from './page.ts'

export const connectorStatus = z.enum(['draft', 'in-review', 'live', 'paused', 'suspended', 'ending', 'removed'])
export const connectorKind = z.enum(['mcp', 'openapi'])
const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** A connector in a list. What is not published yet is there for its developer, reviewers and operators only. */
export const connectorSummary = z.object({
  id: idOf('con'),
  slug: z.string(),
  name: z.string(),
  kind: connectorKind,
  status: connectorStatus,
  developer: idOf('dev'),
  /** Of the release that is live, or was when it was suspended. */
  release: idOf('rel').nullable(),
  description: z.string().nullable(),
  publishedBy: z.object({ developer: z.string(), ownsApi: z.boolean() }).nullable(),
  /** Whoever approved the live release also stands behind it. */
  selfReviewed: z.boolean(),
  tools: z.number().int(),
  createdAt: time,
  /** When calls stop for good, or did; null while nobody decided that. */
  endsAt: time.nullable(),
  /** False: the operator refused to list it, so that new people do not find it. */
  listed: z.boolean(),
})
export type ConnectorSummary = z.infer<typeof connectorSummary>

const tool = z.object({
  name: z.string(),
  title: z.string().nullable(),
  description: z.string(),
  effect: z.enum(['read', 'change', 'destructive']),
  consequential: z.boolean(),
})

export const releaseSummary = z.object({
  id: idOf('rel'),
  number: z.number().int(),
  digest,
  createdBy: idOf('usr'),
  createdAt: time,
  decidedAt: time.nullable(),
})

/** What stays to be read of a connector that is gone (clauses 2c-history, 5b-survival). */
const tombstone = z.object({
  /** Since when. */
  since: time,
  /** Why, in public words. */
  why: z.string(),
  ground: groundCode.nullable(),
  /** What remains, in words. */
  remains: z.array(z.string()).readonly(),
})

/** Something that is neither listed nor called. */
const pausedTool = z.object({
  tool: z.string(),
  by: z.array(z.enum(['operator', 'developer'])).readonly(),
  reason: z.string(),
  until: time.nullable(),
})

/** A connector as people read it before they enable it. */
export const connectorDetail = connectorSummary.extend({
  statusReason: z.string().nullable(),
  /** Where it is gone. */
  tombstone: tombstone.nullable(),
  pausedTools: z.array(pausedTool).readonly(),
  receives: z.array(z.string()).readonly(),
  privacyNotice: z.string(),
  credential: z.enum(['none', 'needed']),
  toolList: z.array(tool).readonly(),
  /** For its developer's members, reviewers and operators; null for everybody else. */
  inside: z
    .object({
      url: z.string().nullable(),
      origins: z.array(z.string()).readonly(),
      termsAccepted: z.boolean(),
      suspendedBy: z.array(z.enum(['operator', 'developer'])).readonly(),
      pausedBy: z.array(z.enum(['operator', 'developer'])).readonly(),
      releases: z.array(releaseSummary).readonly(),
      decisions: z.array(decision).readonly(),
    })
    .nullable(),
})
export type ConnectorDetail = z.infer<typeof connectorDetail>

export const createConnector = z.strictObject({
  developer: idOf('dev').describe('The organisation that publishes it; it has accepted the terms'),
  slug,
  kind: connectorKind,
  name: z.string().trim().min(1).max(60).describe('Name that users see'),
})

export const connectorBySlug = z.strictObject({ slug: z.string().max(64) })

const facts = z.string().trim().min(1).max(2_000)

/** A decision about a connector, with what its statement of reasons says. */
export const steerConnector = connectorBySlug.extend({
  reason: facts.describe('What happened, in words; users and the developer read it'),
  ground: groundCode.optional(),
  until: time.optional().describe('When it ends by itself; for suspensions and pauses'),
  withheldUntil: time
    .optional()
    .describe('Where a law forbids telling why: when that is looked at again. With the ground `law`, by the operator only'),
})

/** One tool, or without it the whole connector. */
export const pauseConnector = steerConnector.omit({ withheldUntil: true }).extend({ tool: z.string().min(1).max(128).optional() })

export const giveNotice = connectorBySlug.extend({
  reason: facts.describe('Why, in words; the other side reads it'),
  ground: groundCode.optional(),
  endsAt: time.optional().describe('When it ends: at least 30 times 24 hours from now, which is what it is where this is absent'),
})

export const withdrawNotice = connectorBySlug.extend({ reason: facts })

export const endAgreement = connectorBySlug.extend({
  reason: facts,
  ground: groundCode,
  withheldUntil: steerConnector.shape.withheldUntil,
})

export const finding = z.object({
  rule: z.string(),
  severity: z.enum(['blocks', 'warns', 'notes']),
  clause: z.string(),
  message: z.string(),
  pointer: z.string(),
  /** The same for the same words at the same tool in every release; absent where an older version looked. */
  fingerprint: z.string().optional(),
})

export const submitRelease = connectorBySlug.extend({
  manifest: z.record(z.string(), z.unknown()).describe('What the connector declares'),
  document: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Text of the OpenAPI document, or of several as `{"main": path, "files": {path: text}}`; without it, it is fetched from `document` of the manifest',
    ),
  overlay: z.string().min(1).max(1_048_576).optional().describe('Text of an OpenAPI Overlay (1.0 or 1.1), kept beside the untouched document'),
  key: z
    .string()
    .min(1)
    .max(10_000)
    .optional()
    .describe('A key for servers that list their tools to known callers only; used for this and kept nowhere'),
  attests: z
    .array(z.enum(attestationIds))
    .max(attestationIds.length)
    .optional()
    .describe(
      'What you attest to, by id. In the public profile each has to be there; in a house, leaving it out says that handing in attests to all',
    ),
  securityAssessment: z.string().min(1).max(200).optional().describe('Which self-assessment of your security goes with this release'),
  reviewerKey: z
    .string()
    .min(1)
    .max(10_000)
    .optional()
    .describe('A key of a test account for the reviewers: sealed, opened for the review only, destroyed with its decision'),
})

export const submittedRelease = z.object({
  id: idOf('rel'),
  number: z.number().int(),
  digest,
  tools: z.number().int(),
  findings: z.array(finding).readonly(),
  /** Tools that the connector has and that cannot be offered. */
  left: z
    .array(z.object({ tool: z.string(), reason: z.string(), pointer: z.string(), line: z.int().optional(), file: z.string().optional() }))
    .readonly(),
  /** Operations of the document that the manifest did not choose. */
  notChosen: z.int(),
  /** From 0 to 100: how carefully it wants to be looked at. */
  risk: z.int(),
  reviewersNeeded: z.int(),
})
export type SubmittedRelease = z.infer<typeof submittedRelease>

export const releaseInPath = connectorBySlug.extend({ number: countedUp(1) })

/** Where a release is between its hand-in and its end. */
export const releaseState = z.enum(['submitted', 'in-review', 'changes-requested', 'approved', 'rejected', 'withdrawn', 'superseded'])

/** A release whole, for its developer's members, reviewers and operators. */
export const releaseDetail = releaseSummary.extend({
  state: releaseState,
  content: z.unknown().describe('What the digest covers'),
  findings: z
    .array(finding.extend({ key: z.string(), dismissed: z.object({ reason: z.string(), by: idOf('usr'), at: time }).nullable() }))
    .readonly(),
  /** Whoever approved it also stands behind it. */
  selfReviewed: z.boolean(),
  claimedBy: idOf('usr').nullable(),
  claimedUntil: time.nullable(),
  /** Who has said yes so far; the approval is the last of them. */
  agreedBy: z.array(idOf('usr')).readonly(),
  reviewersNeeded: z.int(),
  risk: z.object({ score: z.int(), because: z.array(z.object({ why: z.string(), points: z.int() })).readonly() }).nullable(),
  attestations: z
    .object({
      /** `by-handing-in`: the terms say that handing in attests to them, and nothing was ticked. */
      how: z.enum(['ticked', 'by-handing-in']),
      made: z.array(z.object({ id: z.enum(attestationIds), clause: z.string(), says: z.string().nullable(), sha256: z.string() })).readonly(),
      assessment: z.string().nullable(),
    })
    .nullable(),
  releaseNotes: z.string(),
  tests: z.array(testCase).readonly(),
})
export type ReleaseDetail = z.infer<typeof releaseDetail>

export const decideRelease = releaseInPath.extend({
  decision: z.enum(['approve', 'reject', 'request-changes']).describe('`request-changes`: it is sent back, and the developer hands in another one'),
  digest: digest.describe('Of the release that you looked at'),
  reason: z.string().trim().max(2_000).default('').describe('The facts. Needed for a no; the developer reads it'),
  ground: groundCode.optional().describe('Why, for a no; `review-finding` where absent'),
})

/** What a decision came to: with two reviewers, a first yes is not an approval yet. */
export const decidedRelease = z.object({ outcome: z.enum(['approve', 'agree', 'reject', 'request-changes']) })
export type DecidedRelease = z.infer<typeof decidedRelease>
