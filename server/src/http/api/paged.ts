import type { Page, PageQuery } from '@handfast/contract'
import type { Exchange } from './endpoint.ts'

/**
 * One page of a list.
 * @param load reads at most `limit` items after a position, in the list's order; null stands for the beginning
 * @param position what a list can be continued after, for one item; as a rule its id
 */
export async function paged<Item>(
  query: PageQuery,
  exchange: Exchange,
  load: (after: string | null, limit: number) => Promise<readonly Item[]>,
  position: (item: Item) => string,
): Promise<Page<Item>> {
  const found = await load(exchange.cursors.open(query.cursor), query.limit + 1)
  const items = found.slice(0, query.limit)
  const last = items.at(-1)
  return { items, nextCursor: found.length > query.limit && last !== undefined ? exchange.cursors.seal(position(last)) : null }
}
