import type { openHouse } from './open-house.ts'
import { UsageError } from './say.ts'
import type { PlaceFlags } from './settings-options.ts'

export type Flags = PlaceFlags & { readonly json?: boolean; readonly for?: string }

/** A query of what was given. */
export function queryOf(given: Readonly<Record<string, string | undefined>>): string {
  const named = Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return new URLSearchParams(named).toString()
}

/** A time as people write it, in the form of the API. @throws UsageError */
export function timeOf(text: string): string {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new UsageError(`${text} is no time. Write it like 2026-11-29T10:00:00Z.`)
  return new Date(at).toISOString()
}

/** The account in whose name something is done. */
export function whose(house: Awaited<ReturnType<typeof openHouse>>, email: string | undefined): Promise<string> {
  return email === undefined ? house.operator() : house.user(email)
}
