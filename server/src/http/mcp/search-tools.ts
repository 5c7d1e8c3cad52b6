import type { Principal } from '../../authorization/index.ts'
import type { ListPosition } from '../../gateway/index.ts'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import { type Era, INVALID_PARAMS, McpError } from '../../protocol/mcp/index.ts'
import type { McpOptions, McpRooms } from './rooms.ts'

/** A tool of ours, on the first page of a merged list that is long: it finds others in the list, so that an assistant need not load them all. */
export const SEARCH_TOOL = 'handfast_search_tools'
const OWN_SLUG = 'handfast'
const MOST_FOUND = 50
const LONGEST_QUERY = 200

type Needs = { readonly rooms: Pick<McpRooms, 'catalogue'>; readonly options: Pick<McpOptions, 'toolSearchFrom' | 'pageSize'> }

export const SEARCH_ENTRY = JSON.stringify({
  name: SEARCH_TOOL,
  title: 'Search tools',
  description:
    'Finds tools of the connectors that the user enabled, by words in their names and descriptions. Answers with their definitions; call them by name.',
  inputSchema: {
    type: 'object',
    properties: {
      query: { type: 'string', minLength: 1, maxLength: LONGEST_QUERY, description: 'A few words, such as: calendar create event' },
      limit: { type: 'integer', minimum: 1, maximum: MOST_FOUND, default: 10 },
    },
    required: ['query'],
    additionalProperties: false,
  },
  outputSchema: { type: 'object', properties: { tools: { type: 'array', items: { type: 'object' } } }, required: ['tools'] },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
})

/** Whether this person has so many tools that the search is offered. A connector that goes by our name keeps its own tools. */
export async function offersSearch({ rooms, options }: Needs, person: Principal, scope: string | null, era: Era): Promise<boolean> {
  const { toolSearchFrom } = options
  if (toolSearchFrom === 0 || scope !== null) return false
  const { entries } = await rooms.catalogue.page(person, null, era, null, toolSearchFrom + 1)
  return entries.length > toolSearchFrom && (await rooms.catalogue.connectors(person, OWN_SLUG)).length === 0
}

/**
 * The result of a search, as JSON text. Nobody outside is asked: it reads the list that the person's assistant could read itself, as one page after another.
 * @throws McpError -32602
 */
export async function searchTools({ rooms, options }: Needs, person: Principal, era: Era, args: JsonObject): Promise<string> {
  const { query, limit = 10 } = args
  if (typeof query !== 'string' || query.trim() === '' || query.length > LONGEST_QUERY)
    throw new McpError(INVALID_PARAMS, `query has to be a text of 1 to ${LONGEST_QUERY} characters.`, { status: 200 })
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MOST_FOUND)
    throw new McpError(INVALID_PARAMS, `limit has to be a whole number from 1 to ${MOST_FOUND}.`, { status: 200 })
  const words = [...new Set(query.toLowerCase().split(/[^\p{L}\p{N}]+/u))].filter((word) => word !== '').slice(0, 20)
  const found: { readonly tool: JsonObject; readonly score: number }[] = []
  let after: ListPosition | null = null
  do {
    const page = await rooms.catalogue.page(person, null, era, after, options.pageSize)
    for (const entry of page.entries) {
      const text = entry.toLowerCase()
      if (!words.some((word) => text.includes(word))) continue
      const tool = JSON.parse(entry) as Json
      const score = isObject(tool) ? scoreOf(tool, words) : 0
      if (score > 0 && isObject(tool)) found.push({ tool, score })
    }
    after = page.next
  } while (after !== null)
  // The order of the list decides between equals, so that the same question has the same answer.
  const tools = found
    .toSorted((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ tool }) => tool)
  return JSON.stringify({ content: [{ type: 'text', text: JSON.stringify({ tools }) }], structuredContent: { tools } })
}

/** A word in the name says more than one in the title, and that more than one in the description. */
function scoreOf(tool: JsonObject, words: readonly string[]): number {
  const has = (member: string, word: string) =>
    String(tool[member] ?? '')
      .toLowerCase()
      .includes(word)
  return words.reduce((sum, word) => sum + (has('name', word) ? 4 : 0) + (has('title', word) ? 2 : 0) + (has('description', word) ? 1 : 0), 0)
}
