import { type GrantId, MINUTE, type TokenId } from '../lib/index.ts'
import type { Storage, Write } from '../storage/index.ts'

type Used = TokenId | GrantId

/** How long uses are gathered before they are written together. */
const GATHER_MS = 2_000

/** Notes when tokens were used, off the call: at most one row per token and minute, many tokens in one transaction. */
export class LastUsed {
  readonly #storage: Storage
  readonly #writeOf: (id: Used, at: number) => Write
  readonly #onFault: (error: unknown) => void
  readonly #pending = new Map<Used, number>()
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(storage: Storage, writeOf: (id: Used, at: number) => Write, onFault: (error: unknown) => void) {
    this.#storage = storage
    this.#writeOf = writeOf
    this.#onFault = onFault
  }

  /**
   * Called at each use.
   * @param noted when a use of this token was noted last
   * @returns when it is noted now
   */
  note(id: Used, noted: number, now: number): number {
    if (now - noted < MINUTE) return noted
    this.#pending.set(id, now)
    if (this.#timer === null) {
      this.#timer = setTimeout(() => void this.flush(), GATHER_MS)
      this.#timer.unref()
    }
    return now
  }

  /** Writes what was gathered. A failure is reported and loses nothing but the times: a call never fails because of them. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const uses = [...this.#pending]
    this.#pending.clear()
    this.#writing = this.#writing.then(async () => {
      if (uses.length === 0) return
      try {
        await this.#storage.write(uses.map(([id, at]) => this.#writeOf(id, at)))
      } catch (error) {
        this.#onFault(error)
      }
    })
    return this.#writing
  }
}
