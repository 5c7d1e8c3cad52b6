import type { Kysely } from 'kysely'
import { type GrantId, isObject, type JsonObject, sha256, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Schema, type Storage, type Write, write, writeOne, writeUnique } from '../storage/index.ts'
import { RequestOverError } from './authorization-errors.ts'

export type RecordKind = 'AuthorizationCode' | 'RefreshToken' | 'DeviceCode' | 'Interaction' | 'ReplayDetection'

/** What is kept for a while. Found by the hash of its id, which is a secret; the id itself is nowhere. */
export type KeptRecord = {
  readonly kind: RecordKind
  readonly idHash: string
  readonly payload: JsonObject
  readonly grant: GrantId | null
  readonly browserHash: string | null
  /** Milliseconds, UTC. */
  readonly expiresAt: number
  readonly consumedAt: number | null
}

/** It is there already, and may be there once only. */
export class RecordRepeatedError extends Error {}

/** The only SQL about requests under way, codes and refresh tokens. Contents are sealed; what they are found by is hashed. */
export class RecordStore {
  readonly #db: Kysely<Schema>
  readonly #storage: Storage
  readonly #sealing: Pick<Sealing, 'seal' | 'open'>

  constructor(storage: Storage, sealing: Pick<Sealing, 'seal' | 'open'>) {
    this.#db = storage.db
    this.#storage = storage
    this.#sealing = sealing
  }

  async find(kind: RecordKind, id: string): Promise<KeptRecord | null> {
    return this.#one(kind, 'id_hash', sha256(id))
  }

  /** Sealed for whoever knows the code; another with the same code that is still open would be as good as none. */
  async findByUserCode(userCode: string): Promise<KeptRecord | null> {
    return this.#one('DeviceCode', 'user_code_hash', sha256(userCode))
  }

  async #one(kind: RecordKind, by: 'id_hash' | 'user_code_hash', hash: string): Promise<KeptRecord | null> {
    const row = await this.#db
      .selectFrom('authorization_records')
      .selectAll()
      .where('kind', '=', kind)
      .where(by, '=', hash)
      .orderBy('created_at', 'desc')
      .executeTakeFirst()
    if (row === undefined) return null
    const payload: unknown = JSON.parse(this.#sealing.open(place(kind, row.id_hash), row.sealed))
    if (!isObject(payload)) throw new Error('a record of the authorization server is no object')
    return {
      kind,
      idHash: row.id_hash,
      payload,
      grant: row.grant_id as GrantId | null,
      browserHash: row.browser_hash,
      expiresAt: row.expires_at,
      consumedAt: row.consumed_at,
    }
  }

  /** Keeps a record, or replaces what it says. Whether it was consumed stays as it is. */
  keeping(record: {
    readonly kind: RecordKind
    readonly id: string
    readonly workspace: WorkspaceId
    readonly payload: JsonObject
    readonly grant: string | null
    readonly userCode: string | null
    readonly now: number
    readonly expiresAt: number
  }): Write {
    const { kind, id, workspace, payload, grant, userCode, now, expiresAt } = record
    const idHash = sha256(id)
    const set = { sealed: this.#sealing.seal(place(kind, idHash), JSON.stringify(payload)), expires_at: expiresAt, grant_id: grant }
    const insert = this.#db.insertInto('authorization_records').values({
      kind,
      id_hash: idHash,
      workspace_id: workspace,
      user_code_hash: userCode === null ? null : sha256(userCode),
      browser_hash: null,
      created_at: now,
      consumed_at: null,
      ...set,
    })
    if (kind === 'ReplayDetection') return writeUnique(insert, () => new RecordRepeatedError())
    return write(insert.onConflict((conflict) => conflict.columns(['kind', 'id_hash']).doUpdateSet(set)))
  }

  /** Writes what was decided about a request, once. Fails with RequestOverError when it was decided, or is gone. */
  deciding(record: KeptRecord, payload: JsonObject, grant: GrantId | null, now: number): Write {
    const { kind, idHash } = record
    const sealed = this.#sealing.seal(place(kind, idHash), JSON.stringify(payload))
    // A device still has to fetch its answer, which is what consumes it; there an empty grant says that it was refused.
    const once = kind === 'DeviceCode' ? { sealed, grant_id: grant ?? '' } : { sealed, grant_id: grant, consumed_at: now }
    const update = this.#db
      .updateTable('authorization_records')
      .set(once)
      .where('kind', '=', kind)
      .where('id_hash', '=', idHash)
      .where('consumed_at', 'is', null)
      .where('expires_at', '>', now)
    return writeOne(kind === 'DeviceCode' ? update.where('grant_id', 'is', null) : update, () => new RequestOverError())
  }

  /** Two callers with one code or token: exactly one succeeds, the other gets the given error. */
  async consume(kind: RecordKind, id: string, now: number, otherwise: () => Error): Promise<void> {
    const update = this.#db
      .updateTable('authorization_records')
      .set({ consumed_at: now })
      .where('kind', '=', kind)
      .where('id_hash', '=', sha256(id))
      .where('consumed_at', 'is', null)
    await this.#storage.write([writeOne(update, otherwise)])
  }

  async bindToBrowser(kind: RecordKind, id: string, browserHash: string): Promise<void> {
    const update = this.#db.updateTable('authorization_records').set({ browser_hash: browserHash })
    await this.#storage.write([write(update.where('kind', '=', kind).where('id_hash', '=', sha256(id)))])
  }

  async forget(kind: RecordKind, id: string): Promise<void> {
    await this.#storage.write([write(this.#db.deleteFrom('authorization_records').where('kind', '=', kind).where('id_hash', '=', sha256(id)))])
  }

  forgettingExpired(before: number): Write {
    return write(this.#db.deleteFrom('authorization_records').where('expires_at', '<', before))
  }
}

/** Associated data: a record cannot be put in the place of another. */
function place(kind: RecordKind, idHash: string): string {
  return `authorization:${kind}:${idHash}`
}
