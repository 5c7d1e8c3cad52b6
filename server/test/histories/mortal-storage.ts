import type { Append, Storage, Write, WriteResult } from '../../src/storage/index.ts'

/** What whoever still waits for a process hears when it died. */
export class Died extends Error {
  override readonly name = 'Died'
}

/**
 * The database as one process sees it, which can die at any of its writes: before the transaction, or after it is durable and before anybody hears of it.
 * A dead process writes and hears nothing any more, so whoever goes on makes another of these over the same database.
 */
export class MortalStorage implements Storage {
  readonly #storage: Storage
  readonly #written: () => void
  readonly #deaf: (() => void)[] = []
  #left = Number.POSITIVE_INFINITY
  #durable = false
  #dead = false

  /** @param written is called before anything is written */
  constructor(storage: Storage, written: () => void) {
    this.#storage = storage
    this.#written = written
  }

  get dialect() {
    return this.#storage.dialect
  }

  get db() {
    return this.#storage.db
  }

  get dead(): boolean {
    return this.#dead
  }

  /** @param writes how many more transactions it lives for @param durable whether the one that it dies in is in the database all the same */
  diesAt(writes: number, durable: boolean): void {
    this.#left = writes
    this.#durable = durable
  }

  /** It lives on, whatever was said before. */
  lives(): void {
    this.#left = Number.POSITIVE_INFINITY
  }

  buried(): void {
    this.#dead = true
    for (const stop of this.#deaf.splice(0)) stop()
  }

  write(writes: readonly Write[]): Promise<readonly WriteResult[]> {
    return this.#unlessItDies(() => this.#storage.write(writes))
  }

  append(rows: readonly Append[]): Promise<number> {
    return this.#unlessItDies(() => this.#storage.append(rows))
  }

  async #unlessItDies<Result>(write: () => Promise<Result>): Promise<Result> {
    const last = this.#left-- <= 0
    if (this.#dead || (last && !this.#durable)) {
      this.#dead = true
      throw new Died('The process died.')
    }
    this.#written()
    if (!last) return await write()
    this.#dead = true
    await write()
    throw new Died('The process died, and nobody heard of what it wrote last.')
  }

  notify(channel: string, payload: string): void {
    if (!this.#dead) this.#storage.notify(channel, payload)
  }

  listen(channel: string, hear: (payload: string) => void): () => void {
    const stop = this.#storage.listen(channel, hear)
    this.#deaf.push(stop)
    return stop
  }

  tryLead(role: string): Promise<boolean> {
    return this.#storage.tryLead(role)
  }

  isAlive(nodeId: string): Promise<boolean> {
    return this.#storage.isAlive(nodeId)
  }

  /** The process is over; the database goes on. */
  async close(): Promise<void> {
    this.buried()
  }
}
