import type { Complaint, Feedback, Hold, Incident, RunningClock, SecurityTxtLook, SelfAssessment } from '../../../incidents/index.ts'
import { isLate, lookAt, nextClock } from '../../../incidents/index.ts'
import { rfc3339 } from '../../../lib/index.ts'

const optional = (at: number | null) => (at === null ? null : rfc3339(at))

type Line = { readonly kind: string; readonly at: number; readonly by: string; readonly note: string | null; readonly facts: object }
const lineView = ({ kind, at, by, note, facts }: Line) => ({
  kind,
  at: rfc3339(at),
  by: by === '' ? 'outsider' : by,
  note,
  facts: facts as Record<string, unknown>,
})

function clockView(clock: RunningClock, now: number) {
  return { id: clock.id, title: clock.title, dueAt: rfc3339(clock.dueAt), metAt: optional(clock.metAt), late: isLate(clock, now) }
}

export function incidentSummaryView(incident: Incident, connector: string | null, now: number) {
  const { id, kind, state, source, awareAt, createdAt, clocks } = incident
  const next = state === 'closed' ? null : nextClock(clocks)
  const times = { awareAt: rfc3339(awareAt), createdAt: rfc3339(createdAt) }
  return { id: id as never, kind, state, source, connector, ...times, nextClock: next === null ? null : clockView(next, now) }
}

export function incidentView(incident: Incident, connector: string | null, now: number) {
  return {
    ...incidentSummaryView(incident, connector, now),
    from: optional(incident.from),
    to: optional(incident.to),
    facts: incident.facts as never,
    clocks: incident.clocks.map((clock) => clockView(clock, now)),
    timeline: incident.timeline.map(lineView),
  }
}

export function complaintSummaryView(complaint: Complaint, connector: string | null, now: number) {
  const { id, kind, state, call, createdAt, decideBy, decision } = complaint
  return {
    id: id as never,
    kind,
    state,
    connector,
    call,
    createdAt: rfc3339(createdAt),
    decideBy: rfc3339(decideBy),
    overdue: state !== 'decided' && now > decideBy,
    decision: decision === null ? null : { ...decision, at: rfc3339(decision.at) },
  }
}

/** Who complained is for those who decide; the developer reads what was said. */
export function complaintView(complaint: Complaint, connector: string | null, now: number, showsComplainant: boolean) {
  return {
    ...complaintSummaryView(complaint, connector, now),
    explanation: complaint.explanation,
    complainant: showsComplainant ? complaint.complainant : null,
    evidence: JSON.parse(complaint.evidence) as Record<string, unknown>,
    evidenceSha256: complaint.evidenceSha256,
    timeline: complaint.timeline.map(lineView),
  }
}

export function feedbackView(feedback: Feedback, connector: string | null) {
  const { id, text, developer, freelyUsable, state, answer, createdAt, answeredAt } = feedback
  const from = developer === null ? ('user' as const) : ('developer' as const)
  return { id: id as never, text, connector, from, freelyUsable, state, answer, createdAt: rfc3339(createdAt), answeredAt: optional(answeredAt) }
}

export function holdView({ id, subject, ground, reason, placedBy, at, until, liftedAt }: Hold, active: boolean) {
  return { id: id as never, subject, ground, reason, placedBy, at: rfc3339(at), until: rfc3339(until), liftedAt: optional(liftedAt), active }
}

export function selfAssessmentView({ id, answers, sha256, by, at }: SelfAssessment, connector: string) {
  return { id: id as never, connector, answers, sha256, by: by as never, at: rfc3339(at), lookAt: lookAt(answers) }
}

export function securityTxtView({ url, state, detail, contacts, expiresAt, lookedAt }: SecurityTxtLook, connector: string) {
  return { connector, url, state, detail, contacts, expiresAt: optional(expiresAt), lookedAt: rfc3339(lookedAt) }
}
