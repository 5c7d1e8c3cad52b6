import type { Kysely } from 'kysely'
import { newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, write, writeOne } from '../storage/index.ts'
import type { Channel, Delivery, DeliveryId, DeliveryState, Step } from './delivery.ts'
import type { NoticeId, Recipient } from './outbox.ts'
import { recipientFrom } from './recipients.ts'

export type DeliveryRow = Schema['notice_deliveries']
export type NoticeRow = Schema['notices']
/** A notice as it was written. */
export type Notice = Omit<NoticeRow, 'workspace_id' | 'id' | 'legal'> & {
  readonly id: NoticeId
  readonly workspace: WorkspaceId
  readonly legal: boolean
  readonly to: Recipient
}
export type Copy = { readonly mediaType: string; readonly content: string; readonly sha256: string; readonly at: number }

/** Another attempt or a report moved the delivery meanwhile; whoever meant to has to look again. */
export class DeliveryMovedError extends Error {
  override readonly name = 'DeliveryMovedError'
}

/** The only SQL about what became of notices. */
export class DeliveryStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async notice(workspace: WorkspaceId, id: string): Promise<Notice | undefined> {
    const row = await this.#db.selectFrom('notices').selectAll().where('workspace_id', '=', workspace).where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toNotice(row)
  }

  async of(workspace: WorkspaceId, notice: string): Promise<readonly Delivery[]> {
    const query = this.#db.selectFrom('notice_deliveries').selectAll().where('workspace_id', '=', workspace).where('notice_id', '=', notice)
    return (await query.orderBy('id').execute()).map(toDelivery)
  }

  async find(workspace: WorkspaceId, id: string): Promise<Delivery | undefined> {
    const query = this.#db.selectFrom('notice_deliveries').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
    const row = await query.executeTakeFirst()
    return row === undefined ? undefined : toDelivery(row)
  }

  /** By its id alone, which nobody guesses: reports of mail servers name no workspace. */
  async named(id: string): Promise<Delivery | undefined> {
    const row = await this.#db.selectFrom('notice_deliveries').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toDelivery(row)
  }

  async steps(workspace: WorkspaceId, deliveries: readonly string[]): Promise<ReadonlyMap<string, readonly Step[]>> {
    const found = new Map<string, Step[]>()
    if (deliveries.length === 0) return found
    const query = this.#db.selectFrom('notice_steps').selectAll().where('workspace_id', '=', workspace).where('delivery_id', 'in', deliveries)
    for (const { delivery_id, state, at, recorded_at, detail } of await query.orderBy('id').execute()) {
      const known = found.get(delivery_id) ?? []
      known.push({ state: state as DeliveryState, at, recordedAt: recorded_at, detail })
      found.set(delivery_id, known)
    }
    return found
  }

  /** The earliest date on which any notice about a subject was served on a recipient, or null. */
  async servedAt(workspace: WorkspaceId, subject: string, kind: string, recipient: string): Promise<number | null> {
    const row = await this.#db
      .selectFrom('notices')
      .innerJoin('notice_deliveries', 'notice_deliveries.notice_id', 'notices.id')
      .select(({ fn }) => fn.min('notice_deliveries.served_at').as('at'))
      .where('notices.workspace_id', '=', workspace)
      .where('notice_deliveries.workspace_id', '=', workspace)
      .where('notices.subject', '=', subject)
      .where('notices.recipient_kind', '=', kind)
      .where('notices.recipient', '=', recipient)
      .executeTakeFirst()
    return row?.at === null || row?.at === undefined ? null : Number(row.at)
  }

  /** The statements of a new delivery, with its first step. */
  adding(delivery: Delivery, detail: string | null = null): readonly Write[] {
    const { id, workspace, notice, channel, place, user, state, stateAt, servedAt, firm, createdAt } = delivery
    const row = {
      id,
      workspace_id: workspace,
      notice_id: notice,
      channel,
      place,
      user_id: user,
      state,
      state_at: stateAt,
      served_at: servedAt,
      firm: firm ? (1 as const) : (0 as const),
      created_at: createdAt,
    }
    return [
      write(this.#db.insertInto('notice_deliveries').values(row)),
      this.#stepping(workspace, id, { state, at: stateAt, recordedAt: createdAt, detail }),
    ]
  }

  /** The statements that bring a delivery from the state that it was read in to the next. */
  moving(from: Delivery, step: Step, served: number | null, firm: boolean): readonly Write[] {
    const set = { state: step.state, state_at: step.at, served_at: served, firm: firm ? (1 as const) : (0 as const) }
    const update = this.#db.updateTable('notice_deliveries').set(set).where('workspace_id', '=', from.workspace).where('id', '=', from.id)
    return [writeOne(update.where('state', '=', from.state), () => new DeliveryMovedError()), this.#stepping(from.workspace, from.id, step)]
  }

  #stepping(workspace: WorkspaceId, delivery: DeliveryId, { state, at, recordedAt, detail }: Step): Write {
    const row = { id: newId('stp', recordedAt), workspace_id: workspace, delivery_id: delivery, state, at, recorded_at: recordedAt, detail }
    return write(this.#db.insertInto('notice_steps').values(row))
  }

  async copy(workspace: WorkspaceId, delivery: string): Promise<Copy | undefined> {
    const query = this.#db.selectFrom('notice_copies').selectAll().where('workspace_id', '=', workspace).where('delivery_id', '=', delivery)
    const row = await query.executeTakeFirst()
    return row === undefined ? undefined : { mediaType: row.media_type, content: row.content, sha256: row.sha256, at: row.at }
  }

  /** Keeps what is about to leave. What is there already stays: every attempt sends the same. */
  copying({ workspace, id }: Delivery, mediaType: string, content: string, at: number): Write {
    const row = { delivery_id: id, workspace_id: workspace, media_type: mediaType, content, sha256: sha256(content), at }
    return write(
      this.#db
        .insertInto('notice_copies')
        .values(row)
        .onConflict((conflict) => conflict.column('delivery_id').doNothing()),
    )
  }

  /** Whether a person wants no mail about a kind. */
  async isMuted(workspace: WorkspaceId, user: UserId, kind: string): Promise<boolean> {
    const query = this.#db.selectFrom('notice_mutes').select('kind').where('workspace_id', '=', workspace).where('user_id', '=', user)
    return (await query.where('kind', '=', kind).executeTakeFirst()) !== undefined
  }

  /** Puts a legal notice before the operator, once. */
  asking(workspace: WorkspaceId, notice: NoticeId, at: number): Write {
    const row = { id: newId('tsk', at), workspace_id: workspace, notice_id: notice, at, closed_at: null, closed_by: null, reason: null }
    const open = { at, closed_at: null, closed_by: null, reason: null }
    return write(
      this.#db
        .insertInto('notice_tasks')
        .values(row)
        .onConflict((conflict) => conflict.column('notice_id').doUpdateSet(open)),
    )
  }

  /** Nobody has to see to it any more: it was served after all. */
  answering(workspace: WorkspaceId, notice: NoticeId, at: number): Write {
    const task = this.#db.updateTable('notice_tasks').set({ closed_at: at, closed_by: 'system', reason: null })
    return write(task.where('workspace_id', '=', workspace).where('notice_id', '=', notice).where('closed_at', 'is', null))
  }
}

export function toNotice({ workspace_id, id, legal, ...rest }: NoticeRow): Notice {
  return { ...rest, id: id as NoticeId, workspace: workspace_id as WorkspaceId, legal: legal === 1, to: recipientFrom(rest) }
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id as DeliveryId,
    workspace: row.workspace_id as WorkspaceId,
    notice: row.notice_id as NoticeId,
    channel: row.channel as Channel,
    place: row.place,
    user: row.user_id as UserId | null,
    state: row.state as DeliveryState,
    stateAt: row.state_at,
    servedAt: row.served_at,
    firm: row.firm === 1,
    createdAt: row.created_at,
  }
}
