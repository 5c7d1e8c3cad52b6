import { record } from '../ledger/index.ts'
import { type Clock, MINUTE, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Schedule } from '../schedule/index.ts'
import { type Storage, writeOne } from '../storage/index.ts'
import { type Deliveries, HAND_OVER } from './deliveries.ts'
import { canBecome, type Delivery } from './delivery.ts'
import { DeliveryStateError, NoticeNotFoundError, PostDateError } from './notice-errors.ts'

/** What somebody posted by hand. */
export type Posted = {
  /** The address on the envelope. */
  readonly address: string
  /** Who carries it. */
  readonly courier: string
  /** When it was handed to the courier: the date of service. */
  readonly handedAt: number
  /** Number by which the courier knows it. */
  readonly tracking?: string | undefined
}

/** What an operator does about notices that do not arrive by themselves. */
export class SeeingTo {
  readonly #needs: { readonly storage: Storage; readonly clock: Clock; readonly schedule: Schedule; readonly deliveries: Deliveries }
  constructor(needs: { readonly storage: Storage; readonly clock: Clock; readonly schedule: Schedule; readonly deliveries: Deliveries }) {
    this.#needs = needs
  }

  /**
   * Writes down that a notice was posted: it is served on the date on which the courier got it.
   * @throws NoticeNotFoundError, PostDateError
   */
  async posted(workspace: WorkspaceId, id: string, { address, courier, handedAt, tracking }: Posted, by: UserId): Promise<Delivery> {
    const { storage, clock, deliveries } = this.#needs
    const notice = await deliveries.store.notice(workspace, id)
    if (notice === undefined) throw new NoticeNotFoundError()
    const now = clock.now()
    if (handedAt > now + MINUTE) throw new PostDateError('/handedAt', 'This time has not come yet. Write it down once the courier has it.')
    if (handedAt < notice.at) throw new PostDateError('/handedAt', 'The notice was written after that time.')
    const dlv = newId('dlv', now)
    // The same address twice is two envelopes, each with its own date.
    const place = { channel: 'post', place: `${address} (${dlv.slice(-6)})`, user: null } as const
    const delivery: Delivery = {
      id: dlv,
      workspace,
      notice: notice.id,
      ...place,
      state: 'queued',
      stateAt: now,
      servedAt: null,
      firm: false,
      createdAt: now,
    }
    const detail = `handed to ${courier}${tracking === undefined ? '' : `, ${tracking}`}`
    const moved = await deliveries.moving(delivery, 'handed over', { at: handedAt, detail, by })
    await storage.write([...deliveries.store.adding(delivery), ...moved])
    return { ...delivery, state: 'handed over', stateAt: handedAt, servedAt: handedAt }
  }

  /** Lets a mail or a webhook leave once more, with the same words. @throws NoticeNotFoundError, DeliveryStateError */
  async again(workspace: WorkspaceId, notice: string, id: string, by: UserId): Promise<void> {
    const { storage, clock, schedule, deliveries } = this.#needs
    const delivery = await deliveries.store.find(workspace, id)
    if (delivery === undefined || delivery.notice !== notice) throw new NoticeNotFoundError()
    const { channel, state } = delivery
    const waits = state === 'queued' || state === 'deferred'
    if ((channel !== 'e-mail' && channel !== 'webhook') || !(waits || canBecome(delivery, 'queued')))
      throw new DeliveryStateError(`This delivery is ${state}. Only mails and webhooks that wait, came back or were given up can be sent again.`)
    const now = clock.now()
    await storage.write([
      ...(waits ? [] : await deliveries.moving(delivery, 'queued', { by })),
      schedule.putting({ workspace, kind: HAND_OVER, subject: id, dueAt: now, payload: { tries: 0, since: now } }),
    ])
  }

  /** An operator saw to a notice that no address took, and says how. @throws NoticeNotFoundError, DeliveryStateError */
  async close(workspace: WorkspaceId, task: string, reason: string, by: UserId): Promise<void> {
    const { storage, clock } = this.#needs
    const { db } = storage
    const found = await db
      .selectFrom('notice_tasks')
      .select(['notice_id', 'closed_at'])
      .where('workspace_id', '=', workspace)
      .where('id', '=', task)
      .executeTakeFirst()
    if (found === undefined) throw new NoticeNotFoundError()
    const closed = () => new DeliveryStateError('Somebody saw to this already, or it was served meanwhile.')
    if (found.closed_at !== null) throw closed()
    const at = clock.now()
    const update = db
      .updateTable('notice_tasks')
      .set({ closed_at: at, closed_by: by, reason })
      .where('workspace_id', '=', workspace)
      .where('id', '=', task)
    await storage.write([
      writeOne(update.where('closed_at', 'is', null), closed),
      record(db, { event: 'notice.settled', workspace, subject: found.notice_id, by, at, facts: { task } }),
    ])
  }
}
