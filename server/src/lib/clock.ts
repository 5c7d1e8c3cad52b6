/** Where the time comes from. Milliseconds since 1970 in UTC, as stored. */
export interface Clock {
  now(): number
  /** Hears of each move of a clock that is moved by hand. Returns the function that stops it. */
  onMove?(hear: () => void): () => void
}

export const systemClock: Clock = { now: () => Date.now() }

/** A clock that stands until it is moved, so that 15 and 30 days can be watched in a minute. */
export class MovableClock implements Clock {
  #now: number
  readonly #hearers = new Set<() => void>()
  constructor(start: number) {
    this.#now = start
  }
  now(): number {
    return this.#now
  }
  advance(ms: number): void {
    if (ms < 0) throw new RangeError('a clock only moves forward')
    this.#now += ms
    for (const hear of this.#hearers) hear()
  }
  onMove(hear: () => void): () => void {
    this.#hearers.add(hear)
    return () => void this.#hearers.delete(hear)
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

export function rfc3339OrNull(ms: number | null): string | null {
  return ms === null ? null : rfc3339(ms)
}

/** A time as people read it, with the zone that it is in: `30 November 2026, 09:15 UTC`. @param zone IANA name */
export function shownTime(ms: number, zone = 'UTC'): string {
  return (
    new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: zone }).format(ms).replace(' at ', ', ') + zoneName(ms, zone)
  )
}

function zoneName(ms: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' }).formatToParts(ms)
  return ` ${parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone}`
}
