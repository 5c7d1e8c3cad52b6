import { record } from '../ledger/index.ts'
import { type Schema, type Storage, type Write, write, writeOne, writeUnique } from '../storage/index.ts'
import type { HeldKey } from './key-source.ts'

export type KeyState = 'waiting' | 'current' | 'read-only' | 'removable'
export type KeyRow = Schema['master_keys']
export type NodeRow = { readonly node: string; readonly held: readonly string[]; readonly using: string | null }

/** Another node did the same step first. */
export class KeyRaceError extends Error {}

const lost = () => new KeyRaceError()

/** Marks are unique: at most one key is current (1), and at most one waits to become it (2). */
const CURRENT = 1
const WAITING = 2

/** The only SQL about master keys. The keys themselves are never here, only their ids, and what a key service wrapped. */
export class KeyStore {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /** Newest first. */
  rows(): Promise<readonly KeyRow[]> {
    return this.#storage.db.selectFrom('master_keys').selectAll().orderBy('created_at', 'desc').orderBy('id').execute()
  }

  /** Two nodes with one key: one of them writes it down. Two keys at once: one of them waits. @throws KeyRaceError */
  async announce(held: HeldKey, by: string, at: number): Promise<void> {
    await this.#storage.write(this.#announcing(held, by, at))
  }

  /** The first key of a source, where several nodes start at once: one of them writes its own down, the others take that one. @throws KeyRaceError */
  async announceFirst(held: HeldKey, by: string, at: number): Promise<void> {
    const { db } = this.#storage
    const turn = db.updateTable('enforcement').set(({ ref }) => ({ epoch: ref('epoch') }))
    const isThere = db.selectFrom('master_keys').select('id').where('source', '=', held.source)
    await this.#storage.write([
      // The first statement waits for whoever is before us; the second looks anew, and sees what that one wrote, whatever became of it since.
      write(turn),
      writeOne(
        turn.where(({ not, exists }) => not(exists(isThere))),
        lost,
      ),
      ...this.#announcing(held, by, at),
    ])
  }

  /** The waiting key becomes the current one; the one before opens what it sealed, until that is wrapped anew. @throws KeyRaceError */
  async promote(id: string, isFirst: boolean, at: number): Promise<void> {
    const { db } = this.#storage
    const update = db.updateTable('master_keys')
    await this.#storage.write([
      write(update.set({ state: 'read-only', mark: null }).where('mark', '=', CURRENT)),
      writeOne(update.set({ state: 'current', mark: CURRENT, current_at: at }).where('id', '=', id).where('mark', '=', WAITING), lost),
      ...(isFirst ? [] : [this.#trace('key.rotation_started', id, 'system', at, {})]),
    ])
  }

  /** A key that was there before anybody wrote keys down, and is not the newest. */
  async adopt({ key, source, wrapped }: HeldKey, at: number): Promise<void> {
    const row = { id: key.id, source, state: 'read-only' as const, mark: null, wrapped, created_at: at, current_at: null, done_at: null }
    await this.#storage.write([
      write(
        this.#storage.db
          .insertInto('master_keys')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doNothing()),
      ),
    ])
  }

  /** Nothing is sealed with it any more. @throws KeyRaceError */
  async finish(id: string, current: string, at: number): Promise<void> {
    const { db } = this.#storage
    await this.#storage.write([
      writeOne(db.updateTable('master_keys').set({ state: 'removable', done_at: at }).where('id', '=', id).where('state', '=', 'read-only'), lost),
      this.#trace('key.rotated', id, 'system', at, { replacedBy: current }),
    ])
  }

  /** @throws KeyRaceError when it is in use */
  async forget(id: string, by: string, at: number): Promise<void> {
    const { db } = this.#storage
    await this.#storage.write([
      writeOne(db.deleteFrom('master_keys').where('id', '=', id).where('state', 'in', ['waiting', 'removable']), lost),
      this.#trace('key.forgotten', id, by, at, {}),
    ])
  }

  /** What this node holds, and seals with. */
  async say({ node, held, using }: NodeRow, at: number): Promise<void> {
    const row = { held: JSON.stringify(held), using_key: using, at }
    const { db } = this.#storage
    await this.#storage.write([
      write(
        db
          .insertInto('node_keys')
          .values({ node_id: node, ...row })
          .onConflict((conflict) => conflict.column('node_id').doUpdateSet(row)),
      ),
    ])
  }

  /** The nodes that are alive. Those that are gone are taken out. */
  async nodes(): Promise<readonly NodeRow[]> {
    const rows = await this.#storage.db.selectFrom('node_keys').selectAll().orderBy('node_id').execute()
    const alive: NodeRow[] = []
    for (const row of rows) {
      if (await this.#storage.isAlive(row.node_id)) alive.push({ node: row.node_id, held: JSON.parse(row.held) as string[], using: row.using_key })
      else await this.leave(row.node_id)
    }
    return alive
  }

  async leave(node: string): Promise<void> {
    await this.#storage.write([write(this.#storage.db.deleteFrom('node_keys').where('node_id', '=', node))])
  }

  #announcing({ key, source, wrapped }: HeldKey, by: string, at: number): Write[] {
    const row = { id: key.id, source, state: 'waiting' as const, mark: WAITING, wrapped, created_at: at, current_at: null, done_at: null }
    return [
      writeUnique(this.#storage.db.insertInto('master_keys').values(row), lost),
      this.#trace('key.created', key.id, by, at, { purpose: 'master', source }),
    ]
  }

  #trace(
    event: 'key.created' | 'key.rotation_started' | 'key.rotated' | 'key.forgotten',
    id: string,
    by: string,
    at: number,
    facts: Record<string, string>,
  ): Write {
    return record(this.#storage.db, { event, workspace: 'house', subject: `master-key:${id}`, by, at, facts })
  }
}
