import { type Ground, groundOf } from '@handfast/contract'
import { rfc3339 } from '../lib/index.ts'
import { type Agreement, NOTICE_PERIOD, type RunningNotice } from './agreement.ts'
import { sideOf } from './decision.ts'
import { type PlacedDecision, wholeDecision } from './decision-store.ts'
import { GroundError, LifecycleNoChangeError, TimeError } from './lifecycle-errors.ts'
import { otherSide, type Steering, sayingOf, type Whole } from './room.ts'

/** The judgement alone: a notice that runs long enough. @throws LifecycleNoChangeError, TimeError, GroundError */
export function noticeDecision(steering: Steering, wanted: number | undefined, { notices }: Agreement, at: number): PlacedDecision {
  const side = sideOf(steering.decidedAs)
  if (notices.some(({ by }) => by === side)) throw new LifecycleNoChangeError('You have given notice already. It cannot be given twice.', side)
  const earliest = at + NOTICE_PERIOD
  const endsAt = wanted ?? earliest
  if (endsAt < earliest)
    throw new TimeError(
      '/endsAt',
      `A notice runs for at least 30 times 24 hours, which nobody can shorten: until ${rfc3339(earliest)} or later.`,
      side,
    )
  const ground: Ground = steering.ground ?? (side === 'developer' ? 'discontinued' : 'other')
  return wholeDecision({ ...sayingOf({ ...steering, ground }, at), clause: '5a-notice', kind: 'give-notice', effectiveAt: endsAt })
}

/** Likewise: one side asks, the other agrees. @throws LifecycleNoChangeError */
export function withdrawalDecision(
  kind: 'ask-withdrawal' | 'agree-withdrawal',
  steering: Steering,
  agreement: Agreement,
  at: number,
): PlacedDecision {
  const notice = noticeBy(agreement, steering, kind === 'ask-withdrawal')
  if (kind === 'ask-withdrawal' && notice.withdrawalAskedAt !== null)
    throw new LifecycleNoChangeError('You have asked already. The other side has to agree.', otherSide[notice.by])
  return wholeDecision({ ...sayingOf(steering, at), redress: null, clause: '5a-notice', kind, about: notice.decision.id })
}

/** Likewise: an end at once, with a ground that allows it. @throws GroundError, TimeError */
export function endDecision(steering: Steering, at: number): PlacedDecision {
  const side = sideOf(steering.decidedAs)
  if (steering.ground === undefined || !groundOf(steering.ground).endsAtOnce)
    throw new GroundError(
      side === 'developer'
        ? 'A developer ends an agreement at once when going on would expose it to a risk (ground "exposure-to-risk"). Otherwise give notice.'
        : 'An operator ends an agreement at once for a material breach, a risk, or a law (grounds "material-breach", "risk", "law"). Otherwise give notice.',
      side,
    )
  return wholeDecision({ ...sayingOf(steering, at), clause: '5a-immediate', kind: 'end' })
}

/** The notice that this side gave, or the one that it can agree to take back. */
export function noticeBy({ notices }: Agreement, steering: Steering, mine: boolean): RunningNotice {
  const sides = new Set(steering.decidedAs.map((role) => sideOf([role])))
  const side = sideOf(steering.decidedAs)
  const found = notices.find(({ by, withdrawalAskedAt }) => (mine ? sides.has(by) : withdrawalAskedAt !== null && sides.has(otherSide[by])))
  if (found !== undefined) return found
  throw new LifecycleNoChangeError(
    mine ? 'You have given no notice that runs.' : 'Nobody asks you to take a notice back. Whoever gave it asks first.',
    mine ? side : otherSide[side],
  )
}

/** What is decided when a notice has run out. */
export function runOut({ decision, endsAt }: RunningNotice, place: Whole['place'], at: number): PlacedDecision {
  const { workspace, connector } = place
  return wholeDecision({
    workspace,
    connector,
    kind: 'end',
    reason: decision.reason,
    ground: 'notice-ran-out',
    clause: '5a-notice',
    decidedAs: ['system'],
    by: 'system',
    at,
    effectiveAt: endsAt,
    about: decision.id,
  })
}

/** The removal that comes with an end. */
export function removalDecision(end: PlacedDecision, endedAt: number, at: number): PlacedDecision {
  const { workspace, connector, reason, ground, clause, decidedAs, by, withheldUntil } = end
  return wholeDecision({
    workspace,
    connector,
    kind: 'remove',
    reason,
    ground,
    clause,
    decidedAs,
    by,
    at,
    effectiveAt: endedAt,
    about: end.id,
    withheldUntil,
  })
}
