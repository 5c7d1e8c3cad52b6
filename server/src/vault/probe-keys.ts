import { record } from '../ledger/index.ts'
import { type Clock, type ConnectorId, newId, type ReleaseId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Storage, type Write, write, writeOne } from '../storage/index.ts'
import { openedFor } from './access-log.ts'

declare const proof: unique symbol

type Place = { readonly workspace: WorkspaceId; readonly connector: ConnectorId }

/** Proof that a release of this connector is under review, so that the key of its test account may be used. Made by the review only, for one run. */
export type ProbePermit = Place & { readonly [proof]: true; readonly release: ReleaseId; readonly run: string }

export function probePermit(of: Place & { readonly release: ReleaseId; readonly run: string }): ProbePermit {
  return of as ProbePermit
}

/** The key of a test account, open for one run of probes. */
export type ProbeKey = { readonly id: string; readonly secret: string; readonly origins: readonly string[] }
export type ProbeKeyNote = { readonly id: string; readonly setBy: UserId; readonly setAt: number }

/**
 * Keys of test accounts that developers give to reviewers (clause 3b-platform-security). One for each connector, sealed; it opens for a `ProbePermit`,
 * each time with an entry in the access log before it is used, and is destroyed with the decision of the review. Calls of users never see it.
 */
export class ProbeKeys {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #sealing: Sealing

  constructor(needs: { readonly storage: Storage; readonly clock: Clock; readonly sealing: Sealing }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#sealing = needs.sealing
  }

  #live({ workspace, connector }: Place) {
    const all = this.#storage.db.selectFrom('reviewer_credentials').selectAll().where('workspace_id', '=', workspace)
    return all.where('connector_id', '=', connector).where('destroyed_at', 'is', null).orderBy('id', 'desc')
  }

  /** The statements that seal a key, and destroy the one it replaces. `origins`: it goes nowhere else. */
  async storing(place: Place, secret: string, origins: readonly string[], by: UserId, at: number): Promise<readonly Write[]> {
    const { db } = this.#storage
    const { workspace, connector } = place
    const id = newId('crd', at)
    const row = { id, workspace_id: workspace, connector_id: connector, origins: JSON.stringify(origins), set_by: by, created_at: at }
    const sealed = this.#sealing.seal(placeOf(row), secret)
    return [
      ...(await this.destroying(place, by, at)),
      write(db.insertInto('reviewer_credentials').values({ ...row, sealed, destroyed_at: null })),
      record(db, { event: 'credential.stored', workspace, subject: id, by, at, facts: { connector, why: 'review' } }),
    ]
  }

  async put(place: Place, secret: string, origins: readonly string[], by: UserId): Promise<void> {
    await this.#storage.write(await this.storing(place, secret, origins, by, this.#clock.now()))
  }

  /** What may be shown about it: never the key. */
  async note(place: Place): Promise<ProbeKeyNote | null> {
    const row = await this.#live(place).executeTakeFirst()
    return row === undefined ? null : { id: row.id, setBy: row.set_by as UserId, setAt: row.created_at }
  }

  /** Opens the key for one run of probes, after that was written down. Undefined: the developer gave none. */
  async open(permit: ProbePermit, by: UserId | 'system'): Promise<ProbeKey | undefined> {
    const row = await this.#live(permit).executeTakeFirst()
    if (row === undefined) return undefined
    const { db } = this.#storage
    const { workspace, connector, run } = permit
    // Destroyed at the same moment: nothing was opened, and nothing says that it was.
    const stays = db.updateTable('reviewer_credentials').set({ destroyed_at: null }).where('workspace_id', '=', workspace).where('id', '=', row.id)
    try {
      await this.#storage.write([
        writeOne(stays.where('destroyed_at', 'is', null), () => new KeyDestroyedError()),
        openedFor(db, 'review', { id: row.id, workspace, connector, link: null, run }, by, this.#clock.now()),
      ])
    } catch (error) {
      if (error instanceof KeyDestroyedError) return undefined
      throw error
    }
    return { id: row.id, secret: this.#sealing.open(placeOf(row), row.sealed), origins: JSON.parse(row.origins) as string[] }
  }

  /** The statements that overwrite the key, for the transaction of the decision that ends the review. */
  async destroying(place: Place, by: UserId | 'system', at: number): Promise<readonly Write[]> {
    const { db } = this.#storage
    const { workspace, connector } = place
    const rows = await this.#live(place).execute()
    return rows.flatMap(({ id }) => [
      write(db.updateTable('reviewer_credentials').set({ sealed: '', destroyed_at: at }).where('workspace_id', '=', workspace).where('id', '=', id)),
      record(db, { event: 'credential.destroyed', workspace, subject: id, by, at, facts: { connector, why: 'review' } }),
    ])
  }

  /** For the end of a connector: the statements that overwrite what is left, and how many keys that are. */
  async forgetting(place: Place, at: number): Promise<{ readonly writes: readonly Write[]; readonly count: number }> {
    const { length } = await this.#live(place).execute()
    return { writes: await this.destroying(place, 'system', at), count: length }
  }

  /** Answers whether there was one. */
  async destroy(place: Place, by: UserId): Promise<boolean> {
    const writes = await this.destroying(place, by, this.#clock.now())
    if (writes.length > 0) await this.#storage.write(writes)
    return writes.length > 0
  }
}

class KeyDestroyedError extends Error {
  override readonly name = 'KeyDestroyedError'
}

function placeOf(row: { readonly id: string; readonly workspace_id: string; readonly connector_id: string }): string {
  return `reviewer credential:${row.id}:${row.workspace_id}:${row.connector_id}`
}
