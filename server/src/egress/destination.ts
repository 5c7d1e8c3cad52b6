import type { Pool } from 'undici'
import { type DialOptions, openPool } from './dial.ts'

/** At most this many addresses of one host are tried for one request. */
const MAX_ATTEMPTS = 3

/** An origin that has been judged, the addresses it was judged by, and the connections to them. */
export class Destination {
  readonly origin: string
  readonly #options: DialOptions
  readonly #pools = new Map<string, Pool>()
  /** Take no new requests, and finish the ones they have. */
  readonly #closing = new Set<Pool>()
  #addresses: readonly string[] = []
  #preferred = ''
  /** When the verdict was made, on the monotonic clock. */
  checkedAt = 0
  refreshing = false

  constructor(origin: string, options: DialOptions) {
    this.origin = origin
    this.#options = options
  }

  /** The address that took a request last, so that a dead one is not tried first every time. */
  get preferred(): string {
    return this.#preferred
  }

  reached(address: string): void {
    if (address !== this.#preferred && this.#addresses.includes(address)) this.#preferred = address
  }

  /** Takes a new verdict. Connections to addresses that are no longer in it finish what they do and close. */
  recheck(addresses: readonly string[], now: number): void {
    this.#addresses = addresses
    this.checkedAt = now
    if (!addresses.includes(this.#preferred)) this.#preferred = addresses[0] ?? ''
    for (const address of this.#pools.keys()) {
      if (!addresses.includes(address)) this.#leave(address)
    }
  }

  /** Connections to a checked address, or null when it has left the verdict since it was picked. */
  pool(address: string): Pool | null {
    const known = this.#pools.get(address)
    if (known !== undefined) return known
    if (!this.#addresses.includes(address)) return null
    const connectMs = this.#addresses.length > 1 ? Math.ceil(this.#options.connectMs / 2) : this.#options.connectMs
    const pool = openPool(this.origin, address, { ...this.#options, connectMs })
    this.#pools.set(address, pool)
    return pool
  }

  /** The address to try when this one does not take connections, or null when enough were tried. */
  after(address: string, attempts: number): string | null {
    if (attempts >= Math.min(MAX_ATTEMPTS, this.#addresses.length)) return null
    return this.#addresses[(this.#addresses.indexOf(address) + 1) % this.#addresses.length] ?? null
  }

  /** No address is left to dial; running requests finish. */
  retire(): void {
    this.#addresses = []
    for (const address of this.#pools.keys()) this.#leave(address)
  }

  /** True while a retired destination still has requests to finish. */
  get busy(): boolean {
    return this.#closing.size > 0
  }

  /** Running requests are cancelled. */
  async destroy(): Promise<void> {
    this.#addresses = []
    const all = [...this.#pools.values(), ...this.#closing]
    this.#pools.clear()
    await Promise.allSettled(all.map((pool) => pool.destroy()))
  }

  #leave(address: string): void {
    const pool = this.#pools.get(address)
    if (pool === undefined) return
    this.#pools.delete(address)
    this.#closing.add(pool)
    const done = () => this.#closing.delete(pool)
    pool.close().then(done, done)
  }
}
