import type { Principal } from '../../authorization/index.ts'
import type { ConnectorStanding } from '../../directory/index.ts'
import type { Asked, OwnAnswer } from '../../gateway/index.ts'
import type { Era } from '../../protocol/mcp/index.ts'
import type { McpOptions, McpRooms } from './rooms.ts'
import { offersSearch, SEARCH_ENTRY, SEARCH_TOOL, searchTools } from './search-tools.ts'

type Rooms = Pick<McpRooms, 'catalogue' | 'retrieval'>
type Options = Pick<McpOptions, 'toolSearchFrom' | 'pageSize'>

/**
 * Tools of ours at the merged address: a search for tools, and `search` and `fetch` for documents. No tool of a connector can go by these names there: theirs
 * begin with a short name and `_`, and no short name is `handfast` where the search for tools is offered.
 */
export class OwnTools {
  readonly #rooms: Rooms
  readonly #options: Options

  constructor(rooms: Rooms, options: Options) {
    this.#rooms = rooms
    this.#options = options
  }

  /** What stands at the head of a person's merged list. */
  async entries(person: Principal, scope: string | null, era: Era): Promise<readonly string[]> {
    if (scope !== null) return []
    const over = await this.#rooms.retrieval.over(person)
    const offered = await offersSearch({ rooms: this.#rooms, options: this.#options }, person, scope, era)
    return [...(offered ? [SEARCH_ENTRY] : []), ...(over.length === 0 ? [] : retrievalEntries(over))]
  }

  /**
   * The answer to a call of one of them; undefined where the call is none.
   * @throws McpError | Refusal
   */
  async answer(asked: Asked): Promise<OwnAnswer | undefined> {
    const { name, scope, principal, era, operation } = asked
    if (scope !== null || operation !== undefined || !OWN.has(name)) return undefined
    if (name === SEARCH_TOOL) {
      const needs = { rooms: this.#rooms, options: this.#options }
      if (!(await offersSearch(needs, principal, scope, era))) return undefined
      return { result: {}, text: await searchTools(needs, principal, era, asked.arguments), asks: null }
    }
    const over = await this.#rooms.retrieval.over(principal)
    if (over.length === 0) return undefined
    return name === 'search' ? await this.#rooms.retrieval.search(asked, over) : await this.#rooms.retrieval.read(asked, over)
  }
}

const OWN: ReadonlySet<string> = new Set([SEARCH_TOOL, 'search', 'fetch'])
const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true }
const text = { type: 'string' }

/** The names that assistants look for, and beyond that whom a question reaches: everyone of them gets it. */
function retrievalEntries(over: readonly ConnectorStanding[]): readonly string[] {
  const slugs = over.map(({ slug }) => slug).join(', ')
  return [
    JSON.stringify({
      name: 'search',
      title: 'Search documents',
      description: `Searches documents in everything that the user enabled for it: ${slugs}. Each of them receives the query. Results name their connector; read one with fetch.`,
      inputSchema: { type: 'object', properties: { query: { ...text, minLength: 1, description: 'What to look for' } }, required: ['query'] },
      outputSchema: {
        type: 'object',
        properties: {
          results: {
            type: 'array',
            items: {
              type: 'object',
              properties: { id: text, title: text, url: text, connector: text },
              required: ['id', 'title', 'url', 'connector'],
            },
          },
          unavailable: { type: 'array', description: 'Connectors that did not answer, and why', items: { type: 'object' } },
        },
        required: ['results'],
      },
      annotations,
    }),
    JSON.stringify({
      name: 'fetch',
      title: 'Fetch a document',
      description: 'Answers with the whole text of one document that search found, and the address to cite it by.',
      inputSchema: { type: 'object', properties: { id: { ...text, minLength: 1, description: 'The id of a result of search' } }, required: ['id'] },
      outputSchema: {
        type: 'object',
        properties: { id: text, title: text, text, url: text, metadata: { type: 'object' } },
        required: ['id', 'title', 'text', 'url'],
      },
      annotations,
    }),
  ]
}
