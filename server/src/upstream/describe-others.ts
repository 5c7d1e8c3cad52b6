import type { JsonObject } from '../lib/index.ts'
import { type DroppedTool, LIST_METHODS, type ListedKind, type RawListed, readListedPage } from '../protocol/mcp/index.ts'
import type { AskPage } from './describe.ts'
import { UpstreamNotUnderstoodError, UpstreamTooLargeError } from './upstream-errors.ts'

/** What a connector has besides tools. */
export type OtherThings = {
  readonly resources: readonly RawListed[]
  readonly resourceTemplates: readonly RawListed[]
  readonly prompts: readonly RawListed[]
  readonly offers: readonly ('completions' | 'logging' | 'subscriptions')[]
  readonly dropped: readonly DroppedTool[]
}

const MAX_ITEMS = 10_000
const MAX_PAGES = 1_000

/** Asks for resources, templates and prompts where the connector declares that it has some. */
export async function describeOthers(ask: AskPage, declared: JsonObject): Promise<OtherThings> {
  const { resources, prompts } = declared
  const dropped: DroppedTool[] = []
  const all = async (kind: ListedKind, key: string, has: boolean): Promise<readonly RawListed[]> => (has ? await list(ask, kind, key, dropped) : [])
  return {
    resources: await all('resources', 'uri', resources !== undefined),
    resourceTemplates: await all('resourceTemplates', 'uriTemplate', resources !== undefined),
    prompts: await all('prompts', 'name', prompts !== undefined),
    offers: [
      ...(declared['completions'] === undefined ? [] : (['completions'] as const)),
      ...(declared['logging'] === undefined ? [] : (['logging'] as const)),
      ...(typeof resources === 'object' && resources !== null && 'subscribe' in resources && resources['subscribe'] === true
        ? (['subscriptions'] as const)
        : []),
    ],
    dropped,
  }
}

/** All pages of one list. Of two things that go by the same name only the first is kept. A connector that has no such list has nothing in it. */
async function list(ask: AskPage, kind: ListedKind, key: string, dropped: DroppedTool[]): Promise<readonly RawListed[]> {
  const items: RawListed[] = []
  const seen = new Set<unknown>()
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await ask(LIST_METHODS[kind], cursor === undefined ? {} : { cursor })
    if (answer.kind !== 'result') return items
    const read = readListedPage(kind, answer.result)
    if (!read.ok) throw new UpstreamNotUnderstoodError(`The connector's list of ${kind} is not understood: ${read.reason}.`, 'no')
    for (const item of read.items) {
      if (seen.has(item[key])) dropped.push({ name: item.name, reason: `another of its ${kind} goes by the same ${key}` })
      else items.push(item)
      seen.add(item[key])
    }
    dropped.push(...read.dropped.map(({ name, reason }) => ({ name, reason })))
    if (items.length > MAX_ITEMS) throw new UpstreamTooLargeError(`The connector lists more than ${MAX_ITEMS} ${kind}.`, 'no')
    if (read.nextCursor === undefined) return items
    if (read.nextCursor === cursor) throw new UpstreamNotUnderstoodError(`The list of ${kind} of the connector goes in a circle.`, 'no')
    cursor = read.nextCursor
  }
  throw new UpstreamTooLargeError(`The connector's list of ${kind} has more than ${MAX_PAGES} pages.`, 'no')
}
