import type { LedgerEvent } from '@handfast/contract'
import type { ConnectorId, WorkspaceId } from '../lib/index.ts'
import type { Write } from '../storage/index.ts'
import type { RunningNotice } from './agreement.ts'
import { decidingOf } from './deciding.ts'
import type { PlacedDecision } from './decision-store.ts'
import { schedulingDeletions } from './deletions.ts'
import { endDecision, noticeBy, noticeDecision, removalDecision, withdrawalDecision } from './ending-decisions.ts'
import { AgreementEndedError } from './lifecycle-errors.ts'
import {
  bothSides,
  connectorKey,
  type LifecycleNeeds,
  lookingAgain,
  noticeAbout,
  otherSide,
  otherSideOf,
  type Steering,
  type Whole,
  wholeOf,
} from './room.ts'
import { endWords, noticeWords, userWords, withdrawalWords } from './words.ts'

/** Notice to end the agreement. `endsAt`: later than 30 days from now, where whoever gives it wants that. */
export type GivingNotice = Steering & { readonly endsAt?: number }

const ended = (workspace: WorkspaceId, connector: ConnectorId) => ({ workspace, kind: 'lifecycle.end', subject: connector })

async function openAgreement(needs: LifecycleNeeds, { workspace, connector }: Steering, at: number): Promise<Whole> {
  const whole = await wholeOf(needs, workspace, connector, at)
  if (whole.agreement.state === 'ended') throw new AgreementEndedError()
  return whole
}

/**
 * Ends the agreement with notice (clause 5a-notice): at least 30 times 24 hours, which nobody can shorten. Users are told at once, and calls work until
 * the minute.
 * @throws AgreementEndedError, LifecycleNoChangeError when this side gave notice already, TimeError, GroundError
 */
export async function giveNotice(needs: LifecycleNeeds, { endsAt: wanted, ...steering }: GivingNotice): Promise<number> {
  const { storage, clock, enforcement, schedule, outbox } = needs
  const at = clock.now()
  const { place, agreement, standing } = await openAgreement(needs, steering, at)
  const decision = noticeDecision(steering, wanted, agreement, at)
  const endsAt = decision.effectiveAt ?? at
  const firstEnd = Math.min(endsAt, agreement.endsAt ?? endsAt)
  const notice = noticeAbout(place, noticeWords(place, decision, endsAt), {
    kind: 'lifecycle.give-notice',
    clause: '5a-notice',
    legal: true,
    subject: decision.id,
  })
  const forUsers = noticeAbout(place, userWords.ending(place, firstEnd), {
    kind: 'lifecycle.ending',
    clause: '5a-notice',
    legal: true,
    subject: decision.id,
  })
  await enforcement.change(
    [
      ...decidingOf(storage.db, decision, { event: 'agreement.notice_given' }),
      ...outbox.sending({ ...notice, to: otherSideOf(decision, place) }, at),
      ...(standing.status === 'removed' ? [] : outbox.sendingToAll(forUsers, { kind: 'enabled', connector: place.connector }, at)),
      schedule.putting({ ...ended(place.workspace, place.connector), dueAt: firstEnd }),
    ],
    [connectorKey(place.connector)],
  )
  return endsAt
}

/** Whoever gave notice asks to take it back; the notice runs on until the other side agrees. @throws AgreementEndedError, LifecycleNoChangeError */
export async function askWithdrawal(needs: LifecycleNeeds, steering: Steering): Promise<void> {
  const at = needs.clock.now()
  const { place, agreement } = await openAgreement(needs, steering, at)
  const decision = withdrawalDecision('ask-withdrawal', steering, agreement, at)
  const notice = noticeBy(agreement, steering, true)
  await write(needs, place.connector, withdrawing(needs, place, 'agreement.withdrawal_asked', decision, notice, at))
}

/** The other side agrees, and the agreement goes on unless another notice runs. @throws AgreementEndedError, LifecycleNoChangeError */
export async function agreeWithdrawal(needs: LifecycleNeeds, steering: Steering): Promise<void> {
  const { schedule, outbox, clock } = needs
  const at = clock.now()
  const { place, agreement, standing } = await openAgreement(needs, steering, at)
  const decision = withdrawalDecision('agree-withdrawal', steering, agreement, at)
  const notice = noticeBy(agreement, steering, false)
  const { workspace, connector } = place
  const next = agreement.notices.find(({ decision }) => decision.id !== notice.decision.id)
  const goesOn = noticeAbout(place, userWords.goesOn(place), {
    kind: 'lifecycle.goes-on',
    clause: '5a-notice',
    legal: true,
    subject: notice.decision.id,
  })
  await write(needs, connector, [
    ...withdrawing(needs, place, 'agreement.notice_withdrawn', decision, notice, at),
    next === undefined ? schedule.cancelling(ended(workspace, connector)) : schedule.putting({ ...ended(workspace, connector), dueAt: next.endsAt }),
    ...(next === undefined && standing.status !== 'removed' ? outbox.sendingToAll(goesOn, { kind: 'enabled', connector }, at) : []),
  ])
}

function withdrawing(
  { storage, outbox }: LifecycleNeeds,
  place: Whole['place'],
  event: LedgerEvent,
  decision: PlacedDecision,
  { endsAt, by }: RunningNotice,
  at: number,
): readonly Write[] {
  const kind = decision.kind === 'ask-withdrawal' ? 'ask-withdrawal' : 'agree-withdrawal'
  const words = withdrawalWords(place, kind, endsAt)
  const notice = noticeAbout(place, words, { kind: `lifecycle.${kind}`, clause: '5a-notice', legal: true, subject: decision.id })
  // Asked by one side, agreed by the other: whoever did not act hears of it.
  const hears = kind === 'ask-withdrawal' ? otherSide[by] : by
  const to =
    hears === 'operator' ? { kind: 'operator' as const } : { kind: 'developer' as const, developer: place.developer, purpose: 'legal' as const }
  return [...decidingOf(storage.db, decision, { event }), ...outbox.sending({ ...notice, to }, at)]
}

function write({ enforcement }: LifecycleNeeds, connector: ConnectorId, writes: readonly Write[]) {
  return enforcement.change(writes, [connectorKey(connector)])
}

/**
 * Ends the agreement at once (clause 5a-immediate), with a ground that allows that.
 * @throws AgreementEndedError, GroundError, TimeError
 */
export async function endAtOnce(needs: LifecycleNeeds, steering: Steering): Promise<void> {
  const { clock } = needs
  const at = clock.now()
  const whole = await openAgreement(needs, steering, at)
  const decision = endDecision(steering, at)
  await write(needs, whole.place.connector, [
    ...endingWrites(needs, whole, decision, decision, at, at),
    needs.schedule.cancelling(ended(whole.place.workspace, whole.place.connector)),
  ])
}

/**
 * The statements of an end: its record, the removal of the connector, what is deleted and when, and who is told.
 * @param because what ended it: the notice that ran out, or the decision itself
 * @param endedAt when it took effect, which may be long before `at` where no node was up then
 */
export function endingWrites(
  needs: LifecycleNeeds,
  { place, decisions }: Whole,
  decision: PlacedDecision,
  because: PlacedDecision,
  endedAt: number,
  at: number,
): readonly Write[] {
  const { storage, schedule, outbox } = needs
  const { workspace, connector } = place
  const { withheldUntil } = decision
  const wasRemoved = decisions.some(({ kind }) => kind === 'remove')
  const words = noticeAbout(place, endWords(place, because, endedAt), {
    kind: 'lifecycle.end',
    clause: because.clause ?? '5a-immediate',
    legal: true,
    subject: decision.id,
  })
  const gone = noticeAbout(place, userWords.gone(place), { kind: 'lifecycle.gone', clause: '5b-survival', legal: true, subject: decision.id })
  const sides = bothSides(place).filter(({ kind }) => kind === 'operator' || withheldUntil === null)
  return [
    ...decidingOf(storage.db, decision, { event: 'agreement.ended', facts: { dueAt: endedAt } }),
    ...(wasRemoved
      ? []
      : [
          ...decidingOf(storage.db, removalDecision(decision, endedAt, at), { event: 'connector.removed', facts: { dueAt: endedAt } }),
          ...schedulingDeletions(schedule, workspace, connector, endedAt),
          ...outbox.sendingToAll(gone, { kind: 'enabled', connector }, at),
        ]),
    ...sides.flatMap((to) => outbox.sending({ ...words, to }, at)),
    ...lookingAgain(schedule, decision, withheldUntil),
    schedule.cancelling({ workspace, kind: 'lifecycle.tell-users', subject: connector }),
  ]
}
