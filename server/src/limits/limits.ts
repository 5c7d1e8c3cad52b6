import type { DeclaredLimits } from '@handfast/contract'
import { type Clock, type ConnectorId, Refusal, SECOND } from '../lib/index.ts'

/** A place among the calls under way, given back when the call ends. */
export type Spent = { release(): void }

/** What holds where a developer declared nothing. */
export type DefaultLimits = { readonly perSecond: number; readonly burst: number; readonly concurrency: number }

/** What holds for the APIs of others, whatever was declared: whoever is not the owner cannot allow more in the owner's name (clause 1-sponsor). */
export type SponsoredLimits = DefaultLimits

class RateLimitedError extends Refusal {
  override readonly name = 'RateLimitedError'
  readonly code = 'limits/rate'
  readonly status = 429
  readonly who = 'wait'
  override readonly retryAfter: number
  constructor(waitMs: number) {
    const seconds = Math.max(1, Math.ceil(waitMs / SECOND))
    super(`This connector takes no more calls for now. Try again in ${seconds} s.`)
    this.retryAfter = seconds
  }
}

class ConcurrencyLimitedError extends Refusal {
  override readonly name = 'ConcurrencyLimitedError'
  readonly code = 'limits/concurrency'
  readonly status = 429
  readonly who = 'wait'
  override readonly retryAfter = 1
  constructor(most: number) {
    super(`This connector takes ${most} calls at once, and that many are under way. Try again in a moment.`)
  }
}

/** One connector's budget on this node: a token bucket, a count of calls under way, and until when its API asked us to stay away. */
class Budget {
  tokens: number
  filledAt: number
  underWay = 0
  closedUntil = 0
  readonly release: () => void
  constructor(burst: number, now: number) {
    this.tokens = burst
    this.filledAt = now
    this.release = () => {
      this.underWay--
    }
  }
}

/** The developer's limits on our use of the API (clause 3b-limits) and what the API itself asks for while we call (clause 2a-no-harm). */
export class Limits {
  readonly #clock: Clock
  readonly #defaults: DefaultLimits
  readonly #sponsored: SponsoredLimits
  readonly #budgets = new Map<ConnectorId, Budget>()

  constructor(clock: Clock, defaults: DefaultLimits, sponsored: SponsoredLimits = defaults) {
    this.#clock = clock
    this.#defaults = defaults
    this.#sponsored = sponsored
  }

  /** What holds for a connector: as declared, or else by default; never more than the ceiling where its developer does not own the API. */
  limitsFor(declared: DeclaredLimits, ownsApi = true): DefaultLimits {
    const given = {
      perSecond: declared.perSecond ?? this.#defaults.perSecond,
      burst: declared.burst ?? (declared.perSecond === undefined ? this.#defaults.burst : Math.max(1, declared.perSecond)),
      concurrency: declared.concurrency ?? this.#defaults.concurrency,
    }
    if (ownsApi) return given
    const { perSecond, burst, concurrency } = this.#sponsored
    return {
      perSecond: Math.min(given.perSecond, perSecond),
      burst: Math.min(given.burst, burst),
      concurrency: Math.min(given.concurrency, concurrency),
    }
  }

  /**
   * Takes a place for one call.
   * @throws RateLimitedError | ConcurrencyLimitedError each with the seconds to wait
   */
  take(connector: ConnectorId, declared: DeclaredLimits, ownsApi = true): Spent {
    const now = this.#clock.now()
    const { perSecond, burst, concurrency } = this.limitsFor(declared, ownsApi)
    let budget = this.#budgets.get(connector)
    if (budget === undefined) {
      budget = new Budget(burst, now)
      this.#budgets.set(connector, budget)
    }
    if (now < budget.closedUntil) throw new RateLimitedError(budget.closedUntil - now)
    if (budget.underWay >= concurrency) throw new ConcurrencyLimitedError(concurrency)
    // A clock that was set back adds nothing; it must not take away either.
    const gained = (Math.max(0, now - budget.filledAt) * perSecond) / SECOND
    const tokens = Math.min(burst, budget.tokens + gained)
    budget.filledAt = now
    if (tokens < 1) {
      budget.tokens = tokens
      throw new RateLimitedError(((1 - tokens) * SECOND) / perSecond)
    }
    budget.tokens = tokens - 1
    budget.underWay++
    return budget
  }

  /** The API said 429 or 503: nobody calls it before then. */
  backOff(connector: ConnectorId, ms: number): void {
    const budget = this.#budgets.get(connector)
    if (budget !== undefined) budget.closedUntil = Math.max(budget.closedUntil, this.#clock.now() + Math.min(ms, 3_600 * SECOND))
  }
}
