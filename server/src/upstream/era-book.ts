import { LRUCache } from 'lru-cache'
import { type Clock, HOUR } from '../lib/index.ts'
import type { Verdict } from './detect-era.ts'

/** A connector that was upgraded keeps answering `initialize` for ever, so a legacy verdict would never fail by itself. */
const LEGACY_LASTS = HOUR

type Entry = { readonly verdict: Verdict; readonly until: number }

/** What is known about the era of connectors, by target and credential: some connectors answer differently to different people. */
export class EraBook {
  readonly #clock: Clock
  readonly #entries: LRUCache<string, Entry>
  readonly #asking = new Map<string, Promise<Verdict>>()

  constructor(clock: Clock, max = 20_000) {
    this.#clock = clock
    // Counted by size, so that room is made for those that come and not for all that may.
    this.#entries = new LRUCache({ maxSize: max, sizeCalculation: () => 1 })
  }

  known(key: string): Verdict | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.until <= this.#clock.now()) return undefined
    return entry.verdict
  }

  /** Asks once, however many calls are waiting for the same verdict. */
  async find(key: string, ask: () => Promise<Verdict>): Promise<Verdict> {
    const running = this.#asking.get(key)
    if (running !== undefined) return running
    const asking = ask()
      .then((verdict) => {
        this.learn(key, verdict)
        return verdict
      })
      .finally(() => this.#asking.delete(key))
    this.#asking.set(key, asking)
    return asking
  }

  learn(key: string, verdict: Verdict): void {
    this.#entries.set(key, { verdict, until: verdict.era === 'legacy' ? this.#clock.now() + LEGACY_LASTS : Number.POSITIVE_INFINITY })
  }

  /** The verdict did not hold. One that was learnt meanwhile stays. */
  forget(key: string, verdict: Verdict): void {
    if (this.#entries.peek(key)?.verdict === verdict) this.#entries.delete(key)
  }
}
