import type { Clock } from '../lib/index.ts'
import { TooManyRequestsError } from './authorization-errors.ts'

const MOST_KEPT = 20_000

type Count = { taken: number; readonly until: number }

/**
 * So many within so long, for each key and for all keys together. Counts live in this process; several nodes allow as many times the number.
 * Memory is bounded: under a flood of keys the oldest counts are forgotten, and the total still holds.
 */
export class RateWindow {
  readonly #clock: Clock
  readonly #perKey: number
  readonly #inTotal: number
  readonly #windowMs: number
  readonly #counts = new Map<string, Count>()
  #total: Count = { taken: 0, until: 0 }

  constructor(clock: Clock, limits: { readonly perKey: number; readonly inTotal: number; readonly windowMs: number }) {
    this.#clock = clock
    this.#perKey = limits.perKey
    this.#inTotal = limits.inTotal
    this.#windowMs = limits.windowMs
  }

  /** @throws TooManyRequestsError; nothing is counted then */
  take(key: string): void {
    const now = this.#clock.now()
    if (this.#total.until <= now) this.#total = { taken: 0, until: now + this.#windowMs }
    const count = this.#count(key, now)
    const full = count.taken >= this.#perKey ? count : this.#total.taken >= this.#inTotal ? this.#total : null
    if (full !== null) throw new TooManyRequestsError(Math.max(1, Math.ceil((full.until - now) / 1_000)))
    count.taken++
    this.#total.taken++
  }

  /** One that turned out to be fine does not count. */
  giveBack(key: string): void {
    const count = this.#counts.get(key)
    if (count !== undefined && count.taken > 0) count.taken--
    if (this.#total.taken > 0) this.#total.taken--
  }

  #count(key: string, now: number): Count {
    const kept = this.#counts.get(key)
    if (kept !== undefined && kept.until > now) return kept
    const fresh: Count = { taken: 0, until: now + this.#windowMs }
    this.#counts.delete(key)
    this.#counts.set(key, fresh)
    if (this.#counts.size > MOST_KEPT) {
      const oldest = this.#counts.keys().next()
      if (oldest.done !== true) this.#counts.delete(oldest.value)
    }
    return fresh
  }
}
