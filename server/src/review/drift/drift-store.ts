import type { Selectable } from 'kysely'
import { type ConnectorId, newId, type ReleaseId, type WorkspaceId } from '../../lib/index.ts'
import { type Schema, type Storage, type Write, write } from '../../storage/index.ts'
import type { Difference, DriftEffect, DriftKind } from './differences.ts'

/** A difference that was seen, and what became of it. */
export type DriftNote = {
  readonly id: string
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly tool: string | null
  readonly kind: DriftKind
  readonly effect: DriftEffect
  readonly reviewedSha256: string | null
  readonly foundSha256: string | null
  /** JSON of the definition that was found, at most 100,000 characters. */
  readonly found: string | null
  readonly detail: string
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  readonly closedAt: number | null
  readonly closedBecause: 'reverted' | 'released' | 'removed' | null
}

export type RescanNote = {
  readonly release: ReleaseId
  readonly at: number
  /** `not-reached`: it did not answer this time. `cannot-look`: there is no way to ask it, whatever the time. */
  readonly outcome: 'same' | 'drifted' | 'not-reached' | 'cannot-look'
  readonly detail: string | null
}

type Place = { readonly workspace: WorkspaceId; readonly connector: ConnectorId }
const MOST_OF_A_DEFINITION = 100_000

/** The only SQL about drift. */
export class DriftStore {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  #of({ workspace, connector }: Place) {
    return this.#storage.db.selectFrom('drifts').selectAll().where('workspace_id', '=', workspace).where('connector_id', '=', connector)
  }

  async open(place: Place): Promise<readonly DriftNote[]> {
    return (await this.#of(place).where('closed_at', 'is', null).orderBy('id').execute()).map(noteOf)
  }

  /** Newest first, the closed ones too. */
  async list(place: Place, after: string | null, limit: number): Promise<readonly DriftNote[]> {
    const query = after === null ? this.#of(place) : this.#of(place).where('id', '<', after)
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(noteOf)
  }

  /** What stands open at any connector, newest first, for reviewers. */
  async openIn(workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly DriftNote[]> {
    const all = this.#storage.db.selectFrom('drifts').selectAll().where('workspace_id', '=', workspace).where('closed_at', 'is', null)
    const query = after === null ? all : all.where('id', '<', after)
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(noteOf)
  }

  adding(
    { workspace, connector }: Place,
    release: ReleaseId,
    { tool, kind, effect, detail, reviewedSha256, foundSha256, found }: Difference,
    at: number,
  ) {
    const id = newId('drf', at)
    const row = {
      id,
      workspace_id: workspace,
      connector_id: connector,
      release_id: release,
      tool,
      kind,
      effect,
      reviewed_sha256: reviewedSha256,
      found_sha256: foundSha256,
      found: found === null ? null : JSON.stringify(found).slice(0, MOST_OF_A_DEFINITION),
      detail,
      first_seen_at: at,
      last_seen_at: at,
      closed_at: null,
      closed_because: null,
    }
    return { id, write: write(this.#storage.db.insertInto('drifts').values(row)) }
  }

  seenAgain(workspace: WorkspaceId, ids: readonly string[], at: number): Write {
    return write(this.#storage.db.updateTable('drifts').set({ last_seen_at: at }).where('workspace_id', '=', workspace).where('id', 'in', ids))
  }

  closing(workspace: WorkspaceId, id: string, because: NonNullable<DriftNote['closedBecause']>, at: number): Write {
    const update = this.#storage.db.updateTable('drifts').set({ closed_at: at, closed_because: because })
    return write(update.where('workspace_id', '=', workspace).where('id', '=', id).where('closed_at', 'is', null))
  }

  /** How the last look ended. */
  looked({ workspace, connector }: Place, { release, at, outcome, detail }: RescanNote): Write {
    // The release before this one does not know that there may be no way to look, and reads the outcome.
    const cannot = outcome === 'cannot-look'
    const seen = { release_id: release, at, outcome: cannot ? 'not-reached' : outcome, cannot_look_at: cannot ? at : null, detail }
    const row = { connector_id: connector, workspace_id: workspace, ...seen }
    return write(
      this.#storage.db
        .insertInto('rescans')
        .values(row)
        .onConflict((conflict) => conflict.column('connector_id').doUpdateSet(seen)),
    )
  }

  async lastLook({ workspace, connector }: Place): Promise<RescanNote | null> {
    const query = this.#storage.db.selectFrom('rescans').selectAll().where('workspace_id', '=', workspace).where('connector_id', '=', connector)
    const row = await query.executeTakeFirst()
    if (row === undefined) return null
    const { at, cannot_look_at, detail } = row
    const outcome = cannot_look_at === at ? 'cannot-look' : (row.outcome as RescanNote['outcome'])
    return { release: row.release_id as ReleaseId, at, outcome, detail }
  }
}

function noteOf(row: Selectable<Schema['drifts']>): DriftNote {
  return {
    id: row.id,
    connector: row.connector_id as ConnectorId,
    release: row.release_id as ReleaseId,
    tool: row.tool,
    kind: row.kind as DriftKind,
    effect: row.effect as DriftEffect,
    reviewedSha256: row.reviewed_sha256,
    foundSha256: row.found_sha256,
    found: row.found,
    detail: row.detail,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    closedAt: row.closed_at,
    closedBecause: row.closed_because as DriftNote['closedBecause'],
  }
}
