import { record } from '../ledger/index.ts'
import { type Clock, DAY, type Json, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Done, Due, Handlers, Schedule } from '../schedule/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import { type Channel, canBecome, type Delivery, type DeliveryState, servedAt } from './delivery.ts'
import { DeliveryStore, type Notice } from './delivery-store.ts'
import type { Outbox, Spread } from './outbox.ts'
import { type Address, addressesOf, type Lookups, nextAddresses, pageOfAudience, readersOf } from './recipients.ts'

export type DeliveriesNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly schedule: Schedule
  readonly outbox: Outbox
  readonly lookups: Lookups
  /** Webhook endpoints that are told a kind of notice. */
  readonly endpointsFor: (notice: Notice) => Promise<readonly string[]>
}

/** The kind of the deadline by which one delivery leaves. */
export const HAND_OVER = 'notices.hand-over'
const LOOK_AFTER = 'notices.look-after'
/** After so long an operator is asked to see to a legal notice that nobody is known to have received. */
const LOOKED_AFTER = 3 * DAY
/** So many recipients are written to in one transaction. */
const PAGE = 100

type Moved = { readonly at?: number; readonly detail?: string | null; readonly firm?: boolean; readonly by?: UserId | 'system' }

/** What becomes of notices: where each goes, and which of it arrived when (clause 7b-notices). */
export class Deliveries {
  readonly store: DeliveryStore
  readonly #needs: DeliveriesNeeds

  constructor(needs: DeliveriesNeeds) {
    this.#needs = needs
    this.store = new DeliveryStore(needs.storage.db)
  }

  handlers(): Handlers {
    return {
      'notices.deliver': { work: (due) => this.#deliver(due) },
      'notices.spread': { work: (due) => this.#spread(due) },
      [LOOK_AFTER]: { work: (due) => this.#lookAfter(due) },
    }
  }

  /** Decides, once, to which places a notice goes. Whatever is decided is written in the transaction that ends the deadline. */
  async #deliver({ workspace: of, subject, now }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    const notice = await this.store.notice(workspace, subject)
    if (notice === undefined || (await this.store.of(workspace, subject)).length > 0) return {}
    const { lookups, endpointsFor } = this.#needs
    const readers = await readersOf(lookups, workspace, notice.to)
    const groups = await addressesOf(lookups, workspace, notice.to)
    const muted = !notice.legal && notice.to.kind === 'user' && (await this.store.isMuted(workspace, notice.to.user, notice.kind))
    const mail = muted ? [] : nextAddresses(groups, new Set())
    const deliveries = [
      ...readers.map((user) => this.#planned(notice, 'in-app', user, user, now)),
      ...mail.map(({ email, user }) => this.#planned(notice, 'e-mail', email, user, now)),
      ...(await endpointsFor(notice)).map((endpoint) => this.#planned(notice, 'webhook', endpoint, null, now)),
    ]
    const reached = this.addressing(notice, deliveries, now)
    if (mail.length === 0 && !muted) return { writes: [...reached, ...this.#unreached(notice, now)] }
    const later = { workspace, kind: LOOK_AFTER, subject, dueAt: now + LOOKED_AFTER }
    return { writes: notice.legal ? [...reached, this.#needs.schedule.putting(later)] : reached }
  }

  /** Mail servers do not always report. A legal notice that was served on no channel by then is a person's to see to. */
  async #lookAfter({ workspace: of, subject, now }: Due): Promise<Done> {
    const notice = await this.store.notice(of as WorkspaceId, subject)
    if (notice === undefined) return {}
    const deliveries = await this.store.of(notice.workspace, notice.id)
    return deliveries.some((one) => one.servedAt !== null) ? {} : { writes: this.#unreached(notice, now) }
  }

  /** The statements that put deliveries of a notice on their way. */
  addressing(notice: Notice, deliveries: readonly Delivery[], at: number): readonly Write[] {
    if (deliveries.length === 0) return []
    const { storage, schedule } = this.#needs
    const { workspace, id: subject } = notice
    const facts: Record<string, Json> = { deliveries: deliveries.map(({ id, channel, state }) => ({ id, channel, state })), legal: notice.legal }
    return [
      ...deliveries.flatMap((delivery) => this.store.adding(delivery)),
      record(storage.db, { event: 'notice.addressed', workspace, subject, by: 'system', at, facts }),
      ...deliveries
        .filter(({ state }) => state === 'queued')
        .map(({ id }) => schedule.putting({ workspace, kind: HAND_OVER, subject: id, dueAt: at, payload: { tries: 0 } })),
    ]
  }

  #planned({ id: notice, workspace }: Notice, channel: Channel, place: string, user: UserId | null, at: number): Delivery {
    // An inbox of this house cannot be away: what is written down has arrived there.
    const state = channel === 'in-app' ? 'accepted' : 'queued'
    return { id: newId('dlv', at), workspace, notice, channel, place, user, state, stateAt: at, servedAt: null, firm: false, createdAt: at }
  }

  /**
   * The statements that bring a delivery to another state; none where that cannot be. They fail with a `DeliveryMovedError` where something else
   * moved it since it was read.
   */
  async moving(
    delivery: Delivery,
    state: DeliveryState,
    { at: given, detail = null, firm = false, by = 'system' }: Moved = {},
  ): Promise<readonly Write[]> {
    if (!canBecome(delivery, state)) return []
    const { storage, clock } = this.#needs
    const { workspace, id, channel } = delivery
    const notice = await this.store.notice(workspace, delivery.notice)
    if (notice === undefined) return []
    const now = clock.now()
    const at = given ?? now
    const step = { state, at, recordedAt: now, detail: detail === null ? null : detail.slice(0, 500) }
    const before = (await this.store.steps(workspace, [id])).get(id) ?? []
    const served = servedAt(channel, notice.legal, [...before, step])
    const facts: Record<string, Json> = { notice: notice.id, about: notice.subject, channel, state, happenedAt: at, servedAt: served }
    return [
      ...this.store.moving(delivery, step, served, delivery.firm || firm),
      record(storage.db, { event: 'delivery.changed', workspace, subject: id, by, at: now, facts }),
      ...(served === null ? [] : [this.store.answering(workspace, notice.id, now)]),
    ]
  }

  /** The statements after a place took nothing: another address of the same recipient, or, where there is none for a legal notice, the operator. */
  async further(delivery: Delivery, at: number): Promise<readonly Write[]> {
    const { workspace, channel } = delivery
    const notice = await this.store.notice(workspace, delivery.notice)
    if (notice === undefined || channel !== 'e-mail') return []
    const all = (await this.store.of(workspace, notice.id)).filter((one) => one.channel === 'e-mail')
    const hopeful = all.some((one) => one.id !== delivery.id && one.state !== 'bounced' && one.state !== 'failed')
    if (hopeful) return []
    const tried = new Set(all.map(({ place }) => place.toLowerCase()))
    const next = nextAddresses(await addressesOf(this.#needs.lookups, workspace, notice.to), tried)
    return next.length === 0 ? this.#unreached(notice, at) : this.#mailing(notice, next, at)
  }

  #mailing(notice: Notice, to: readonly Address[], at: number): readonly Write[] {
    return this.addressing(
      notice,
      to.map(({ email, user }) => this.#planned(notice, 'e-mail', email, user, at)),
      at,
    )
  }

  #unreached(notice: Notice, at: number): readonly Write[] {
    if (!notice.legal) return []
    const { workspace, id, subject } = notice
    const entry = { event: 'notice.undelivered', workspace, subject: id, by: 'system', at, facts: { about: subject } } as const
    return [this.store.asking(workspace, id, at), record(this.#needs.storage.db, entry)]
  }

  /** Writes a notice to everybody of an audience, a page at a time. Each page is in one transaction with where the next begins, so nobody is written to twice. */
  async #spread({ workspace: of, payload, now }: Due): Promise<Done> {
    const { notice, audience, after } = payload as unknown as Spread
    const page = await pageOfAudience(this.#needs.lookups, of as WorkspaceId, audience, after, PAGE)
    const writes = page.to.flatMap(({ workspace, recipient }) => this.#needs.outbox.sending({ ...notice, workspace, to: recipient }, now))
    return page.next === null ? { writes } : { writes, next: now, payload: { ...payload, after: page.next } }
  }
}
