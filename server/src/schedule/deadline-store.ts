import { type Kysely, sql } from 'kysely'
import type { JsonObject } from '../lib/index.ts'
import { type Schema, type Storage, type Write, write } from '../storage/index.ts'
import type { Deadline, DeadlineId, DeadlineNote } from './deadline.ts'

export type DeadlineRow = Schema['deadlines']
export type Page = { readonly state?: 'open' | 'dead' | 'done' | undefined; readonly after: string | null; readonly limit: number }

/** The only SQL that reads deadlines, and the one statement that takes them up. */
export class DeadlineStore {
  readonly #storage: Storage
  constructor(storage: Storage) {
    this.#storage = storage
  }

  get #db(): Kysely<Schema> {
    return this.#storage.db
  }

  open() {
    return this.#db.selectFrom('deadlines').selectAll().where('done_at', 'is', null).where('dead_at', 'is', null)
  }

  /** Whether taking up would find something. A read only, since it is asked every second. */
  async isAnythingDue(kinds: readonly string[], now: number): Promise<boolean> {
    const found = await this.open()
      .clearSelect()
      .select('id')
      .where('due_at', '<=', now)
      .where('kind', 'in', kinds)
      .where((eb) => eb.or([eb('not_before', 'is', null), eb('not_before', '<=', now)]))
      .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<=', now)]))
      .limit(1)
      .executeTakeFirst()
    return found !== undefined
  }

  /**
   * Leases what is due, the longest overdue first. Of any number of nodes at once, each deadline goes to one. A deadline waits for an earlier one of
   * its subject to have had its first attempt, but not for its later ones: what fails over and over holds nobody up.
   */
  taking(kinds: readonly string[], lease: string, now: number, until: number, most: number): Write {
    // A node that is at it is passed by on PostgreSQL; an SQLite file has one writer.
    const tail = this.#storage.dialect.shared ? sql` for update of d skip locked` : sql``
    const among = sql.join(kinds)
    const statement = sql`
      with due as materialized (
        select d.id from deadlines as d
        where d.done_at is null and d.dead_at is null and d.due_at <= ${now} and d.kind in (${among})
          and (d.not_before is null or d.not_before <= ${now}) and (d.leased_until is null or d.leased_until <= ${now})
          and not exists (
            select 1 from deadlines as e
            where e.workspace_id = d.workspace_id and e.subject = d.subject and e.done_at is null and e.dead_at is null and e.kind in (${among})
              and (e.due_at < d.due_at or (e.due_at = d.due_at and e.id < d.id)) and (e.attempts = 0 or e.leased_until > ${now}))
        order by d.due_at, d.id limit ${most}${tail})
      update deadlines set lease = ${lease}, leased_until = ${until}, attempts = attempts + 1 where id in (select id from due) returning *`
    return write({ compile: () => statement.compile(this.#db) })
  }

  list(workspace: string, { state, after, limit }: Page) {
    let query = this.#db.selectFrom('deadlines').selectAll().where('workspace_id', '=', workspace).orderBy('id', 'desc').limit(limit)
    if (after !== null) query = query.where('id', '<', after)
    if (state === 'open') query = query.where('done_at', 'is', null).where('dead_at', 'is', null)
    if (state === 'dead') query = query.where('dead_at', 'is not', null)
    if (state === 'done') query = query.where('done_at', 'is not', null)
    return query.execute()
  }
}

export function toDeadline(row: DeadlineRow): Deadline {
  return {
    id: row.id as DeadlineId,
    workspace: row.workspace_id,
    kind: row.kind,
    subject: row.subject,
    dueAt: row.due_at,
    payload: JSON.parse(row.payload) as JsonObject,
    attempts: row.attempts,
  }
}

export function toNote(row: DeadlineRow, now: number): DeadlineNote {
  return {
    ...toDeadline(row),
    state: stateOf(row, now),
    triedAgainAt: row.done_at === null && row.dead_at === null ? row.not_before : null,
    reason: row.failed,
    endedAt: row.done_at ?? row.dead_at,
  }
}

function stateOf(row: DeadlineRow, now: number): DeadlineNote['state'] {
  if (row.done_at !== null) return 'done'
  if (row.dead_at !== null) return 'dead'
  if (row.leased_until !== null && row.leased_until > now) return 'under-way'
  return Math.max(row.due_at, row.not_before ?? 0) <= now ? 'due' : 'waiting'
}
