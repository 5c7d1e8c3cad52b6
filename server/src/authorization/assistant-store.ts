import type { AssistantKind } from '@handfast/contract'
import type { Kysely } from 'kysely'
import { record } from '../ledger/index.ts'
import type { AssistantId, JsonObject, UserId, WorkspaceId } from '../lib/index.ts'
import type { Schema, Write } from '../storage/index.ts'
import { write, writeOne, writeUnique } from '../storage/index.ts'
import { AssistantNotFoundError } from './authorization-errors.ts'
import type { AssistantStanding } from './standings.ts'

/** An assistant that can ask for access. `metadata` are the words of RFC 7591, without secrets. */
export type AssistantRow = {
  readonly id: AssistantId
  readonly workspace: WorkspaceId
  readonly name: string
  readonly kind: AssistantKind
  readonly clientId: string | null
  readonly metadata: JsonObject
  readonly secretHash: string | null
  readonly createdAt: number
  readonly recordedAt: number | null
  readonly disabledAt: number | null
}
export type AssistantOverview = AssistantRow & {
  /** Null: it may not vouch for users of its own. */
  readonly ownUsersOnly: boolean | null
  readonly grants: number
  readonly lastUsedAt: number | null
}

/** The name or the client id was taken since it was looked for. */
export class AssistantTakenMeanwhile extends Error {}

/** The only SQL about assistants that ask for access. */
export class AssistantStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Null also for what is no client id at all (RFC 6749 appendix A.1), since one of the databases takes no U+0000. */
  async byClientId(clientId: string): Promise<AssistantRow | null> {
    if (!/^[\x20-\x7e]*$/.test(clientId)) return null
    const row = await this.#db
      .selectFrom('assistants')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    return row === undefined ? null : rowOf(row)
  }

  async byId(workspace: WorkspaceId, id: AssistantId): Promise<AssistantRow | null> {
    const row = await this.#db
      .selectFrom('assistants')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    return row === undefined ? null : rowOf(row)
  }

  /** Whether calls through it are let in; for every token at its first use. */
  async standing(id: AssistantId): Promise<AssistantStanding> {
    const row = await this.#db
      .selectFrom('assistants')
      .leftJoin('assertion_rules', 'assertion_rules.assistant_id', 'assistants.id')
      .select(['disabled_at', 'deleted_at', 'assertion_rules.version', 'own_users_only'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) return { off: true, vouches: false, ownUsersOnly: false }
    const off = row.disabled_at !== null || row.deleted_at !== null
    return { off, vouches: row.version !== null, ownUsersOnly: row.own_users_only === 1 }
  }

  async isNameTaken(workspace: WorkspaceId, name: string): Promise<boolean> {
    const row = await this.#db.selectFrom('assistants').select('id').where('workspace_id', '=', workspace).where('name', '=', name).executeTakeFirst()
    return row !== undefined
  }

  async overview(workspace: WorkspaceId, after: string | null, limit: number, now: number): Promise<readonly AssistantOverview[]> {
    const rows = await this.#db
      .selectFrom('assistants')
      .selectAll('assistants')
      .select((eb) => [
        eb
          .selectFrom('grants')
          .select((count) => count.fn.countAll<number>().as('held'))
          .whereRef('grants.assistant_id', '=', 'assistants.id')
          .where('grants.ended_at', 'is', null)
          .where('grants.expires_at', '>', now)
          .as('held'),
        eb
          .selectFrom('grants')
          .select((used) => used.fn.max('grants.last_used_at').as('used'))
          .whereRef('grants.assistant_id', '=', 'assistants.id')
          .as('used'),
        eb.selectFrom('assertion_rules').select('own_users_only').whereRef('assertion_rules.assistant_id', '=', 'assistants.id').as('own'),
      ])
      .where('workspace_id', '=', workspace)
      .where('deleted_at', 'is', null)
      .where('id', '>', after ?? '')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      ...rowOf(row),
      ownUsersOnly: row.own === null ? null : Number(row.own) === 1,
      grants: Number(row.held ?? 0),
      lastUsedAt: row.used === null ? null : Number(row.used),
    }))
  }

  /** Fails with AssistantTakenMeanwhile. Where `by` is given it is recorded at once. */
  adding(row: Omit<AssistantRow, 'disabledAt' | 'recordedAt'>, by: UserId | 'system' | null): readonly Write[] {
    const { id, workspace, name, kind, clientId, metadata, secretHash, createdAt } = row
    return [
      writeUnique(
        this.#db.insertInto('assistants').values({
          id,
          workspace_id: workspace,
          name,
          created_at: createdAt,
          client_id: clientId,
          kind: kind === 'token' ? null : kind,
          metadata: JSON.stringify(metadata),
          secret_hash: secretHash,
          recorded_at: by === null ? null : createdAt,
          disabled_at: null,
          deleted_at: null,
        }),
        () => new AssistantTakenMeanwhile(),
      ),
      ...(by === null ? [] : [record(this.#db, { event: 'assistant.created', workspace, subject: id, by, at: createdAt, facts: { kind } })]),
    ]
  }

  /** What strangers registered enters the ledger when a person first lets it in: nobody can fill the ledger by registering. */
  recording(row: AssistantRow, by: UserId, at: number): readonly Write[] {
    if (row.recordedAt !== null) return []
    const { workspace, id, kind } = row
    return [
      write(this.#db.updateTable('assistants').set({ recorded_at: at }).where('workspace_id', '=', workspace).where('id', '=', id)),
      record(this.#db, { event: 'assistant.created', workspace, subject: id, by, at, facts: { kind } }),
    ]
  }

  renewing(workspace: WorkspaceId, id: AssistantId, metadata: JsonObject): Write {
    return write(
      this.#db
        .updateTable('assistants')
        .set({ metadata: JSON.stringify(metadata) })
        .where('workspace_id', '=', workspace)
        .where('id', '=', id),
    )
  }

  steering(workspace: WorkspaceId, id: AssistantId, disabledAt: number | null, by: UserId, at: number): readonly Write[] {
    return [
      writeOne(
        this.#db
          .updateTable('assistants')
          .set({ disabled_at: disabledAt })
          .where('workspace_id', '=', workspace)
          .where('id', '=', id)
          .where('deleted_at', 'is', null),
        () => new AssistantNotFoundError(),
      ),
      record(this.#db, { event: 'assistant.changed', workspace, subject: id, by, at, facts: { disabled: disabledAt !== null } }),
    ]
  }

  /** Its row stays, because calls and approvals name it; its name and client id become free. */
  deleting(row: AssistantRow, by: UserId | 'system', at: number): readonly Write[] {
    const { workspace, id } = row
    const gone = { deleted_at: at, client_id: null, secret_hash: null, metadata: null, name: `${row.name} (${id})` }
    return [
      writeOne(
        this.#db.updateTable('assistants').set(gone).where('workspace_id', '=', workspace).where('id', '=', id).where('deleted_at', 'is', null),
        () => new AssistantNotFoundError(),
      ),
      write(this.#db.deleteFrom('assertion_rules').where('workspace_id', '=', workspace).where('assistant_id', '=', id)),
      ...(row.recordedAt === null ? [] : [record(this.#db, { event: 'assistant.deleted', workspace, subject: id, by, at })]),
    ]
  }

  /** How many that strangers registered nobody ever let in. */
  async unusedCount(): Promise<number> {
    const row = await this.#db
      .selectFrom('assistants')
      .select((eb) => eb.fn.countAll<number>().as('held'))
      .where('kind', '=', 'dynamic')
      .where('recorded_at', 'is', null)
      .where('deleted_at', 'is', null)
      .executeTakeFirstOrThrow()
    return Number(row.held)
  }

  /** Registered by strangers before a moment, with no access that holds. */
  async unused(before: number, now: number, limit: number): Promise<readonly AssistantRow[]> {
    const rows = await this.#db
      .selectFrom('assistants')
      .selectAll()
      .where('kind', '=', 'dynamic')
      .where('deleted_at', 'is', null)
      .where('created_at', '<', before)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('grants')
              .select('grants.id')
              .whereRef('grants.assistant_id', '=', 'assistants.id')
              .where((eb) => eb.or([eb.and([eb('ended_at', 'is', null), eb('expires_at', '>', now)]), eb('grants.created_at', '>=', before)])),
          ),
        ),
      )
      .limit(limit)
      .execute()
    return rows.map(rowOf)
  }

  /** Those never let in leave nothing behind. */
  forgetting(row: AssistantRow): Write {
    return write(
      this.#db
        .deleteFrom('assistants')
        .where('workspace_id', '=', row.workspace)
        .where('id', '=', row.id)
        .where('kind', '=', 'dynamic')
        .where('recorded_at', 'is', null),
    )
  }
}

function rowOf(row: {
  id: string
  workspace_id: string
  name: string
  kind: 'registered' | 'dynamic' | 'document' | null
  client_id: string | null
  metadata: string | null
  secret_hash: string | null
  created_at: number
  recorded_at: number | null
  disabled_at: number | null
}): AssistantRow {
  return {
    id: row.id as AssistantId,
    workspace: row.workspace_id as WorkspaceId,
    name: row.name,
    kind: row.kind ?? 'token',
    clientId: row.client_id,
    metadata: row.metadata === null ? {} : (JSON.parse(row.metadata) as JsonObject),
    secretHash: row.secret_hash,
    createdAt: row.created_at,
    recordedAt: row.recorded_at,
    disabledAt: row.disabled_at,
  }
}
