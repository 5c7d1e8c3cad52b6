import { sql } from 'kysely'
import { record } from '../ledger/index.ts'
import type { UserId, WorkspaceId } from '../lib/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import { CredentialNotFoundError } from './vault-errors.ts'

/** What a credential is opened for besides calls. */
export type Upkeep = 'renewal' | 'test' | 'revocation' | 'review'

/** Once that a credential was opened. */
export type CredentialUse = {
  readonly at: number
  readonly why: 'call' | Upkeep
  readonly call: string | null
  readonly user: string | null
  readonly assistant: string | null
  readonly tool: string | null
  readonly state: string | null
  /** The run of probes; null: it was for something else. */
  readonly run: string | null
  /** Where the list can be continued after it. */
  readonly position: string
}

type Opened = {
  readonly id: string
  readonly workspace: WorkspaceId
  readonly connector: string
  readonly link: string | null
  /** Of a review: the run of probes. */
  readonly run?: string
}

/**
 * The statement that leaves a trace of a credential that is opened outside a call; it belongs before the use, or into the transaction of what the
 * use brings. A call names its credential in its intent.
 */
export function openedFor(db: Storage['db'], why: Upkeep, { id, workspace, connector, link, run }: Opened, by: UserId | 'system', at: number): Write {
  return record(db, { event: 'credential.opened', workspace, subject: id, by, at, facts: { connector, link: link ?? undefined, run, why } })
}

type Row = {
  readonly at: number
  readonly why: string
  readonly call_id: string | null
  readonly user_id: string | null
  readonly assistant_id: string | null
  readonly tool: string | null
  readonly state: string | null
  readonly position: string
}

/** Reads which calls, renewals and tests opened a credential (clause 3b-platform-security). */
export class AccessLog {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /**
   * Uses of a credential or of a linked account, newest first. The owner sees all of them, and so does the operator; of a shared one everybody else
   * sees their own.
   * @throws CredentialNotFoundError
   */
  async uses(
    reader: { readonly workspace: WorkspaceId; readonly user: UserId; readonly isOperator: boolean },
    id: string,
    page: { readonly after: string | null; readonly limit: number },
  ): Promise<readonly CredentialUse[]> {
    const { db } = this.#storage
    const rows = await db
      .selectFrom('credentials')
      .select(['id', 'user_id', 'link_id'])
      .where('workspace_id', '=', reader.workspace)
      .where((eb) => eb.or([eb('id', '=', id), eb('link_id', '=', id)]))
      .execute()
    const [first] = rows
    const isOwner = first !== undefined && first.user_id === reader.user
    if (first === undefined && reader.isOperator && (await this.#isProbeKey(reader.workspace, id)))
      return await this.#opened(reader.workspace, id, page)
    if (first === undefined || !(isOwner || reader.isOperator || first.user_id === null)) throw new CredentialNotFoundError()
    const names = [...new Set([id, ...rows.flatMap((row) => [row.id, row.link_id ?? row.id])])]
    const own = isOwner || reader.isOperator ? sql`` : sql` and c.user_id = ${reader.user}`
    const upkeep = isOwner || reader.isOperator ? sql`` : sql` and 1 = 0`
    const before = page.after === null ? sql`` : sql` where position < ${page.after}`
    // A position sorts by time first: times have the same number of digits until the year 2286.
    const found = await sql<Row>`
      select * from (
        select c.at as at, 'call' as why, c.id as call_id, c.user_id as user_id, c.assistant_id as assistant_id, c.tool as tool, o.state as state,
               cast(c.at as text) || ':' || c.id as position
          from calls c left join call_outcomes o on o.call_id = c.id
         where c.credential_id in (${sql.join(names)}) and c.workspace_id = ${reader.workspace}${own}
        union all
        select e.at, e.body, null, null, null, null, null, cast(e.at as text) || ':' || cast(e.position as text)
          from ledger_entries e
         where e.subject in (${sql.join(names)}) and e.event = 'credential.opened' and e.workspace_id = ${reader.workspace}${upkeep}
      ) as uses${before} order by position desc limit ${sql.lit(page.limit)}`.execute(db)
    return found.rows.map(toUse)
  }

  async #isProbeKey(workspace: WorkspaceId, id: string): Promise<boolean> {
    const query = this.#storage.db.selectFrom('reviewer_credentials').select('id').where('workspace_id', '=', workspace)
    return (await query.where('id', '=', id).executeTakeFirst()) !== undefined
  }

  /** Keys of test accounts are opened for reviews and for no call. */
  async #opened(
    workspace: WorkspaceId,
    id: string,
    page: { readonly after: string | null; readonly limit: number },
  ): Promise<readonly CredentialUse[]> {
    const before = page.after === null ? sql`` : sql` and cast(e.at as text) || ':' || cast(e.position as text) < ${page.after}`
    const found = await sql<Row>`
      select e.at as at, e.body as why, null as call_id, null as user_id, null as assistant_id, null as tool, null as state,
             cast(e.at as text) || ':' || cast(e.position as text) as position
        from ledger_entries e
       where e.subject = ${id} and e.event = 'credential.opened' and e.workspace_id = ${workspace}${before}
       order by position desc limit ${sql.lit(page.limit)}`.execute(this.#storage.db)
    return found.rows.map(toUse)
  }
}

function toUse({ at, why, call_id: call, user_id: user, assistant_id: assistant, tool, state, position }: Row): CredentialUse {
  const opened = why === 'call' ? { why: 'call' as const } : (JSON.parse(why) as { readonly why: Upkeep; readonly run?: string })
  return { at, why: opened.why, call, user, assistant, tool, state, run: 'run' in opened ? (opened.run ?? null) : null, position }
}
