import { z } from 'zod'

/** The most items that one answer lists. */
export const MOST_ITEMS = 200

/** What every list is asked with. The numbers arrive as text in the query. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MOST_ITEMS).default(50).describe('How many items at most'),
  cursor: z.string().max(2_000).optional().describe('The `nextCursor` of the page before'),
})
export type PageQuery = z.infer<typeof pageQuery>

/** What every list answers. No cursor: this was the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item).readonly(), nextCursor: z.string().nullable() })
}
export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

/** A number in an address, such as that of a release: counted up by one, and kept in 32 bits. */
export const countedUp = (least: number) => z.coerce.number().int().min(least).max(2_147_483_646)

/** An RFC 3339 time in UTC. */
export const time = z.iso.datetime()

/** An id with its prefix, such as `usr_0190…`. */
export function idOf<Prefix extends string>(prefix: Prefix) {
  return z.templateLiteral([prefix, '_', z.string().regex(/^[0-9a-f]{32}$/)])
}
