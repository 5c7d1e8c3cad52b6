import type { ClauseId, Ground } from '@handfast/contract'
import { groundOf } from '@handfast/contract'
import { type Clock, type ConnectorId, DAY, rfc3339, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { NewNotice, Outbox, Recipient } from '../notices/index.ts'
import type { Schedule } from '../schedule/index.ts'
import type { Enforcement, Storage, Write } from '../storage/index.ts'
import { type Agreement, agreementOf } from './agreement.ts'
import { type DecidedAs, type Decision, type Side, sideOf } from './decision.ts'
import { decisionsOf, type PlacedDecision, releaseDigests } from './decision-store.ts'
import { GroundError, TimeError } from './lifecycle-errors.ts'
import { type Place, placeOf } from './place.ts'
import { type StandingStatus, statusOf } from './status.ts'
import type { Words } from './words.ts'

export type LifecycleNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly enforcement: Enforcement
  readonly schedule: Schedule
  readonly outbox: Outbox
  /**
   * From the room that keeps the terms: what was away when the documents changed comes back under those in force (clause 7a-changes).
   * Throws where one of them does not bind the connector and its developer may not rely on that.
   */
  readonly requireBound: (workspace: WorkspaceId, connector: ConnectorId) => Promise<void>
}

/** Who stops, starts or ends something, in what role, and why. */
export type Steering = {
  readonly workspace: WorkspaceId
  readonly connector: ConnectorId
  readonly by: UserId | 'system'
  /** Never empty: whoever is neither operator, reviewer nor a member of the developer does not come this far. */
  readonly decidedAs: readonly DecidedAs[]
  /** The facts, in words. */
  readonly reason: string
  /** Absent: `other`. */
  readonly ground?: Ground
  /** The clause that it rests on; absent: that of the ground. */
  readonly clause?: ClauseId
  /** When it ends by itself; for suspensions and pauses. */
  readonly until?: number
  /** Where a law forbids telling: when that is looked at again. With the ground `law` only. */
  readonly withheldUntil?: number
}

/** How long a decision of the operator's side can be appealed: 180 times 24 hours. */
export const APPEAL_PERIOD = 180 * DAY
/** What is withheld is looked at again within that time. */
export const LONGEST_WITHHELD = 365 * DAY

const APPEAL = 'You can have somebody else look at it: appeal in the console, or with `handfast connector appeal`.'

/** All that stands about a connector, read once. */
export type Whole = {
  readonly place: Place
  readonly decisions: readonly PlacedDecision[]
  readonly standing: StandingStatus
  readonly agreement: Agreement
}

/**
 * What was written down stands, also where the clock of the node that wrote it is ahead of this one's: nothing is stopped later here than there. What
 * begins or ends at a time does so by this node's clock.
 */
export async function wholeOf(
  { storage }: Pick<LifecycleNeeds, 'storage'>,
  workspace: WorkspaceId,
  connector: ConnectorId,
  now: number,
): Promise<Whole> {
  const [place, decisions, releases] = await Promise.all([
    placeOf(storage, workspace, connector),
    decisionsOf(storage, workspace, connector),
    releaseDigests(storage, workspace, connector),
  ])
  return { place, decisions, standing: statusOf(decisions, releases, now), agreement: agreementOf(decisions, now) }
}

/** The clause that a ground rests on, for somebody who can give it. @throws GroundError */
export function clauseFor(ground: Ground, decidedAs: readonly DecidedAs[]): ClauseId {
  const { by, clause } = groundOf(ground)
  if (decidedAs.some((role) => by.includes(sideOf([role])))) return clause
  const side = sideOf(decidedAs)
  throw new GroundError(`The ground "${ground}" is not one that the ${side} can give.`, side)
}

/** What a new decision of somebody says about itself. @throws GroundError, TimeError */
export function sayingOf(steering: Steering, at: number) {
  const { workspace, connector, by, decidedAs, reason, ground = 'other', clause, until = null, withheldUntil = null } = steering
  const side = sideOf(decidedAs)
  const restsOn = clauseFor(ground, decidedAs)
  if (until !== null && until <= at) throw new TimeError('/until', 'It would have ended already. Give a time that is still to come.', side)
  if (withheldUntil !== null) {
    if (ground !== 'law') throw new GroundError('A reason is withheld only where a law forbids telling it: the ground is "law" then.', side)
    if (withheldUntil <= at || withheldUntil > at + LONGEST_WITHHELD)
      throw new TimeError('/withheldUntil', `Say by when that is looked at again: after now, and by ${rfc3339(at + LONGEST_WITHHELD)}.`, side)
  }
  const redress = side === 'operator' ? { how: APPEAL, until: at + APPEAL_PERIOD } : null
  return { workspace, connector, by, decidedAs, reason, ground, clause: clause ?? restsOn, until, withheldUntil, redress, at }
}

/** Whom the other side of a decision is: the developer's legal contact, or the operator. */
export function otherSideOf({ decidedAs }: Pick<Decision, 'decidedAs'>, { developer }: Place): Recipient {
  return sideOf(decidedAs) === 'operator' ? { kind: 'developer', developer, purpose: 'legal' } : { kind: 'operator' }
}

export function bothSides({ developer }: Place): readonly Recipient[] {
  return [{ kind: 'developer', developer, purpose: 'legal' }, { kind: 'operator' }]
}

export function noticeAbout(place: Place, words: Words, about: Pick<NewNotice, 'kind' | 'clause' | 'legal' | 'subject'>): Omit<NewNotice, 'to'> {
  return { workspace: place.workspace, connector: place.connector, ...about, ...words }
}

/** The statements that look at a withheld reason again when its time comes. */
export function lookingAgain(schedule: Schedule, { workspace, connector, id }: PlacedDecision, withheldUntil: number | null): readonly Write[] {
  return withheldUntil === null
    ? []
    : [schedule.putting({ workspace, kind: 'lifecycle.look-again', subject: id, dueAt: withheldUntil, payload: { connector } })]
}

export const connectorKey = (connector: ConnectorId): string => `connector:${connector}`
export const otherSide: Readonly<Record<Side, Side>> = { operator: 'developer', developer: 'operator' }
