import type { Kysely, Selectable } from 'kysely'
import type { Id, WorkspaceId } from '../../lib/index.ts'
import { type Schema, type Write, write, writeOne, writeUnique } from '../../storage/index.ts'
import type { ListedParty, ListSource } from './party.ts'
import { ListNotFoundError, ListReplacedError } from './party-errors.ts'
import type { ReadName } from './read-name.ts'

/** `loading`: its files arrive. `reading`: they are taken apart. `refused`: they cannot be used; the one before stays. */
export type ListState = 'loading' | 'reading' | 'in-force' | 'refused' | 'replaced'

/** One edition of a list. Times in milliseconds, UTC. */
export type PartyList = {
  readonly id: Id<'pls'>
  readonly source: ListSource
  readonly state: ListState
  /** Of its files, by name. */
  readonly sha256: string | null
  /** The date that its publisher or the operator gives it. */
  readonly publishedOn: string | null
  readonly entries: number
  readonly bytes: number
  readonly origin: 'upload' | 'fetch'
  readonly takenBy: string
  readonly at: number
  /** When the same files were seen for the last time. */
  readonly seenAt: number
  readonly alarmedAt: number | null
  readonly failure: string | null
}

export type KeptEntry = { readonly listed: ListedParty; readonly read: readonly ReadName[]; readonly sha256: string }

/** The only SQL about lists and their entries. */
export class ListStore {
  readonly #db: Kysely<Schema>
  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** What is in force, and then the newest of all others: editions that nobody uses push none away that is used. */
  async list(workspace: WorkspaceId, limit = 50): Promise<readonly PartyList[]> {
    const others = this.#db.selectFrom('party_lists').selectAll().where('workspace_id', '=', workspace).where('state', '!=', 'in-force')
    const rows = await others.orderBy('id', 'desc').limit(limit).execute()
    return [...(await this.inForce(workspace)), ...rows.map(toList)]
  }

  async get(workspace: WorkspaceId, id: string): Promise<PartyList | undefined> {
    const query = this.#db.selectFrom('party_lists').selectAll().where('workspace_id', '=', workspace).where('id', '=', id)
    const row = await query.executeTakeFirst()
    return row === undefined ? undefined : toList(row)
  }

  async inForce(workspace: WorkspaceId): Promise<readonly PartyList[]> {
    const query = this.#db.selectFrom('party_lists').selectAll().where('workspace_id', '=', workspace).where('state', '=', 'in-force')
    return (await query.orderBy('source').execute()).map(toList)
  }

  adding(workspace: WorkspaceId, list: PartyList): Write {
    return write(
      this.#db.insertInto('party_lists').values({
        id: list.id,
        workspace_id: workspace,
        source: list.source,
        state: list.state,
        sha256: list.sha256,
        published_on: list.publishedOn,
        entries: list.entries,
        bytes: list.bytes,
        origin: list.origin,
        taken_by: list.takenBy,
        at: list.at,
        seen_at: list.seenAt,
        alarmed_at: null,
        failure: null,
      }),
    )
  }

  /** Adds bytes to a list that is loading, as long as it stays within a size. @throws ListNotFoundError from the transaction */
  addingPart(workspace: WorkspaceId, id: string, file: string, number: number, body: Uint8Array, most: number): readonly Write[] {
    const grown = this.#db
      .updateTable('party_lists')
      .set((eb) => ({ bytes: eb('bytes', '+', body.byteLength) }))
      .where('workspace_id', '=', workspace)
      .where('id', '=', id)
      .where('state', '=', 'loading')
      .where('bytes', '<=', most - body.byteLength)
    return [
      writeOne(grown, () => new ListNotFoundError()),
      writeUnique(
        this.#db.insertInto('party_list_parts').values({ list_id: id, workspace_id: workspace, file, number, body }),
        () => new ListNotFoundError(),
      ),
    ]
  }

  setting(workspace: WorkspaceId, id: string, from: readonly ListState[], set: Partial<Selectable<Schema['party_lists']>>): Write {
    const query = this.#db.updateTable('party_lists').set(set).where('workspace_id', '=', workspace).where('id', '=', id)
    return writeOne(query.where('state', 'in', [...from]), () => new ListNotFoundError())
  }

  /** Undoes the transaction of a comparison unless what it compared with is in force to its end: entries of other editions are deleted. */
  staying(workspace: WorkspaceId, id: string): Write {
    const same = this.#db.updateTable('party_lists').set({ state: 'in-force' }).where('workspace_id', '=', workspace).where('id', '=', id)
    return writeOne(same.where('state', '=', 'in-force'), () => new ListReplacedError())
  }

  /** The first part that is missing before others of its file. */
  async gap(workspace: WorkspaceId, id: string): Promise<{ readonly file: string; readonly number: number } | undefined> {
    const query = this.#db.selectFrom('party_list_parts').select(['file', 'number']).where('workspace_id', '=', workspace).where('list_id', '=', id)
    const next = new Map<string, number>()
    for (const { file, number } of await query.orderBy('file').orderBy('number').execute()) {
      const expected = next.get(file) ?? 0
      if (number !== expected) return { file, number: expected }
      next.set(file, expected + 1)
    }
    return undefined
  }

  /** Editions that were never in force, or brought nothing new, say nothing to anybody after a while. */
  tidying(workspace: WorkspaceId, before: number): Write {
    const query = this.#db.deleteFrom('party_lists').where('workspace_id', '=', workspace).where('state', 'in', ['refused', 'replaced'])
    return write(query.where('entries', '=', 0).where('at', '<=', before))
  }

  /** Lists of which somebody handed parts in, and never the rest. */
  givingUp(workspace: WorkspaceId, begunBefore: number): Write {
    const query = this.#db.updateTable('party_lists').set({ state: 'refused', failure: 'it was never finished' })
    return write(query.where('workspace_id', '=', workspace).where('state', '=', 'loading').where('at', '<=', begunBefore))
  }

  /** Another edition of the source takes the place of whatever was in force. */
  replacing(workspace: WorkspaceId, source: ListSource): Write {
    const query = this.#db.updateTable('party_lists').set({ state: 'replaced' }).where('workspace_id', '=', workspace).where('source', '=', source)
    return write(query.where('state', '=', 'in-force'))
  }

  /** Entries of editions that are not in force, and parts of those that were read, are of no use any more. */
  sweeping(workspace: WorkspaceId): readonly Write[] {
    const over = this.#db.selectFrom('party_lists').select('id').where('workspace_id', '=', workspace)
    const entries = this.#db.deleteFrom('party_list_entries').where('workspace_id', '=', workspace)
    const parts = this.#db.deleteFrom('party_list_parts').where('workspace_id', '=', workspace)
    return [
      write(entries.where('list_id', 'in', over.where('state', 'in', ['replaced', 'refused']))),
      write(parts.where('list_id', 'in', over.where('state', 'not in', ['loading', 'reading']))),
    ]
  }

  async files(workspace: WorkspaceId, id: string): Promise<readonly string[]> {
    const query = this.#db.selectFrom('party_list_parts').select('file').distinct().where('workspace_id', '=', workspace).where('list_id', '=', id)
    return (await query.orderBy('file').execute()).map(({ file }) => file)
  }

  /** The bytes of a file, part by part. */
  async *bytes(workspace: WorkspaceId, id: string, file: string): AsyncGenerator<Uint8Array> {
    for (let after = -1; ; ) {
      const query = this.#db.selectFrom('party_list_parts').select(['number', 'body']).where('workspace_id', '=', workspace).where('list_id', '=', id)
      const row = await query.where('file', '=', file).where('number', '>', after).orderBy('number').limit(1).executeTakeFirst()
      if (row === undefined) return
      yield row.body
      after = row.number
    }
  }

  forgettingEntries(workspace: WorkspaceId, id: string): Write {
    return write(this.#db.deleteFrom('party_list_entries').where('workspace_id', '=', workspace).where('list_id', '=', id))
  }

  addingEntries(workspace: WorkspaceId, id: string, entries: readonly KeptEntry[]): Write {
    const rows = entries.map(({ listed, read, sha256 }) => ({
      list_id: id,
      workspace_id: workspace,
      entry: listed.entry,
      sha256,
      body: JSON.stringify({ listed, read }),
    }))
    // A list that names an entry twice is taken by its first.
    return write(
      this.#db
        .insertInto('party_list_entries')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['list_id', 'entry']).doNothing()),
    )
  }

  async entries(workspace: WorkspaceId, id: string, after: string, limit: number): Promise<readonly KeptEntry[]> {
    const query = this.#db.selectFrom('party_list_entries').select(['sha256', 'body']).where('workspace_id', '=', workspace).where('list_id', '=', id)
    const rows = await query.where('entry', '>', after).orderBy('entry').limit(limit).execute()
    return rows.map((row) => ({ ...(JSON.parse(row.body) as Omit<KeptEntry, 'sha256'>), sha256: row.sha256 }))
  }
}

function toList(row: Selectable<Schema['party_lists']>): PartyList {
  return {
    id: row.id as PartyList['id'],
    source: row.source as ListSource,
    state: row.state as ListState,
    sha256: row.sha256,
    publishedOn: row.published_on,
    entries: row.entries,
    bytes: row.bytes,
    origin: row.origin as PartyList['origin'],
    takenBy: row.taken_by,
    at: row.at,
    seenAt: row.seen_at,
    alarmedAt: row.alarmed_at,
    failure: row.failure,
  }
}
