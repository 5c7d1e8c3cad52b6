/** Where the time comes from. Milliseconds since 1970 in UTC, as stored. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** A clock that stands until it is moved, so that 15 and 30 days can be watched in a minute. */
export class MovableClock implements Clock {
  #now: number
  constructor(start: number) {
    this.#now = start
  }
  now(): number {
    return this.#now
  }
  advance(ms: number): void {
    if (ms < 0) throw new RangeError('a clock only moves forward')
    this.#now += ms
  }
}

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** RFC 3339 in UTC, as APIs show times. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString()
}
