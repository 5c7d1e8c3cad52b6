import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { type Clock, Refusal, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Enforcement, Memory, type Storage, type Write, write, writeOne, writeUnique } from '../storage/index.ts'
import { KEY_BYTES, openWith, SealBrokenError, sealWith } from './envelope.ts'
import type { MasterKey, MasterKeys } from './master-keys.ts'

/** Seals and opens what belongs to one person. Destroying the person's key makes all of it unreadable. */
export type PersonalSealer = {
  seal(associated: string, text: string): string
  /** @throws SealBrokenError */
  open(associated: string, sealed: string): string
}

export class DataErasedError extends Refusal {
  override readonly name = 'DataErasedError'
  readonly code = 'sealing/erased'
  readonly status = 410
  readonly who = 'user'
  constructor() {
    super('What was kept about this person has been erased and cannot be read again.')
  }
}

class KeyRaceError extends Error {}

/** Envelope encryption: a fresh data key for each record, wrapped by a master key; and one key for each person. Knows no meaning of what it seals. */
export class Sealing {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #masters: MasterKeys
  readonly #people = new Memory<PersonalSealer>(50_000)

  constructor(needs: { storage: Storage; clock: Clock; enforcement: Enforcement; masterKeys: MasterKeys }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#masters = needs.masterKeys
    needs.enforcement.add(this.#people)
  }

  /** Seals one record under a data key of its own. The text names the master key, so that keys can be rotated. */
  seal(associated: string, plain: string): string {
    const dataKey = randomBytes(KEY_BYTES)
    const content = sealWith(createSecretKey(dataKey), associated, plain)
    return wrapped(this.#masters.current, dataKey, content)
  }

  /** @throws SealBrokenError also when the master key is not among ours */
  open(associated: string, sealed: string): string {
    const { dataKey, content } = this.#unwrap(sealed, associated)
    return openWith(createSecretKey(dataKey), associated, content).toString()
  }

  /**
   * The same record with its data key wrapped by the current master key; the content keeps its place and its bytes. Undefined: it already is.
   * @param associated needed for texts of the first format only, whose wrapping names the place as well
   * @throws SealBrokenError
   */
  rewrap(sealed: string, associated?: string): string | undefined {
    const master = this.#masters.current
    if (sealed.startsWith(`2.${master.id}.`)) return undefined
    const { dataKey, content } = this.#unwrap(sealed, associated)
    return wrapped(master, dataKey, content)
  }

  #unwrap(sealed: string, associated: string | undefined): { readonly dataKey: Buffer; readonly content: string } {
    const [version, keyId, wrap, content] = sealed.split('.')
    const master = keyId === undefined ? undefined : this.#masters.byId.get(keyId)
    if (master === undefined || wrap === undefined || content === undefined) throw new SealBrokenError()
    if (version === '2') return { dataKey: openWith(master.key, boundTo(content), wrap), content }
    if (version === '1' && associated !== undefined) return { dataKey: openWith(master.key, `key:${associated}`, wrap), content }
    throw new SealBrokenError()
  }

  /** The person's sealer if it is warm. */
  peek(user: UserId): PersonalSealer | undefined {
    return this.#people.peek(`user:${user}`)
  }

  /**
   * The person's sealer, with a key made at first use.
   * @throws DataErasedError once the key was destroyed
   */
  of(user: UserId, workspace: WorkspaceId): Promise<PersonalSealer> {
    return this.#people.get(`user:${user}`, async () => sealerOf(await this.#keyOf(user, workspace)))
  }

  async #keyOf(user: UserId, workspace: WorkspaceId): Promise<KeyObject> {
    for (;;) {
      const row = await this.#storage.db
        .selectFrom('user_keys')
        .selectAll()
        .where('user_id', '=', user)
        .where('workspace_id', '=', workspace)
        .executeTakeFirst()
      if (row !== undefined) {
        if (row.destroyed_at !== null) throw new DataErasedError()
        return createSecretKey(this.open(`user-key:${user}`, row.wrapped_key), 'base64')
      }
      const wrapped_key = this.seal(`user-key:${user}`, randomBytes(KEY_BYTES).toString('base64'))
      const insert = this.#storage.db.insertInto('user_keys').values({
        user_id: user,
        workspace_id: workspace,
        master_key_id: this.#masters.current.id,
        wrapped_key,
        created_at: this.#clock.now(),
        destroyed_at: null,
      })
      // Two first calls at once: one key wins and both read it.
      await this.#storage.write([writeUnique(insert, () => new KeyRaceError())]).catch((error) => {
        if (!(error instanceof KeyRaceError)) throw error
      })
    }
  }

  /**
   * The statement that holds a person's key for the length of a transaction: what others of the same person hold comes before or after, and
   * nothing is stored under a key that is destroyed meanwhile. The key exists already, from `of`.
   */
  holding(user: UserId, workspace: WorkspaceId): Write {
    const same = this.#storage.db.updateTable('user_keys').set((eb) => ({ created_at: eb.ref('created_at') }))
    return writeOne(
      same.where('user_id', '=', user).where('workspace_id', '=', workspace).where('destroyed_at', 'is', null),
      () => new DataErasedError(),
    )
  }

  /**
   * The statement that destroys a person's key, for the transaction that erases the rest; its keys go through `enforcement.change`. Whoever never
   * had a key gets none afterwards either.
   */
  destroyKey(user: UserId, workspace: WorkspaceId): Write {
    const at = this.#clock.now()
    const row = { user_id: user, workspace_id: workspace, master_key_id: '', wrapped_key: '', created_at: at, destroyed_at: at }
    return write(
      this.#storage.db
        .insertInto('user_keys')
        .values(row)
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ wrapped_key: '', destroyed_at: at })),
    )
  }
}

/**
 * The wrapping is bound to the content instead of its place, so that whoever rotates keys has to know no meaning. A wrapping that is moved to
 * another content does not open, and the content itself opens at its place only.
 */
function wrapped(master: MasterKey, dataKey: Buffer, content: string): string {
  return `2.${master.id}.${sealWith(master.key, boundTo(content), dataKey)}.${content}`
}

function boundTo(content: string): string {
  return `key of ${sha256(content)}`
}

function sealerOf(key: KeyObject): PersonalSealer {
  return {
    seal: (associated, text) => sealWith(key, associated, text),
    open: (associated, sealed) => openWith(key, associated, sealed).toString(),
  }
}
