import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'
import type { Storage } from './storage.ts'
import { type Write, type WriteResult, write } from './write.ts'

/** A memory of answers from the database, dropped key by key when what they say changes. */
export type Forgetful = { forget(key: string): void; forgetAll(): void }

const CHANNEL = 'enforcement'
/** More keys than this at once, and everything is dropped instead. */
const MOST_CHANGES = 5_000

/**
 * The enforcement epoch: every change to what may be called raises it and writes the keys it touches, in its own transaction.
 * A process compares the epoch it knows with the one read after its intents were committed; where they differ it drops exactly those keys and asks
 * again. So no call whose intent is ordered after a change's commit is sent against that change.
 */
export class Enforcement {
  readonly #storage: Storage
  readonly #memories = new Set<Forgetful>()
  readonly #hearers = new Set<(keys: readonly string[]) => void>()
  #known = -1
  #catching: Promise<void> | null = null

  constructor(storage: Storage) {
    this.#storage = storage
    storage.listen(CHANNEL, (epoch) => {
      if (Number(epoch) > this.#known) this.catchUp(Number(epoch)).catch(() => {})
    })
  }

  /** The newest epoch whose changes this process has taken in. */
  get known(): number {
    return this.#known
  }

  async start(): Promise<void> {
    const { epoch } = await this.#storage.db.selectFrom('enforcement').select('epoch').executeTakeFirstOrThrow()
    this.#known = epoch
  }

  /** A memory that is told which keys to drop. */
  add(memory: Forgetful): void {
    this.#memories.add(memory)
  }

  /** Everything that is remembered is dropped, such as when the keys that opened it are gone. */
  forgetAll(): void {
    for (const memory of this.#memories) memory.forgetAll()
  }

  /** Hears of changed keys after they were dropped, such as to tell assistants that their list changed. Returns the function that stops it. */
  onChange(hear: (keys: readonly string[]) => void): () => void {
    this.#hearers.add(hear)
    return () => void this.#hearers.delete(hear)
  }

  /**
   * Writes a change and makes it hold: when this returns, this process acts by it, and no process sends a call that is ordered after it.
   * Keys look like `user:usr_…`, `connector:con_…`, `token:<hash>`.
   */
  async change(writes: readonly Write[], keys: readonly string[]): Promise<readonly WriteResult[]> {
    // Without a key nothing is raised that anybody could catch up with.
    if (keys.length === 0) return await this.#storage.write(writes)
    const raised = raise(this.#storage.db, keys)
    const results = await this.#storage.write([...writes, ...raised])
    const epoch = Number(results[writes.length]?.rows[0]?.['epoch'])
    await this.catchUp(epoch)
    this.#storage.notify(CHANNEL, String(epoch))
    return results
  }

  /** Takes in every change up to at least this epoch. */
  async catchUp(epoch: number): Promise<void> {
    while (this.#known < epoch) {
      this.#catching ??= this.#takeIn().finally(() => {
        this.#catching = null
      })
      await this.#catching
    }
  }

  async #takeIn(): Promise<void> {
    const rows = await this.#storage.db
      .selectFrom('enforcement_changes')
      .select(['epoch', 'key'])
      .where('epoch', '>', this.#known)
      .orderBy('epoch')
      .limit(MOST_CHANGES)
      .execute()
    const last = rows.at(-1)
    if (last === undefined) return
    if (rows.length === MOST_CHANGES) {
      // The newest epoch is read before everything is dropped: what is loaded afterwards is at least as new.
      const { epoch } = await this.#storage.db.selectFrom('enforcement').select('epoch').executeTakeFirstOrThrow()
      for (const memory of this.#memories) memory.forgetAll()
      this.#known = epoch
    } else {
      for (const memory of this.#memories) for (const { key } of rows) memory.forget(key)
      this.#known = last.epoch
    }
    const keys = rows.map((row) => row.key)
    for (const hear of this.#hearers) hear(keys)
  }
}

/** Last in the transaction: on PostgreSQL the row's lock puts changes in one order, and it is held only until the commit that follows. */
function raise(db: Kysely<Schema>, keys: readonly string[]): readonly Write[] {
  return [
    write(
      db
        .updateTable('enforcement')
        .set((eb) => ({ epoch: eb('epoch', '+', 1) }))
        .where('id', '=', 1)
        .returning('epoch'),
    ),
    ...keys.map((key) =>
      write(
        db
          .insertInto('enforcement_changes')
          .columns(['epoch', 'key'])
          .expression(db.selectFrom('enforcement').select(['epoch', sql<string>`${key}`.as('key')])),
      ),
    ),
  ]
}

/**
 * A least-recently-used memory for `Enforcement`. An answer whose loading overlapped a drop of its key is handed to its caller once but not kept,
 * so that a slow read cannot put back what a change has just taken away.
 */
export class Memory<Value> implements Forgetful {
  readonly #most: number
  readonly #entries = new Map<string, Value>()
  readonly #loading = new Map<string, Promise<Value>>()

  constructor(most: number) {
    this.#most = most
  }

  /** The kept answer, or undefined. No waiting: for the hot path. */
  peek(key: string): Value | undefined {
    const value = this.#entries.get(key)
    if (value !== undefined && this.#entries.size >= this.#most / 2) {
      this.#entries.delete(key)
      this.#entries.set(key, value)
    }
    return value
  }

  async get(key: string, load: () => Promise<Value>): Promise<Value> {
    const kept = this.peek(key)
    if (kept !== undefined) return kept
    const under = this.#loading.get(key)
    if (under !== undefined) return under
    const loading = load()
    this.#loading.set(key, loading)
    try {
      const value = await loading
      if (this.#loading.get(key) === loading) this.#keep(key, value)
      return value
    } finally {
      if (this.#loading.get(key) === loading) this.#loading.delete(key)
    }
  }

  #keep(key: string, value: Value): void {
    this.#entries.set(key, value)
    if (this.#entries.size > this.#most) {
      const oldest = this.#entries.keys().next()
      if (oldest.done !== true) this.#entries.delete(oldest.value)
    }
  }

  forget(key: string): void {
    this.#entries.delete(key)
    this.#loading.delete(key)
  }

  forgetAll(): void {
    this.#entries.clear()
    this.#loading.clear()
  }
}
