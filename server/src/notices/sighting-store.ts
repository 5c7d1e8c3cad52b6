import type { Kysely } from 'kysely'
import type { ConnectorId, Id, ReleaseId, UserId, WorkspaceId } from '../lib/index.ts'
import { type Schema, type Write, write } from '../storage/index.ts'

/** Something found at the address of a notice that a person has to look at. */
export type SightingNote = {
  readonly id: Id<'sgt'>
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly language: string
  readonly url: string
  /** Digest of the words that stand there; null: none could be read. */
  readonly sha256: string | null
  /** Why none could be read. */
  readonly detail: string | null
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  /** Since when it waits for nobody: it was decided, or it is not so any more. */
  readonly closedAt: number | null
  readonly decision: 'same' | 'ask-again' | null
  readonly reason: string | null
  readonly decidedBy: UserId | null
}

export type NewSighting = Pick<SightingNote, 'id' | 'connector' | 'release' | 'language' | 'url' | 'sha256' | 'detail'> & {
  readonly workspace: WorkspaceId
  readonly at: number
}

/** The only SQL about what was found at the addresses of notices. */
export class SightingStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async list(
    workspace: WorkspaceId,
    {
      open,
      connector,
      after,
      limit,
    }: { readonly open: boolean; readonly connector?: ConnectorId; readonly after: string | null; readonly limit: number },
  ): Promise<readonly SightingNote[]> {
    let query = this.#db.selectFrom('notice_sightings').selectAll().where('workspace_id', '=', workspace).orderBy('id', 'desc').limit(limit)
    if (open) query = query.where('closed_at', 'is', null)
    if (connector !== undefined) query = query.where('connector_id', '=', connector)
    if (after !== null) query = query.where('id', '<', after)
    return (await query.execute()).map(toNote)
  }

  async open(workspace: WorkspaceId, id: string): Promise<SightingNote | undefined> {
    const query = this.#db.selectFrom('notice_sightings').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
    const row = await query.where('closed_at', 'is', null).executeTakeFirst()
    return row === undefined ? undefined : toNote(row)
  }

  /** The id under which these words are known already, open or decided to mean nothing new. */
  async same(
    workspace: WorkspaceId,
    connector: ConnectorId,
    release: ReleaseId,
    language: string,
    sha256: string | null,
  ): Promise<string | undefined> {
    const rows = await this.#db
      .selectFrom('notice_sightings')
      .select(['id', 'sha256'])
      .where('workspace_id', '=', workspace)
      .where('connector_id', '=', connector)
      .where('release_id', '=', release)
      .where('language', '=', language)
      .where((eb) => eb.or([eb('closed_at', 'is', null), eb('decision', '=', 'same')]))
      .execute()
    return rows.find((row) => row.sha256 === sha256)?.id
  }

  async text(workspace: WorkspaceId, sha256: string): Promise<string | undefined> {
    const query = this.#db.selectFrom('notice_texts').select('body').where('workspace_id', '=', workspace).where('sha256', '=', sha256)
    return (await query.executeTakeFirst())?.body
  }

  adding({ id, workspace, connector, release, language, url, sha256, detail, at }: NewSighting): Write {
    const row = { id, workspace_id: workspace, connector_id: connector, release_id: release, language, url, sha256, detail }
    const times = { first_seen_at: at, last_seen_at: at, closed_at: null }
    return write(this.#db.insertInto('notice_sightings').values({ ...row, ...times, decision: null, reason: null, decided_by: null }))
  }

  keeping(workspace: WorkspaceId, sha256: string, body: string, at: number): Write {
    const row = { workspace_id: workspace, sha256, body, kept_at: at }
    return write(
      this.#db
        .insertInto('notice_texts')
        .values(row)
        .onConflict((conflict) => conflict.columns(['workspace_id', 'sha256']).doNothing()),
    )
  }

  seenAgain(workspace: WorkspaceId, id: string, at: number): Write {
    return write(this.#db.updateTable('notice_sightings').set({ last_seen_at: at }).where('workspace_id', '=', workspace).where('id', '=', id))
  }

  /** What waits for nobody any more, because it is not so any more. */
  closing(workspace: WorkspaceId, connector: ConnectorId, at: number, language?: string): Write {
    const open = this.#db
      .updateTable('notice_sightings')
      .set({ closed_at: at })
      .where('workspace_id', '=', workspace)
      .where('connector_id', '=', connector)
      .where('closed_at', 'is', null)
    return write(language === undefined ? open : open.where('language', '=', language))
  }

  deciding(
    workspace: WorkspaceId,
    id: string,
    how: { readonly decision: 'same' | 'ask-again'; readonly reason: string; readonly by: UserId; readonly at: number },
  ) {
    return this.#db
      .updateTable('notice_sightings')
      .set({ closed_at: how.at, decision: how.decision, reason: how.reason, decided_by: how.by })
      .where('workspace_id', '=', workspace)
      .where('id', '=', id)
      .where('closed_at', 'is', null)
  }
}

function toNote(row: Schema['notice_sightings']): SightingNote {
  return {
    id: row.id as SightingNote['id'],
    connector: row.connector_id as ConnectorId,
    release: row.release_id as ReleaseId,
    language: row.language,
    url: row.url,
    sha256: row.sha256,
    detail: row.detail,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    closedAt: row.closed_at,
    decision: row.decision,
    reason: row.reason,
    decidedBy: row.decided_by as UserId | null,
  }
}
