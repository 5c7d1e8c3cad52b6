import { junctions, type Position, positionOf, streets } from './town.ts'

export type Way = 'foot' | 'bicycle'
export type Leg = { readonly street: string; readonly heading: string; readonly metres: number; readonly instruction: string }
export type Route = { readonly metres: number; readonly minutes: number; readonly legs: readonly Leg[] }

type Step = { readonly to: string; readonly street: string; readonly metres: number }

const EARTH_RADIUS_M = 6_371_008.8
const metresPerMinute: Readonly<Record<Way, number>> = { foot: 80, bicycle: 250 }
const headings = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'] as const

const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Great-circle distance in metres (haversine), on a sphere of the Earth's mean radius. */
export function distance(from: Position, to: Position): number {
  const a =
    Math.sin(radians(to.lat - from.lat) / 2) ** 2 +
    Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.sin(radians(to.lon - from.lon) / 2) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(a)))
}

/** Where one looks when setting out, as one of eight points of the compass. */
export function heading(from: Position, to: Position): string {
  const east = Math.sin(radians(to.lon - from.lon)) * Math.cos(radians(to.lat))
  const north =
    Math.cos(radians(from.lat)) * Math.sin(radians(to.lat)) -
    Math.sin(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.cos(radians(to.lon - from.lon))
  const eighth = Math.round(((Math.atan2(east, north) * 180) / Math.PI + 360) / 45) % 8
  return headings[eighth] ?? 'north'
}

/** The shortest way along the streets between two junctions (Dijkstra); undefined where there is none. */
export function shortestRoute(from: string, to: string, way: Way): Route | undefined {
  const reached = new Map<string, { readonly metres: number; readonly path: readonly { readonly from: string; readonly step: Step }[] }>()
  const frontier = [{ at: from, metres: 0, path: [] as { readonly from: string; readonly step: Step }[] }]
  while (frontier.length > 0) {
    frontier.sort((a, b) => a.metres - b.metres)
    const nearest = frontier.shift()
    if (nearest === undefined || reached.has(nearest.at)) continue
    reached.set(nearest.at, nearest)
    if (nearest.at === to) break
    for (const step of stepsFrom(nearest.at, way)) {
      frontier.push({ at: step.to, metres: nearest.metres + step.metres, path: [...nearest.path, { from: nearest.at, step }] })
    }
  }
  const found = reached.get(to)
  if (found === undefined) return undefined
  return { metres: Math.round(found.metres), minutes: Math.ceil(found.metres / metresPerMinute[way]), legs: legs(found.path) }
}

function stepsFrom(junction: string, way: Way): Step[] {
  return streets.flatMap(({ name, by, junctions: along }) => {
    if (by === 'foot' && way !== 'foot') return []
    const at = along.indexOf(junction)
    if (at === -1) return []
    const neighbours = [along[at - 1], along[at + 1]].filter((next) => next !== undefined && next in junctions) as string[]
    return neighbours.map((to) => ({ to, street: name, metres: distance(positionOf(junction), positionOf(to)) }))
  })
}

/** One leg for each street followed, however many junctions it passes. */
function legs(path: readonly { readonly from: string; readonly step: Step }[]): Leg[] {
  const stretches: { street: string; from: string; to: string; metres: number }[] = []
  for (const { from, step } of path) {
    const last = stretches.at(-1)
    if (last?.street === step.street) {
      last.to = step.to
      last.metres += step.metres
    } else stretches.push({ street: step.street, from, to: step.to, metres: step.metres })
  }
  return stretches.map(({ street, from, to, metres }) => {
    const direction = heading(positionOf(from), positionOf(to))
    const whole = Math.round(metres)
    return { street, heading: direction, metres: whole, instruction: `Follow ${street} ${direction} for ${whole} m.` }
  })
}
