import type { Principal } from '../../authorization/index.ts'
import type { ListKind, ListPage, ListPosition } from '../../gateway/index.ts'
import { type JsonObject, rfc3339 } from '../../lib/index.ts'
import { type Era, INVALID_PARAMS, McpError } from '../../protocol/mcp/index.ts'
import { SealBrokenError } from '../../sealing/index.ts'
import type { OwnTools } from './own-tools.ts'
import type { McpOptions, McpRooms } from './rooms.ts'

/** The methods that list things. */
export const LISTS: ReadonlyMap<string, ListKind> = new Map([
  ['tools/list', 'tools'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'resourceTemplates'],
  ['prompts/list', 'prompts'],
])

/** Under which key a list says which connectors it lacks, and why. */
export const UNAVAILABLE_META = 'dev.handfast/unavailable'
/** Under which key it says which connectors end, and when. */
export const ENDING_META = 'dev.handfast/ending'

/** Members of a list's result as JSON text, without braces; what is said about it; and whether nothing was left out. */
export type ListText = { readonly text: string; readonly meta: JsonObject | undefined; readonly complete: boolean }

/** One page. Nobody outside is asked, so no connector can empty it or delay it. */
export async function listThings(
  { rooms, options, own }: { readonly rooms: McpRooms; readonly options: McpOptions; readonly own: OwnTools },
  kind: ListKind,
  person: Principal,
  scope: string | null,
  era: Era,
  params: JsonObject,
): Promise<ListText> {
  const place = cursorPlace(kind, person, scope)
  const page = await rooms.catalogue.page(person, scope, era, openCursor(rooms, place, params['cursor']), options.pageSize, kind)
  const cursor = page.next === null ? '' : `,"nextCursor":${JSON.stringify(rooms.sealing.seal(place, JSON.stringify(page.next)))}`
  const isFirst = kind === 'tools' && params['cursor'] === undefined
  const ours = isFirst ? await own.entries(person, scope, era) : []
  return {
    text: `"${kind}":[${[...ours, ...page.entries].join(',')}]${cursor}`,
    meta: metaOf(page),
    complete: page.unavailable.length === 0,
  }
}

function metaOf({ unavailable, ending }: ListPage): JsonObject | undefined {
  if (unavailable.length === 0 && ending.length === 0) return undefined
  const ends = ending.map(({ connector, endsAt }) => ({ connector, endsAt: rfc3339(endsAt) }))
  return { ...(unavailable.length === 0 ? {} : { [UNAVAILABLE_META]: unavailable }), ...(ends.length === 0 ? {} : { [ENDING_META]: ends }) }
}

/** Sealed for one person, list and endpoint: nobody learns from it, and nobody else can use it. */
function cursorPlace(kind: ListKind, person: Principal, scope: string | null): string {
  return `cursor:${kind}:${person.user}:${scope ?? '*'}`
}

function openCursor(rooms: McpRooms, place: string, cursor: unknown): ListPosition | null {
  if (cursor === undefined) return null
  try {
    if (typeof cursor !== 'string') throw new SealBrokenError()
    return JSON.parse(rooms.sealing.open(place, cursor)) as ListPosition
  } catch (error) {
    if (error instanceof SealBrokenError)
      throw new McpError(INVALID_PARAMS, 'This cursor is not one of ours for this list. Start again without a cursor.', { status: 200 })
    throw error
  }
}
