import type { Kysely, SelectQueryBuilder } from 'kysely'
import { sql } from 'kysely'
import type { DeveloperId, UserId, WorkspaceId } from '../lib/index.ts'
import type { Schema } from '../storage/index.ts'
import type { Channel, Delivery, DeliveryState, Step } from './delivery.ts'
import { type Copy, DeliveryStore, type Notice, toNotice } from './delivery-store.ts'

export type NoticePage = {
  readonly after: string | null
  readonly limit: number
  readonly kind?: string | undefined
  readonly subject?: string | undefined
}
/** A notice in somebody's inbox, and what they did with it. */
export type InboxNotice = Notice & { readonly seenAt: number | null; readonly acknowledgedAt: number | null }
export type Followed = Delivery & { readonly steps: readonly Step[] }
export type NoticeTask = {
  readonly id: string
  readonly notice: Notice
  readonly at: number
  readonly closedAt: number | null
  readonly closedBy: string | null
  readonly reason: string | null
}

type Query<Row> = SelectQueryBuilder<Schema, 'notices', Row>

/** Reads notices for whoever may; who that is says the door. */
export class NoticeReading {
  readonly #db: Kysely<Schema>
  readonly #store: DeliveryStore

  constructor(db: Kysely<Schema>) {
    this.#db = db
    this.#store = new DeliveryStore(db)
  }

  notice(workspace: WorkspaceId, id: string): Promise<Notice | undefined> {
    return this.#store.notice(workspace, id)
  }

  /** Everything in a person's inbox, newest first. */
  async inbox(workspace: WorkspaceId, user: UserId, page: NoticePage & { readonly unseen?: boolean | undefined }): Promise<readonly InboxNotice[]> {
    let query = this.#of(workspace, page)
      .innerJoin('notice_deliveries', 'notice_deliveries.notice_id', 'notices.id')
      .where('notice_deliveries.channel', '=', 'in-app')
      .where('notice_deliveries.user_id', '=', user)
    if (page.unseen === true) query = query.where('notice_deliveries.state', '=', 'accepted')
    const rows = await query.selectAll('notices').select(['notice_deliveries.id as delivery']).execute()
    const steps = await this.#store.steps(
      workspace,
      rows.map(({ delivery }) => delivery),
    )
    return rows.map(({ delivery, ...row }) => ({ ...toNotice(row), ...readBy(steps.get(delivery) ?? []) }))
  }

  /** How many a person has not seen, and how many legal ones they did not acknowledge. Kinds that they want no mail about do not count as unseen. */
  async counts(workspace: WorkspaceId, user: UserId): Promise<{ readonly unseen: number; readonly unacknowledged: number }> {
    const row = await this.#db
      .selectFrom('notice_deliveries')
      .innerJoin('notices', 'notices.id', 'notice_deliveries.notice_id')
      .leftJoin('notice_mutes', (join) =>
        join
          .onRef('notice_mutes.workspace_id', '=', 'notices.workspace_id')
          .onRef('notice_mutes.kind', '=', 'notices.kind')
          .on('notice_mutes.user_id', '=', user),
      )
      .select([
        sql<number>`coalesce(sum(case when notice_deliveries.state = 'accepted' and (notices.legal = 1 or notice_mutes.kind is null) then 1 else 0 end), 0)`.as(
          'unseen',
        ),
        sql<number>`coalesce(sum(case when notices.legal = 1 and notice_deliveries.state <> 'acknowledged' then 1 else 0 end), 0)`.as(
          'unacknowledged',
        ),
      ])
      .where('notices.workspace_id', '=', workspace)
      .where('notice_deliveries.workspace_id', '=', workspace)
      .where('notice_deliveries.channel', '=', 'in-app')
      .where('notice_deliveries.user_id', '=', user)
      .executeTakeFirstOrThrow()
    return { unseen: Number(row.unseen), unacknowledged: Number(row.unacknowledged) }
  }

  /** Every notice to a developer, newest first, also those from before somebody joined. */
  async ofDeveloper(workspace: WorkspaceId, developer: DeveloperId, page: NoticePage): Promise<readonly Notice[]> {
    const query = this.#of(workspace, page).where('recipient_kind', '=', 'developer').where('recipient', '=', developer)
    return (await query.selectAll('notices').execute()).map(toNotice)
  }

  /** Every notice of a workspace, newest first. */
  async sent(workspace: WorkspaceId, page: NoticePage & { readonly to?: string | undefined }): Promise<readonly Notice[]> {
    const query = this.#of(workspace, page)
    return (await (page.to === undefined ? query : query.where('recipient_kind', '=', page.to)).selectAll('notices').execute()).map(toNotice)
  }

  #of(workspace: WorkspaceId, { after, limit, kind, subject }: NoticePage): Query<object> {
    let query = this.#db.selectFrom('notices').where('notices.workspace_id', '=', workspace).orderBy('notices.id', 'desc').limit(limit)
    if (after !== null) query = query.where('notices.id', '<', after)
    if (kind !== undefined) query = query.where('notices.kind', '=', kind)
    if (subject !== undefined) query = query.where('notices.subject', '=', subject)
    return query
  }

  /** What became of a notice on every channel, step by step. */
  async deliveries(workspace: WorkspaceId, notice: string): Promise<readonly Followed[]> {
    const all = await this.#store.of(workspace, notice)
    const steps = await this.#store.steps(
      workspace,
      all.map(({ id }) => id),
    )
    return all.map((one) => ({ ...one, steps: steps.get(one.id) ?? [] }))
  }

  /** What became of all notices about a subject, in figures: recipients, and how far each of them got. */
  async digest(workspace: WorkspaceId, subject: string) {
    const { recipients } = await this.#db
      .selectFrom('notices')
      .select(({ fn }) => fn.countAll<number>().as('recipients'))
      .where('workspace_id', '=', workspace)
      .where('subject', '=', subject)
      .executeTakeFirstOrThrow()
    const rows = await this.#db
      .selectFrom('notices')
      .innerJoin('notice_deliveries', 'notice_deliveries.notice_id', 'notices.id')
      .select(['notice_deliveries.channel', 'notice_deliveries.state'])
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('notices.workspace_id', '=', workspace)
      .where('notices.subject', '=', subject)
      .groupBy(['notice_deliveries.channel', 'notice_deliveries.state'])
      .execute()
    const { served } = await this.#db
      .selectFrom('notices')
      .innerJoin('notice_deliveries', 'notice_deliveries.notice_id', 'notices.id')
      .select(({ fn }) => fn.count<number>('notices.id').distinct().as('served'))
      .where('notices.workspace_id', '=', workspace)
      .where('notices.subject', '=', subject)
      .where('notice_deliveries.served_at', 'is not', null)
      .executeTakeFirstOrThrow()
    const states = rows.map(({ channel, state, count }) => ({ channel: channel as Channel, state: state as DeliveryState, count: Number(count) }))
    return { notices: Number(recipients), served: Number(served), states }
  }

  copy(workspace: WorkspaceId, delivery: string): Promise<Copy | undefined> {
    return this.#store.copy(workspace, delivery)
  }

  /** Legal notices that no address took, newest first. */
  async tasks(
    workspace: WorkspaceId,
    page: { readonly open: boolean; readonly after: string | null; readonly limit: number },
  ): Promise<readonly NoticeTask[]> {
    let query = this.#db.selectFrom('notice_tasks').selectAll().where('workspace_id', '=', workspace).orderBy('id', 'desc').limit(page.limit)
    if (page.open) query = query.where('closed_at', 'is', null)
    if (page.after !== null) query = query.where('id', '<', page.after)
    const tasks: NoticeTask[] = []
    for (const { id, notice_id, at, closed_at, closed_by, reason } of await query.execute()) {
      const notice = await this.#store.notice(workspace, notice_id)
      if (notice !== undefined) tasks.push({ id, notice, at, closedAt: closed_at, closedBy: closed_by, reason })
    }
    return tasks
  }

  /** Every notice of a person with what became of it, for the copy of their data. */
  async *everything({ workspace, user }: { readonly workspace: WorkspaceId; readonly user: UserId }) {
    for (let after: string | null = null; ; ) {
      const page: readonly InboxNotice[] = await this.inbox(workspace, user, { after, limit: 100 })
      for (const { workspace: _, to: __, ...notice } of page) {
        const own = (await this.deliveries(workspace, notice.id)).filter((one) => one.user === user)
        yield { ...notice, deliveries: own.map(({ channel, place, state, servedAt, steps }) => ({ channel, place, state, servedAt, steps })) }
      }
      if (page.length < 100) return
      after = page.at(-1)?.id ?? null
    }
  }
}

function readBy(steps: readonly Step[]): { readonly seenAt: number | null; readonly acknowledgedAt: number | null } {
  const of = (state: DeliveryState): number | null => steps.find((step) => step.state === state)?.at ?? null
  return { seenAt: of('seen') ?? of('acknowledged'), acknowledgedAt: of('acknowledged') }
}
