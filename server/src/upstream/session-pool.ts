import type { Clock } from '../lib/index.ts'

/** A handshake with a legacy connector. `id` is absent where the connector keeps no sessions. */
export type LegacySession = {
  readonly id: string | undefined
  readonly version: string
  /** The most that anybody wanted to hear of the connector's log in this session, once it was asked for. */
  logLevel?: string
  /** It has no stream besides those of requests. */
  silent?: boolean
}

type Slot = { readonly opening: Promise<LegacySession>; opened: LegacySession | undefined; usedAt: number }

/**
 * Sessions with legacy connectors, each for one user, credential and release. No secret is kept with them: a session that falls idle is
 * forgotten here and left to expire at the connector, because ending it there would need the user's key after the call that brought it.
 */
export class SessionPool {
  readonly #clock: Clock
  readonly #max: number
  readonly #idleMs: number
  /** In the order of last use. */
  readonly #slots = new Map<string, Slot>()

  constructor(options: { readonly clock: Clock; readonly max: number; readonly idleMs: number }) {
    this.#clock = options.clock
    this.#max = options.max
    this.#idleMs = options.idleMs
  }

  get size(): number {
    return this.#slots.size
  }

  /** A session that is open and was used lately, without waiting for anything. */
  ready(key: string): LegacySession | undefined {
    const slot = this.#slots.get(key)
    if (slot?.opened === undefined) return undefined
    const now = this.#clock.now()
    if (now - slot.usedAt >= this.#idleMs) return undefined
    this.#slots.delete(key)
    slot.usedAt = now
    this.#slots.set(key, slot)
    return slot.opened
  }

  /** The session for this key; opened once, however many calls ask for it at the same time. A session that failed to open is not kept. */
  async use(key: string, open: () => Promise<LegacySession>): Promise<LegacySession> {
    const now = this.#clock.now()
    const slot = this.#slots.get(key)
    if (slot !== undefined) {
      this.#slots.delete(key)
      if (now - slot.usedAt < this.#idleMs) {
        slot.usedAt = now
        this.#slots.set(key, slot)
        return slot.opening
      }
    }
    const fresh: Slot = { opening: open(), opened: undefined, usedAt: now }
    this.#slots.set(key, fresh)
    this.#makeRoom(now)
    try {
      fresh.opened = await fresh.opening
      return fresh.opened
    } catch (error) {
      if (this.#slots.get(key) === fresh) this.#slots.delete(key)
      throw error
    }
  }

  /** The connector no longer knows this session. A newer one under the same key stays. */
  async drop(key: string, session: LegacySession): Promise<void> {
    const slot = this.#slots.get(key)
    if (slot !== undefined && (await slot.opening.catch(() => undefined)) === session && this.#slots.get(key) === slot) this.#slots.delete(key)
  }

  clear(): void {
    this.#slots.clear()
  }

  #makeRoom(now: number): void {
    for (const [key, slot] of this.#slots) {
      if (this.#slots.size <= this.#max && now - slot.usedAt < this.#idleMs) return
      this.#slots.delete(key)
    }
  }
}
