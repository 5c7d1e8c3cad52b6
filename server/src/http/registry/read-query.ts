import { z } from 'zod'

const query = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(30),
  cursor: z.string().max(200).optional(),
  search: z.string().max(200).optional(),
  updated_since: z.iso.datetime({ offset: true }).optional(),
  version: z.string().max(255).optional(),
})

/** After which version of which connector a list goes on. */
export type Place = { readonly connector: string; readonly number: number }
export type RegistryQuery = {
  readonly limit: number
  readonly after: Place | null
  readonly search: string
  readonly updatedSince: number
  /** `latest`, one version, or null for all. */
  readonly version: string | null
}

/** What a list is asked with; null where it cannot be used. Parameters that are not known are left alone, since the format grows. */
export function readQuery(params: URLSearchParams): RegistryQuery | null {
  const { data } = query.safeParse(Object.fromEntries(params))
  if (data === undefined) return null
  const after = data.cursor === undefined || data.cursor === '' ? null : placeOf(data.cursor)
  if (after === undefined) return null
  const { limit, search = '', updated_since: since, version } = data
  return { limit, after, search: search.toLowerCase(), updatedSince: since === undefined ? 0 : Date.parse(since), version: version ?? null }
}

export function cursorOf({ connector, number }: Place): string {
  return `${connector}:${number}`
}

function placeOf(cursor: string): Place | undefined {
  const found = /^(con_[0-9a-f]{32}):(\d{1,9})$/.exec(cursor)
  return found === null ? undefined : { connector: found[1] ?? '', number: Number(found[2]) }
}
