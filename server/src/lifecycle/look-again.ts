import type { DecisionId, UserId, WorkspaceId } from '../lib/index.ts'
import { decidingOf } from './deciding.ts'
import { type PlacedDecision, readDecision, wholeDecision } from './decision-store.ts'
import { DecisionNotFoundError, TimeError } from './lifecycle-errors.ts'
import { connectorKey, type LifecycleNeeds, LONGEST_WITHHELD, lookingAgain, noticeAbout, otherSideOf, wholeOf } from './room.ts'
import { isWithheld } from './status.ts'
import { steeringWords } from './words.ts'

export type LookingAgain = {
  readonly workspace: WorkspaceId
  readonly decision: DecisionId
  readonly by: UserId
  readonly reason: string
  /** When it is looked at once more; null: it may be told now. */
  readonly withheldUntil: number | null
}

/**
 * Looks again at what a law forbade to tell (clause 5a-immediate): it is told now, with its statement of reasons, or withheld until another date.
 * @throws DecisionNotFoundError, TimeError
 */
export async function lookAgain(
  needs: LifecycleNeeds,
  { workspace, decision: id, by, reason, withheldUntil }: LookingAgain,
): Promise<PlacedDecision> {
  const { storage, clock, enforcement, schedule, outbox } = needs
  const at = clock.now()
  const about = await readDecision(storage, workspace, id)
  if (about === undefined) throw new DecisionNotFoundError()
  const { place, decisions } = await wholeOf(needs, workspace, about.connector, at)
  if (!isWithheld(about, decisions)) throw new DecisionNotFoundError()
  if (withheldUntil !== null && (withheldUntil <= at || withheldUntil > at + LONGEST_WITHHELD))
    throw new TimeError('/withheldUntil', 'Say by when that is looked at again: after now, and within 365 days.', 'operator')
  const decision = wholeDecision({
    workspace,
    connector: about.connector,
    kind: 'look-again',
    reason,
    ground: 'law',
    clause: '5a-immediate',
    decidedAs: ['operator'],
    by,
    at,
    about: id,
    withheldUntil,
  })
  const words = noticeAbout(place, steeringWords(place, about), { kind: `lifecycle.${about.kind}`, clause: '5a-immediate', legal: true, subject: id })
  await enforcement.change(
    [
      ...decidingOf(storage.db, decision, { event: 'reasons.looked_at' }),
      ...(withheldUntil === null
        ? [
            schedule.cancelling({ workspace, kind: 'lifecycle.look-again', subject: id }),
            ...outbox.sending({ ...words, to: otherSideOf(about, place) }, at),
          ]
        : lookingAgain(schedule, about, withheldUntil)),
    ],
    [connectorKey(about.connector)],
  )
  return decision
}
