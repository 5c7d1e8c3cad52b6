import type { ClauseId } from '@handfast/contract'
import { DAY, type DecisionId } from '../lib/index.ts'
import { type Decision, effectOf, hasEffect, type Side, sideOf } from './decision.ts'

/**
 * How long a notice runs at least (clause 5a-notice): 30 times 24 hours from the moment at which it was given, counted in UTC. Daylight-saving changes
 * and time zones move what a wall clock shows at the end, and nothing else.
 */
export const NOTICE_PERIOD = 30 * DAY

/** Clauses that live on after the end (clause 5b-survival), with what they still permit or ask for. */
export const survivingClauses: Readonly<Partial<Record<ClauseId, string>>> = {
  '2b-minimum': 'What was received about users before the end is still handled as it was agreed then.',
  '2b-basis': 'A separate agreement between a user and the developer goes on by its own words.',
  '2c-license': 'Answers that users already have may still be kept and shown to them.',
  '2c-history': 'Users may still read the history that the connector left them, until they erase it or it expires.',
  '2f-feedback': 'Feedback that was given stays free to use.',
  '5b-survival': 'What lives on is what stands in this list; everything else ended.',
  '6a-indemnity': 'Complaints about what happened before the end are still followed up.',
  '6b-disclaimer': 'The words about warranty still hold for what happened before the end.',
  '6c-liability': 'The limits of liability still hold for what happened before the end.',
  '7b-notices': 'Notices about what lives on are still served and kept.',
  '7d-entire': 'Which documents were in force, and when, can still be read.',
  '7d-law': 'Law and venue stay what they were.',
}

export type AgreementState = 'in-force' | 'notice-given' | 'ended'

/** A notice that runs, or ran out. */
export type RunningNotice = {
  readonly decision: Decision
  readonly by: Side
  readonly endsAt: number
  /** When its giver asked to take it back; the other side has not agreed. */
  readonly withdrawalAskedAt: number | null
}

export type Agreement = {
  readonly state: AgreementState
  /** Notices that nobody took back, in the order of their ends. */
  readonly notices: readonly RunningNotice[]
  /** When it ends, or ended; null while nobody ended it. */
  readonly endsAt: number | null
  /** What ended it: the notice that ran out, or the decision that ended it at once. */
  readonly endedBy: Decision | null
}

/**
 * Where the agreement about a connector stands (clauses 5a-term, 5a-notice, 5a-immediate). It is in force from the creation of the connector, and is
 * ended when the first notice runs out or a side ends it at once, whichever comes first. A notice is taken back when its giver asks for it and the
 * other side agrees, both before it runs out.
 * @param decisions in the order of their ids
 */
export function agreementOf(decisions: readonly Decision[], now: number): Agreement {
  const running = new Map<DecisionId, RunningNotice>()
  let endedBy: Decision | null = null
  let endsAt = Number.POSITIVE_INFINITY
  for (const decision of decisions) {
    const firstEnd = Math.min(endsAt, ...[...running.values()].map((notice) => notice.endsAt))
    // Nothing that is written down after the end changes it, the record of the end itself included.
    if (firstEnd <= decision.at) break
    switch (decision.kind) {
      case 'give-notice':
        running.set(decision.id, { decision, by: sideOf(decision.decidedAs), endsAt: effectOf(decision), withdrawalAskedAt: null })
        break
      case 'ask-withdrawal': {
        const notice = decision.about === null ? undefined : running.get(decision.about)
        if (notice !== undefined && decision.decidedAs.some((role) => sideOf([role]) === notice.by))
          running.set(notice.decision.id, { ...notice, withdrawalAskedAt: decision.at })
        break
      }
      case 'agree-withdrawal': {
        const notice = decision.about === null ? undefined : running.get(decision.about)
        if (notice?.withdrawalAskedAt != null && decision.decidedAs.some((role) => sideOf([role]) !== notice.by)) running.delete(notice.decision.id)
        break
      }
      case 'end':
        if (effectOf(decision) < endsAt) {
          endsAt = effectOf(decision)
          endedBy = decision
        }
        break
    }
  }
  const notices = [...running.values()].sort((a, b) => a.endsAt - b.endsAt)
  const [first] = notices
  if (first !== undefined && first.endsAt <= endsAt) {
    endsAt = first.endsAt
    endedBy = first.decision
  }
  if (endsAt === Number.POSITIVE_INFINITY) return { state: 'in-force', notices, endsAt: null, endedBy: null }
  return endsAt <= now || (endedBy?.kind === 'end' && hasEffect(endedBy, now))
    ? { state: 'ended', notices, endsAt, endedBy }
    : { state: 'notice-given', notices, endsAt, endedBy: null }
}
