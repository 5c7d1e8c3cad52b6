import { type Clock, MINUTE } from '../lib/index.ts'
import { masterKeyOf } from '../sealing/index.ts'
import type { HeldKey, KeySource, WrappedKey } from './key-source.ts'
import { KeysUnavailableError } from './keys-errors.ts'
import type { TransitClient } from './transit-client.ts'

/** How often the service is asked whether it would still unwrap our keys. */
const CONFIRM_MS = 5 * MINUTE

/**
 * Master keys that a transit engine made and wrapped. Unwrapped ones stay in memory, so that calls go on while the service is away; when it has
 * not confirmed them for `cacheMs` they are dropped, so that whoever takes our access away there stops us within that time.
 */
export class TransitSource implements KeySource {
  readonly kind = 'transit'
  readonly #client: Pick<TransitClient, 'dataKey' | 'decrypt' | 'lookUp' | 'renew'>
  readonly #clock: Clock
  readonly #cacheMs: number
  readonly #unwrapped = new Map<string, HeldKey>()
  #confirmedAt = 0
  trouble: string | null = null

  constructor(client: Pick<TransitClient, 'dataKey' | 'decrypt' | 'lookUp' | 'renew'>, clock: Clock, cacheMs: number) {
    this.#client = client
    this.#clock = clock
    this.#cacheMs = cacheMs
  }

  async load(wrapped: readonly WrappedKey[]): Promise<readonly HeldKey[]> {
    const now = this.#clock.now()
    if (now - this.#confirmedAt >= CONFIRM_MS) await this.#confirm(wrapped, now)
    for (const known of this.#unwrapped.keys()) if (!wrapped.some((each) => each.id === known)) this.#unwrapped.delete(known)
    return await Promise.all(wrapped.map(async (each) => this.#unwrapped.get(each.id) ?? (await this.#unwrap(each))))
  }

  async make(): Promise<HeldKey> {
    const { plain, wrapped } = await this.#client.dataKey()
    return { key: masterKeyOf(plain), source: 'transit', wrapped }
  }

  async #unwrap({ id, wrapped }: WrappedKey): Promise<HeldKey> {
    const key = masterKeyOf(await this.#client.decrypt(wrapped))
    // The id is a digest of the key: what was put into another row does not pass for its key.
    if (key.id !== id) throw new KeysUnavailableError(`what is kept as key ${id} unwraps to another key`)
    const held: HeldKey = { key, source: 'transit', wrapped }
    this.#unwrapped.set(id, held)
    this.#confirmedAt = this.#clock.now()
    this.trouble = null
    return held
  }

  async #confirm(wrapped: readonly WrappedKey[], now: number): Promise<void> {
    const [first] = wrapped
    if (first === undefined || !this.#unwrapped.has(first.id)) return
    try {
      await this.#keepToken()
      await this.#unwrap(first)
    } catch (error) {
      this.trouble = error instanceof KeysUnavailableError ? String(error.detail['why']) : (error as Error).message
      if (now - this.#confirmedAt < this.#cacheMs) return
      this.#unwrapped.clear()
      throw new KeysUnavailableError(`${this.trouble}; the keys in memory were dropped, since nobody confirmed them for too long`, error)
    }
  }

  /** A token that ends within the hour is renewed where that is allowed. */
  async #keepToken(): Promise<void> {
    const { seconds, renewable } = await this.#client.lookUp().catch(() => ({ seconds: 0, renewable: false }))
    if (renewable && seconds > 0 && seconds < 3_600) await this.#client.renew().catch(() => undefined)
  }
}
