import type { Kysely } from 'kysely'
import type { DeveloperId, Id, UserId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, write, writeOne } from '../storage/index.ts'
import { WebhookNotFoundError } from './notice-errors.ts'

export type WebhookId = Id<'whk'>

/** A program that is told. */
export type Webhook = {
  readonly id: WebhookId
  /** Whose notices it is told; null: those to the operator. */
  readonly developer: DeveloperId | null
  readonly url: string
  /** Empty: all kinds. */
  readonly kinds: readonly string[]
  readonly createdBy: UserId
  readonly createdAt: number
  /** Since when it is told nothing, and why. */
  readonly stoppedAt: number | null
  readonly stoppedBecause: string | null
}

/** The only SQL about webhooks and what they are signed with. */
export class WebhookStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async list(workspace: WorkspaceId, developer: DeveloperId | null): Promise<readonly Webhook[]> {
    const all = this.#db.selectFrom('webhook_endpoints').selectAll().where('workspace_id', '=', workspace)
    const own = developer === null ? all.where('developer_id', 'is', null) : all.where('developer_id', '=', developer)
    return (await own.orderBy('id').execute()).map(toWebhook)
  }

  async find(workspace: WorkspaceId, id: string): Promise<Webhook | undefined> {
    const query = this.#db.selectFrom('webhook_endpoints').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
    const row = await query.executeTakeFirst()
    return row === undefined ? undefined : toWebhook(row)
  }

  /** Sealed secrets that sign at a time, the newest first. */
  async secrets(workspace: WorkspaceId, id: string, at: number): Promise<readonly { readonly id: string; readonly sealed: string }[]> {
    const query = this.#db.selectFrom('webhook_secrets').select(['id', 'sealed']).where('workspace_id', '=', workspace).where('endpoint_id', '=', id)
    return await query
      .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', at)]))
      .orderBy('id', 'desc')
      .execute()
  }

  adding(workspace: WorkspaceId, { id, developer, url, kinds, createdBy, createdAt }: Webhook): Write {
    const row = {
      id,
      workspace_id: workspace,
      developer_id: developer,
      url,
      kinds: JSON.stringify(kinds),
      created_by: createdBy,
      created_at: createdAt,
      stopped_at: null,
      stopped_because: null,
    }
    return write(this.#db.insertInto('webhook_endpoints').values(row))
  }

  addingSecret(workspace: WorkspaceId, endpoint: string, id: string, sealed: string, at: number): Write {
    const row = { id, workspace_id: workspace, endpoint_id: endpoint, sealed, created_at: at, until: null }
    return write(this.#db.insertInto('webhook_secrets').values(row))
  }

  /** The secrets so far sign until a time; those whose time is over are destroyed. */
  retiring(workspace: WorkspaceId, endpoint: string, at: number, until: number): readonly Write[] {
    const theirs = this.#db.updateTable('webhook_secrets').set({ until }).where('workspace_id', '=', workspace).where('endpoint_id', '=', endpoint)
    const over = this.#db.deleteFrom('webhook_secrets').where('workspace_id', '=', workspace).where('endpoint_id', '=', endpoint)
    return [write(over.where('until', '<=', at)), write(theirs.where('until', 'is', null))]
  }

  stopping(workspace: WorkspaceId, id: string, at: number | null, because: string | null): Write {
    const set = { stopped_at: at, stopped_because: because }
    const update = this.#db.updateTable('webhook_endpoints').set(set).where('workspace_id', '=', workspace).where('id', '=', id)
    return writeOne(update, () => new WebhookNotFoundError())
  }

  removing(workspace: WorkspaceId, id: string): readonly Write[] {
    const endpoint = this.#db.deleteFrom('webhook_endpoints').where('workspace_id', '=', workspace).where('id', '=', id)
    return [
      writeOne(endpoint, () => new WebhookNotFoundError()),
      write(this.#db.deleteFrom('webhook_secrets').where('workspace_id', '=', workspace).where('endpoint_id', '=', id)),
    ]
  }
}

function toWebhook(row: Schema['webhook_endpoints']): Webhook {
  return {
    id: row.id as WebhookId,
    developer: row.developer_id as DeveloperId | null,
    url: row.url,
    kinds: JSON.parse(row.kinds) as readonly string[],
    createdBy: row.created_by as UserId,
    createdAt: row.created_at,
    stoppedAt: row.stopped_at,
    stoppedBecause: row.stopped_because,
  }
}
