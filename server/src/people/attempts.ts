import ipaddr from 'ipaddr.js'
import { type Clock, MINUTE } from '../lib/index.ts'
import { TooManyAttemptsError } from './people-errors.ts'

const WINDOW = 15 * MINUTE
/** Wrong passwords for one account from one address. */
const MOST_PER_ACCOUNT = 10
/** Wrong passwords from one address, whichever the accounts. */
const MOST_PER_ADDRESS = 100
const MOST_KEPT = 50_000

type Count = { attempts: number; readonly until: number }

/**
 * Counts attempts to sign in, by account together with address, and by address. Never by account alone: that would let a stranger lock
 * somebody out. Counts live in this process; several nodes allow as many times the number.
 */
export class Attempts {
  readonly #clock: Clock
  readonly #counts = new Map<string, Count>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Counts one attempt before it is looked at, so that attempts at the same moment cannot pass together.
   * @throws TooManyAttemptsError when the window is used up; nothing is counted then
   */
  take(account: string, address: string): void {
    const network = networkOf(address)
    const mine = this.#count(`${network} ${account}`)
    const all = this.#count(network)
    const now = this.#clock.now()
    for (const [count, most] of [
      [mine, MOST_PER_ACCOUNT],
      [all, MOST_PER_ADDRESS],
    ] as const)
      if (count.attempts >= most) throw new TooManyAttemptsError(Math.max(1, Math.ceil((count.until - now) / 1_000)))
    mine.attempts++
    all.attempts++
  }

  /** The attempt was the right person: it does not count, and neither do the typing errors before it. */
  succeeded(account: string, address: string): void {
    const network = networkOf(address)
    this.#counts.delete(`${network} ${account}`)
    const all = this.#count(network)
    if (all.attempts > 0) all.attempts--
  }

  #count(key: string): Count {
    const kept = this.#counts.get(key)
    if (kept !== undefined && kept.until > this.#clock.now()) return kept
    const fresh: Count = { attempts: 0, until: this.#clock.now() + WINDOW }
    this.#counts.delete(key)
    this.#counts.set(key, fresh)
    if (this.#counts.size > MOST_KEPT) {
      const oldest = this.#counts.keys().next()
      if (oldest.done !== true) this.#counts.delete(oldest.value)
    }
    return fresh
  }
}

/** One household holds a whole /64 of IPv6, so that is one address here. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const bytes = parsed.toByteArray()
  return bytes
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
