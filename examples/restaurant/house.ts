/** The Grey Heron: which tables it has, when it serves, how long a table is held. */
export type Table = { readonly id: string; readonly seats: number; readonly place: string }

export const tables: readonly Table[] = [
  { id: 'T1', seats: 2, place: 'by the window' },
  { id: 'T2', seats: 2, place: 'by the fireplace' },
  { id: 'T3', seats: 4, place: 'by the window' },
  { id: 'T4', seats: 4, place: 'in the garden room' },
  { id: 'T5', seats: 6, place: 'in the garden room' },
  { id: 'T6', seats: 8, place: 'in the upper room' },
]

export const LARGEST_PARTY = 8
const HELD_MINUTES = 120
const DAYS_AHEAD = 180
const DAY_MS = 86_400_000

/** First and last minute of the day at which guests are seated, for lunch and dinner. */
const seatings: readonly (readonly [number, number])[] = [
  [12 * 60, 13 * 60 + 30],
  [18 * 60, 21 * 60],
]

/** A no that a guest can act on; the message is written for them. */
export class HouseRefusal extends Error {
  override readonly name = 'HouseRefusal'
}

/** When a table is wanted: a date and minutes since midnight, both in UTC, which is the town's time. */
export type Sitting = { readonly date: string; readonly startsAt: number; readonly endsAt: number }

/**
 * Reads a date and a time that the house serves at.
 * @throws HouseRefusal for days that do not exist, times between seatings, the past, and the far future.
 */
export function sitting(date: string, time: string, now: number): Sitting {
  const startsAt = minutes(time)
  const moment = Date.parse(`${date}T${time}:00Z`)
  // Date.parse rolls 31 April over to 1 May; comparing the text catches it.
  if (Number.isNaN(moment) || new Date(moment).toISOString().slice(0, 10) !== date) throw new HouseRefusal(`${date} at ${time} does not exist.`)
  if (startsAt % 30 !== 0 || !seatings.some(([first, last]) => startsAt >= first && startsAt <= last)) {
    throw new HouseRefusal('We seat guests on the half hour, from 12:00 to 13:30 and from 18:00 to 21:00.')
  }
  if (moment <= now) throw new HouseRefusal(`${date} at ${time} has passed.`)
  if (moment > now + DAYS_AHEAD * DAY_MS) throw new HouseRefusal(`We take bookings up to ${DAYS_AHEAD} days ahead.`)
  return { date, startsAt, endsAt: startsAt + HELD_MINUTES }
}

export function minutes(time: string): number {
  const [hours = '', rest = ''] = time.split(':')
  return Number(hours) * 60 + Number(rest)
}

export function clockTime(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}
