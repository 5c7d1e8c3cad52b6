import type { Id, UserId, WorkspaceId } from '../lib/index.ts'
import type { NoticeId } from './outbox.ts'

export type DeliveryId = Id<'dlv'>

/** How a notice reaches somebody. Each has its own idea of when it was received. */
export const channels = ['in-app', 'e-mail', 'webhook', 'post'] as const
export type Channel = (typeof channels)[number]

/**
 * `queued`: written down, not under way. `handed over`: the first server, or the courier, has it. `accepted`: the recipient's server has it, or it lies
 * in their inbox here. `deferred`: refused for now, tried again. `bounced`: came back. `failed`: given up on our side. `seen`: somebody of the recipient
 * opened it. `acknowledged`: they said that they received it.
 */
export const deliveryStates = ['queued', 'handed over', 'accepted', 'deferred', 'bounced', 'seen', 'acknowledged', 'failed'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** One thing that became of a delivery. */
export type Step = {
  readonly state: DeliveryState
  /** When it happened: the date of handing to the courier, which may be days before anybody wrote it down. */
  readonly at: number
  readonly recordedAt: number
  /** What the other side said. For operators; may name addresses. */
  readonly detail: string | null
}

/** A notice on its way to one place. */
export type Delivery = {
  readonly id: DeliveryId
  readonly workspace: WorkspaceId
  readonly notice: NoticeId
  readonly channel: Channel
  /** An e-mail address, the id of an account or of a webhook endpoint, or the address on an envelope. */
  readonly place: string
  /** The account it goes to, where it goes to one. */
  readonly user: UserId | null
  readonly state: DeliveryState
  readonly stateAt: number
  /** The date on which it counts as served, or null. */
  readonly servedAt: number | null
  /** The recipient's own server said that it delivered: nothing takes that back. */
  readonly firm: boolean
  readonly createdAt: number
}

const next: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  queued: ['handed over', 'accepted', 'deferred', 'bounced', 'failed'],
  deferred: ['handed over', 'accepted', 'deferred', 'bounced', 'failed'],
  'handed over': ['accepted', 'deferred', 'bounced', 'seen', 'failed'],
  // A server that only took it on from ours may still send it back.
  accepted: ['bounced', 'seen', 'acknowledged'],
  seen: ['acknowledged'],
  acknowledged: [],
  // Sent once more, by an operator.
  bounced: ['queued'],
  failed: ['queued'],
}

/**
 * Whether a delivery in one state can come to another. A report that comes late, twice or never should have come changes nothing: what the recipient's
 * own server said that it delivered (`firm`) was received, whatever it sends back afterwards.
 */
export function canBecome({ state, firm }: Pick<Delivery, 'state' | 'firm'>, to: DeliveryState): boolean {
  return next[state].includes(to) && !(firm && to === 'bounced')
}

/**
 * On which date a notice counts as served, by what became of it on one channel (clause 7b-notices); null: it does not. E-mail is served when the
 * recipient's server has it, post when the courier has it. An inbox here serves a legal notice only once somebody of the recipient says that they
 * received it; what is no legal notice, when it was seen. A webhook serves no legal notice: programs receive it, not people.
 */
export function servedAt(channel: Channel, legal: boolean, steps: readonly Pick<Step, 'state' | 'at'>[]): number | null {
  const begun = steps.findLastIndex(({ state }) => state === 'queued' || state === 'bounced' || state === 'failed')
  const counted = steps.slice(begun + 1).filter(({ state }) => serves(channel, legal, state))
  return counted.length === 0 ? null : Math.min(...counted.map(({ at }) => at))
}

function serves(channel: Channel, legal: boolean, state: DeliveryState): boolean {
  switch (channel) {
    case 'e-mail':
      return state === 'accepted' || state === 'seen' || state === 'acknowledged'
    case 'post':
      return state === 'handed over'
    case 'in-app':
      return state === 'acknowledged' || (state === 'seen' && !legal)
    case 'webhook':
      return state === 'accepted' && !legal
  }
}
