import { z } from 'zod'
import { idOf, pageQuery, time } from './page.ts'

const words = (most: number) => z.string().trim().min(1).max(most)
const slug = z.string().min(1).max(31)

/** What an incident is about. `both`: a weakness that was used. */
export const incidentKind = z.enum(['breach', 'vulnerability', 'both'])
export const incidentState = z.enum(['open', 'acknowledged', 'contained', 'closed'])

/** What a report of a breach says (Regulation (EU) 2016/679, Article 33(3), names most of these). What is not known yet is left out and added later. */
export const incidentFacts = z.strictObject({
  nature: words(10_000).describe('What happened, or what the weakness is'),
  categories: z.array(words(200)).max(50).default([]).describe('Kinds of personal data that may be affected'),
  peopleEstimate: z.int().min(0).max(10_000_000_000).optional().describe('How many people, as far as is known'),
  consequences: words(10_000).optional().describe('What it may lead to'),
  measures: words(10_000).optional().describe('What was done and what is planned'),
  contact: words(500).optional().describe('Whom to ask'),
  advisory: words(200).optional().describe('A public number, such as CVE-2026-1234'),
  isPublic: z.boolean().default(false).describe('Whether it is publicly known'),
})

export const reportIncident = z.strictObject({
  kind: incidentKind,
  connector: slug.optional().describe('Short name of the connector that it is about; without it, the platform itself'),
  awareAt: time.optional().describe('When whoever reports came to know of it; every clock runs from here. Now, where it is left out'),
  from: time.optional().describe('When it began, as far as is known'),
  to: time.optional().describe('When it ended; left out while it goes on'),
  facts: incidentFacts,
})

/** A report by somebody without an account. */
export const reportVulnerability = z.strictObject({
  connector: slug.optional(),
  nature: words(10_000),
  contact: z.email().max(254).optional().describe('Where to reach you; without it nobody can answer'),
  isPublic: z.boolean().default(false),
})
/** What somebody without an account gets to know. */
export const receivedReport = z.object({ id: z.string(), acknowledgeBy: time })

export const incidentClock = z.object({
  id: z.string(),
  title: z.string(),
  dueAt: time,
  metAt: time.nullable(),
  late: z.boolean().describe('Met after it was due, or due and not met'),
})
export const incidentEvent = z.object({
  kind: z.string(),
  at: time,
  by: z.string(),
  note: z.string().nullable(),
  facts: z.record(z.string(), z.unknown()),
})
export const incidentSummary = z.object({
  id: idOf('inc'),
  kind: incidentKind,
  state: incidentState,
  source: z.enum(['developer', 'operator', 'outsider']),
  connector: z.string().nullable(),
  awareAt: time,
  createdAt: time,
  nextClock: incidentClock.nullable(),
})
export const incidentDetail = incidentSummary.extend({
  from: time.nullable(),
  to: time.nullable(),
  facts: incidentFacts,
  clocks: z.array(incidentClock).readonly(),
  timeline: z.array(incidentEvent).readonly(),
})
export type IncidentSummaryView = z.infer<typeof incidentSummary>
export type IncidentView = z.infer<typeof incidentDetail>

export const incidentInPath = z.strictObject({ id: idOf('inc') })
export const incidentsQuery = pageQuery.extend({ state: incidentState.optional(), connector: slug.optional() })
export const noteIncident = incidentInPath.extend({ note: words(10_000) })
export const amendIncident = incidentInPath.extend({ facts: incidentFacts, from: time.nullable().optional(), to: time.nullable().optional() })
export const meetClock = incidentInPath.extend({
  clock: z.string().min(1).max(60),
  note: words(10_000).describe('What was filed where; a clock that is met late needs the reasons'),
})
export const closeIncident = incidentInPath.extend({ note: words(10_000).describe('What is known at the end') })
export const containIncident = incidentInPath.extend({
  suspend: z.boolean().default(false).describe('Stop all calls to the connector, at once'),
  revoke: z.boolean().default(false).describe('Disconnect every account that users linked; providers are asked to take the tokens back'),
  renew: z.boolean().default(false).describe('End every linked account and key, so that users have to sign in again or give a new key'),
  reason: words(2_000).describe('For whoever is affected'),
})
export const tellAffected = incidentInPath.extend({
  from: time.describe('Users with a call since'),
  to: time.describe('and until then are told'),
  title: words(200),
  body: words(20_000),
})
export const told = z.object({ people: z.int() })
export const affectedQuery = incidentInPath.extend({
  from: time,
  to: time,
})
/** Who had calls in that time, as the ledger says. */
export const affected = z.object({
  people: z.int(),
  calls: z.int(),
  items: z.array(z.object({ user: z.string(), calls: z.int(), first: time, last: time, tools: z.array(z.string()).readonly() })).readonly(),
})
