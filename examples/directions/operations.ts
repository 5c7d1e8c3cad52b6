import { z } from 'zod'
import type { Arrival } from '../arrivals.ts'
import { distance, shortestRoute } from './route.ts'
import type { SavedPlaces } from './saved-places.ts'
import { type Place, places, positionOf } from './town.ts'

export type Reply = { readonly status: number; readonly body?: unknown }
export type Question = {
  readonly path: readonly string[]
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly arrival: Arrival
}
export type Operation = {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Groups are the path parameters. */
  readonly path: RegExp
  readonly answer: (question: Question) => Reply
}

const kinds = ['cafe', 'restaurant', 'shop', 'museum', 'park', 'station', 'school', 'health', 'worship'] as const
const search = z.strictObject({
  q: z.string().max(80).default(''),
  kind: z.enum(kinds).optional(),
  limit: z.coerce.number().int().min(1).max(50).default(10),
})
const journey = z.strictObject({ from: z.string().max(40), to: z.string().max(40), by: z.enum(['foot', 'bicycle']).default('foot') })
const wanted = z.strictObject({ place: z.string().max(40), label: z.string().trim().min(1).max(40), note: z.string().max(200).optional() })

/** Everything the API does, in the order of its document. */
export function operations(saved: SavedPlaces): readonly Operation[] {
  return [
    { id: 'searchPlaces', method: 'GET', path: /^\/places$/, answer: ({ query }) => checked(search, query, searchPlaces) },
    {
      id: 'getPlace',
      method: 'GET',
      path: /^\/places\/([^/]+)$/,
      answer: ({ path }) => whenKnown(path[0], (place) => ({ status: 200, body: shown(place) })),
    },
    { id: 'findRoute', method: 'GET', path: /^\/routes$/, answer: ({ query }) => checked(journey, query, findRoute) },
    { id: 'listSavedPlaces', method: 'GET', path: /^\/saved-places$/, answer: () => ({ status: 200, body: { saved: saved.list() } }) },
    {
      id: 'savePlace',
      method: 'POST',
      path: /^\/saved-places$/,
      answer: ({ body, arrival }) =>
        checked(wanted, body, ({ place, label, note }) =>
          whenKnown(place, () => {
            const entry = saved.save({ place, label, note: note ?? null }, arrival)
            return entry === undefined ? problem(409, 'label-taken', `A place is already saved as "${label}".`) : { status: 201, body: entry }
          }),
        ),
    },
    {
      id: 'deleteSavedPlace',
      method: 'DELETE',
      path: /^\/saved-places\/([^/]+)$/,
      answer: ({ path, arrival }) =>
        saved.delete(path[0] ?? '', arrival) ? { status: 204 } : problem(404, 'not-saved', 'No place is saved under this id.'),
    },
  ]
}

/** An answer that says no: `code` is for programs, `message` for people. */
export function problem(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message } } }
}

function searchPlaces({ q, kind, limit }: z.infer<typeof search>): Reply {
  const words = plain(q).split(/\s+/).filter(Boolean)
  const found = places.filter((place) => {
    const text = plain(`${place.name} ${place.address} ${place.kind}`)
    return (kind === undefined || place.kind === kind) && words.every((word) => text.includes(word))
  })
  return { status: 200, body: { places: found.slice(0, limit).map(shown), total: found.length } }
}

function findRoute({ from, to, by }: z.infer<typeof journey>): Reply {
  return whenKnown(from, (start) =>
    whenKnown(to, (end) => {
      const route = shortestRoute(start.junction, end.junction, by)
      if (route === undefined) return problem(404, 'no-route', `There is no way from ${start.name} to ${end.name} by ${by}.`)
      const beelineMetres = Math.round(distance(positionOf(start.junction), positionOf(end.junction)))
      return { status: 200, body: { from: start.id, to: end.id, by, beelineMetres, ...route } }
    }),
  )
}

function whenKnown(id: string | undefined, answer: (place: Place) => Reply): Reply {
  const place = places.find((candidate) => candidate.id === id)
  return place === undefined ? problem(404, 'unknown-place', `There is no place "${id ?? ''}". Search for places to see their ids.`) : answer(place)
}

function checked<T>(shape: z.ZodType<T>, given: unknown, answer: (value: T) => Reply): Reply {
  const result = shape.safeParse(given)
  if (result.success) return answer(result.data)
  const [first] = result.error.issues
  return problem(400, 'not-valid', first === undefined ? 'Not valid.' : `${first.path.join('.') || 'request'}: ${first.message}.`)
}

function shown({ id, name, kind, address, junction }: Place) {
  return { id, name, kind, address, position: positionOf(junction) }
}

/** Lower case without accents, so that "cafe" finds "Café". */
function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
