import { refusalOf } from './denial.ts'
import { Destination } from './destination.ts'
import type { DialOptions } from './dial.ts'
import { NameNotFoundError, UnreachableError } from './egress-errors.ts'
import { judgeAddresses, judgeUrl, type Policy, type Verdict } from './judge.ts'
import type { Resolver } from './resolve.ts'

/** How long a verdict on a name may be used, in milliseconds. */
export const VERDICT_MS = 30_000
/** A verdict in use is renewed from this age on, in the background, so that no call waits for a name server. */
const RENEW_MS = 20_000
const MAX_DESTINATIONS = 1_024

/** Remembers which origins have been judged, for as long as a verdict lasts. Nothing is shared between origins. */
export class Destinations {
  readonly #policy: Policy
  readonly #resolve: Resolver
  readonly #options: DialOptions
  readonly #now: () => number
  readonly #known = new Map<string, Destination>()
  readonly #retired = new Set<Destination>()

  constructor(policy: Policy, resolve: Resolver, options: DialOptions, now: () => number) {
    this.#policy = policy
    this.#resolve = resolve
    this.#options = options
    this.#now = now
  }

  /** A destination whose verdict still holds. */
  fresh(url: URL): Destination | undefined {
    const known = this.#known.get(url.origin)
    if (known === undefined) return undefined
    const age = this.#now() - known.checkedAt
    if (age < RENEW_MS) return known
    if (age >= VERDICT_MS) return undefined
    if (!known.refreshing) this.#renew(known, new URL(url))
    return known
  }

  /** Judges the URL and all addresses behind it. @throws Refusal when it may not be called */
  async check(url: URL): Promise<Destination> {
    const verdict = await this.judge(url)
    if (!verdict.allowed) {
      this.#forget(url.origin)
      throw refusalOf(url, verdict.denial, verdict.addresses)
    }
    return this.#remember(url.origin, verdict.addresses)
  }

  /** The verdict alone, from the given addresses or from the resolver. @throws Refusal when the name has no answer */
  async judge(url: URL, given?: readonly string[]): Promise<Verdict> {
    const first = judgeUrl(url, this.#policy)
    if (first.state === 'denied') return first.verdict
    if (first.state === 'literal') return judgeAddresses(url, [first.address], this.#policy)
    return judgeAddresses(url, given ?? (await this.#ask(first.hostname)), this.#policy)
  }

  async destroy(): Promise<void> {
    const all = [...this.#known.values(), ...this.#retired]
    this.#known.clear()
    this.#retired.clear()
    await Promise.all(all.map((destination) => destination.destroy()))
  }

  async #ask(hostname: string): Promise<readonly string[]> {
    try {
      return await this.#resolve(hostname)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'ENOTFOUND' || code === 'ENODATA') throw new NameNotFoundError(hostname)
      throw new UnreachableError(hostname, 'name', false, error)
    }
  }

  #renew(known: Destination, url: URL): void {
    known.refreshing = true
    // A failure here is no news: the verdict runs out, and the next call asks again and says why.
    const done = () => {
      known.refreshing = false
    }
    this.check(url).then(done, done)
  }

  #remember(origin: string, addresses: readonly string[]): Destination {
    const destination = this.#known.get(origin) ?? new Destination(origin, this.#options)
    destination.recheck(addresses, this.#now())
    // Moved to the end, so that the first one is the one that was checked longest ago.
    this.#known.delete(origin)
    this.#known.set(origin, destination)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MAX_DESTINATIONS && oldest !== undefined) this.#forget(oldest)
    return destination
  }

  #forget(origin: string): void {
    const destination = this.#known.get(origin)
    if (destination === undefined) return
    this.#known.delete(origin)
    destination.retire()
    for (const other of this.#retired) if (!other.busy) this.#retired.delete(other)
    this.#retired.add(destination)
  }
}
