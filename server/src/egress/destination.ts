import type { Pool } from 'undici'
import { type DialOptions, openPool } from './dial.ts'

/** At most this many addresses of one host are tried for one request. */
const MAX_ATTEMPTS = 3

/** An origin that has been judged, the addresses it was judged by, and the connections to them. */
export class Destination {
  readonly origin: string
  readonly #options: DialOptions
  readonly #pools = new Map<string, Pool>()
  #addresses: readonly string[] = []
  /** The address that answered last. */
  preferred = ''
  /** When the verdict was made, on the monotonic clock. */
  checkedAt = 0
  refreshing = false

  constructor(origin: string, options: DialOptions) {
    this.origin = origin
    this.#options = options
  }

  /** Takes a new verdict. Connections to addresses that are no longer in it finish what they do and close. */
  recheck(addresses: readonly string[], now: number): void {
    this.#addresses = addresses
    this.checkedAt = now
    if (!addresses.includes(this.preferred)) this.preferred = addresses[0] ?? ''
    for (const [address, pool] of this.#pools) {
      if (addresses.includes(address)) continue
      this.#pools.delete(address)
      void pool.close()
    }
  }

  /** Connections to one of the checked addresses. A redispatch may race with a recheck, so the address is looked for again. */
  pool(address: string): Pool {
    const known = this.#pools.get(address)
    if (known !== undefined) return known
    const dialled = this.#addresses.includes(address) ? address : this.preferred
    const existing = this.#pools.get(dialled)
    if (existing !== undefined) return existing
    const connectMs = this.#addresses.length > 1 ? Math.ceil(this.#options.connectMs / 2) : this.#options.connectMs
    const pool = openPool(this.origin, dialled, { ...this.#options, connectMs })
    this.#pools.set(dialled, pool)
    return pool
  }

  /** The address to try when this one does not take connections, or null when enough were tried. */
  after(address: string, attempts: number): string | null {
    if (attempts >= Math.min(MAX_ATTEMPTS, this.#addresses.length)) return null
    return this.#addresses[(this.#addresses.indexOf(address) + 1) % this.#addresses.length] ?? null
  }

  /** No new requests; running ones finish. */
  retire(): void {
    for (const pool of this.#pools.values()) void pool.close()
    this.#pools.clear()
  }

  /** Running requests are cancelled. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()))
    this.#pools.clear()
  }
}
