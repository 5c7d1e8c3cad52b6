import type { LedgerEvent } from '@handfast/contract'
import { DAY } from '../lib/index.ts'
import type { Write } from '../storage/index.ts'
import { decidingOf } from './deciding.ts'
import { type DecisionKind, type Side, sideOf, sidesOf } from './decision.ts'
import { type PlacedDecision, wholeDecision } from './decision-store.ts'
import { schedulingDeletions } from './deletions.ts'
import { ConnectorRemovedError, LifecycleNoChangeError } from './lifecycle-errors.ts'
import {
  connectorKey,
  type LifecycleNeeds,
  lookingAgain,
  noticeAbout,
  otherSide,
  otherSideOf,
  type Steering,
  sayingOf,
  type Whole,
  wholeOf,
} from './room.ts'
import type { StandingStatus } from './status.ts'
import { steeringWords, userWords } from './words.ts'

export type SteeringKind = Extract<DecisionKind, 'suspend' | 'reinstate' | 'pause' | 'resume' | 'refuse-listing' | 'allow-listing' | 'remove'>

/** A pause can be about one tool. */
export type ToolSteering = Steering & { readonly tool?: string | null }

const events: Readonly<Record<SteeringKind, readonly [whole: LedgerEvent, tool: LedgerEvent]>> = {
  suspend: ['connector.suspended', 'connector.suspended'],
  reinstate: ['connector.reinstated', 'connector.reinstated'],
  pause: ['connector.paused', 'tool.paused'],
  resume: ['connector.resumed', 'tool.resumed'],
  'refuse-listing': ['listing.refused', 'listing.refused'],
  'allow-listing': ['listing.allowed', 'listing.allowed'],
  remove: ['connector.removed', 'connector.removed'],
}

/** Users hear of a suspension when it has lasted so long. */
export const USERS_HEAR_AFTER = DAY

/**
 * Stops and starts a connector, one of its tools, or its listing (clause 2d-remove). It holds on every node before this returns, and whoever it is
 * decided against is told in the same transaction.
 * @throws ConnectorRemovedError, LifecycleNoChangeError, GroundError, TimeError; to reinstate, what `requireBound` throws
 */
export async function steer(needs: LifecycleNeeds, kind: SteeringKind, steering: ToolSteering): Promise<void> {
  const { enforcement, clock } = needs
  const { connector } = steering
  const at = clock.now()
  await enforcement.change(await steeringWrites(needs, kind, steering, at), [connectorKey(connector)])
}

/** The statements of it, for whoever decides more in one transaction. @throws as `steer` */
export async function steeringWrites(needs: LifecycleNeeds, kind: SteeringKind, steering: ToolSteering, at: number): Promise<readonly Write[]> {
  const whole = await wholeOf(needs, steering.workspace, steering.connector, at)
  const writes = writesOf(needs, kind, steering, whole, at)
  if (kind === 'reinstate') await needs.requireBound(steering.workspace, steering.connector)
  return writes
}

function writesOf(needs: LifecycleNeeds, kind: SteeringKind, steering: ToolSteering, whole: Whole, at: number): readonly Write[] {
  const { storage, schedule, outbox } = needs
  const { tool = null } = steering
  const { place } = whole
  const decision = steeringDecision(kind, steering, whole.standing, at)
  const [event, toolEvent] = events[kind]
  const notice = noticeAbout(place, steeringWords(place, decision), {
    kind: `lifecycle.${kind}`,
    clause: '2d-remove',
    legal: kind !== 'resume' && kind !== 'reinstate',
    subject: decision.id,
  })
  const told = decision.withheldUntil === null ? outbox.sending({ ...notice, to: otherSideOf(decision, place) }, at) : []
  const stopEnds = endingWritesOf(needs, kind, { ...steering, tool }, decision)
  return [
    ...decidingOf(storage.db, decision, { event: tool === null ? event : toolEvent }),
    ...told,
    ...stopEnds,
    ...lookingAgain(schedule, decision, decision.withheldUntil),
    ...usersHear(needs, kind, decision.tool, decision.id, whole, at),
    ...(kind === 'remove' ? schedulingDeletions(schedule, place.workspace, place.connector, at) : []),
  ]
}

/** The judgement alone: what is decided, where the side may and something changes. @throws as `steer` */
export function steeringDecision(kind: SteeringKind, steering: ToolSteering, standing: StandingStatus, at: number): PlacedDecision {
  const { tool = null } = steering
  if (standing.status === 'removed') throw new ConnectorRemovedError()
  requireChange(kind, { ...steering, tool }, standing)
  return wholeDecision({ ...sayingOf(steering, at), kind, tool })
}

/** The deadline at which a suspension or a pause ends by itself: put down with it, taken away by whoever lifts it before. */
function endingWritesOf(
  { schedule }: LifecycleNeeds,
  kind: SteeringKind,
  { workspace, connector, decidedAs, tool = null }: ToolSteering,
  decision: PlacedDecision,
) {
  const of = (what: 'suspend' | 'pause', side: Side) => ({
    workspace,
    kind: 'lifecycle.stop-ends',
    subject: [connector, what, side, ...(tool === null ? [] : [tool])].join('/'),
  })
  const { until } = decision
  if (kind === 'reinstate' || kind === 'resume')
    return sidesOf(decidedAs).map((side) => schedule.cancelling(of(kind === 'reinstate' ? 'suspend' : 'pause', side)))
  if (kind !== 'suspend' && kind !== 'pause') return []
  const deadline = of(kind, sideOf(decidedAs))
  return until === null
    ? [schedule.cancelling(deadline)]
    : [schedule.putting({ ...deadline, dueAt: until, payload: { connector, decision: decision.id, tool } })]
}

/** What users are told: of a removal at once, of a suspension when it has lasted a day, and of its end where they heard of it. */
function usersHear(
  { schedule, outbox }: LifecycleNeeds,
  kind: SteeringKind,
  tool: string | null,
  subject: string,
  whole: Whole,
  at: number,
): readonly Write[] {
  const { place, standing } = whole
  const { workspace, connector } = place
  const audience = { kind: 'enabled' as const, connector }
  const about = { clause: '2d-remove' as const, legal: false, subject }
  const hearing = { workspace, kind: 'lifecycle.tell-users', subject: connector }
  if (kind === 'remove')
    return [
      schedule.cancelling(hearing),
      ...outbox.sendingToAll(noticeAbout(place, userWords.gone(place), { ...about, kind: 'lifecycle.gone' }), audience, at),
    ]
  if (kind === 'suspend' && standing.status !== 'suspended')
    return [schedule.putting({ ...hearing, dueAt: at + USERS_HEAR_AFTER, payload: { decision: subject } })]
  if (kind !== 'reinstate' || tool !== null || standing.because === null) return []
  const heard = standing.because.at + USERS_HEAR_AFTER <= at
  const goesOn = noticeAbout(place, userWords.goesOn(place), { ...about, kind: 'lifecycle.goes-on' })
  return heard ? outbox.sendingToAll(goesOn, audience, at) : []
}

const already: Readonly<Record<SteeringKind, string>> = {
  suspend: 'This connector is already suspended.',
  reinstate: 'This connector is not suspended.',
  pause: 'It is already paused.',
  resume: 'It is not paused.',
  'refuse-listing': 'This connector is already not listed.',
  'allow-listing': 'This connector is not kept from being listed.',
  remove: 'This connector is already removed.',
}

/** @throws LifecycleNoChangeError where nothing would change, or where only the other side can */
function requireChange(kind: SteeringKind, { decidedAs, tool = null }: ToolSteering, standing: StandingStatus): void {
  const stoppers = kind === 'suspend' || kind === 'reinstate' ? standing.suspendedBy : tool === null ? standing.pausedBy : stoppersOf(standing, tool)
  switch (kind) {
    case 'suspend':
    case 'pause':
      if (stoppers.includes(sideOf(decidedAs))) throw new LifecycleNoChangeError(already[kind], 'operator')
      return
    case 'reinstate':
    case 'resume': {
      const sides = sidesOf(decidedAs)
      if (stoppers.some((side) => sides.includes(side))) return
      const stopper = sides.map((side) => otherSide[side]).find((side) => stoppers.includes(side))
      const verbs = kind === 'reinstate' ? (['suspended this connector', 'reinstate'] as const) : (['paused it', 'resume'] as const)
      throw stopper === undefined
        ? new LifecycleNoChangeError(already[kind], 'operator')
        : new LifecycleNoChangeError(`The ${stopper} ${verbs[0]}, so only the ${stopper} can ${verbs[1]} it.`, stopper)
    }
    case 'refuse-listing':
    case 'allow-listing':
      if ((standing.unlisted !== null) === (kind === 'refuse-listing')) throw new LifecycleNoChangeError(already[kind], 'operator')
      return
    case 'remove':
      return
  }
}

function stoppersOf({ pausedTools }: Whole['standing'], tool: string) {
  return pausedTools.find((one) => one.tool === tool)?.by ?? []
}
