import { connectorBySlug, connectorDetail, connectorSummary, createConnector, pageOf, pageQuery } from '@handfast/contract'
import { ConnectorNotFoundError, type ConnectorStanding } from '../../../directory/index.ts'
import type { DeveloperId } from '../../../lib/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'
import { isPublished, seesAll, seesInside } from './connector-access.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { detailView, insideView, summaryView } from './publishing-views.ts'

/** Connectors: what there is, and what each is. */
export function connectorEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { developers, directory, lifecycle } = rooms
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors',
      summary: 'Connectors that you may see, oldest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(connectorSummary),
      handle: async (input, caller, exchange) => {
        const own = new Set((await developers.listOf(caller.workspace, caller.user)).map(({ id }) => id))
        const visible = (standing: ConnectorStanding) => isPublished(standing) || seesAll(caller) || own.has(standing.developer)
        const page = await paged(
          input,
          exchange,
          (after, limit) => visibleAfter(rooms, caller, after, limit, visible),
          (item) => item.connector,
        )
        return { ...page, items: page.items.map(summaryView) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors',
      summary: 'Make a connector, in draft; its organisation has accepted the terms',
      policy: session('developer'),
      ledger: 'connector.created',
      input: createConnector,
      output: connectorSummary,
      status: 201,
      handle: async ({ developer, slug, kind, name }, { workspace, user }) => {
        await developers.requireMember(workspace, developer as DeveloperId, user)
        const id = await directory.create({ workspace, developer: developer as DeveloperId, slug, kind, name, by: user })
        return summaryView(await directory.standing(id))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}',
      summary: 'A connector, as people read it before they enable it',
      policy: session(),
      ledger: { none: 'reading' },
      input: connectorBySlug,
      output: connectorDetail,
      handle: async ({ slug }, caller) => {
        const standing = await directory.bySlug(caller.workspace, slug)
        const inside = await seesInside(rooms, standing, caller)
        if (!inside && !isPublished(standing)) throw new ConnectorNotFoundError()
        const whole = await lifecycle.wholeOf(standing.workspace, standing.connector)
        return { ...detailView(standing, whole), inside: inside ? await insideView(rooms, standing, whole, seesAll(caller)) : null }
      },
    }),
  ]
}

/** The next connectors that the caller may see; pages of others' drafts are read over. */
async function visibleAfter(
  { directory }: PublishingRooms,
  { workspace }: Caller,
  after: string | null,
  limit: number,
  visible: (standing: ConnectorStanding) => boolean,
): Promise<readonly ConnectorStanding[]> {
  const found: ConnectorStanding[] = []
  for (let from = after; found.length < limit; ) {
    const page = await directory.list(workspace, from, limit)
    found.push(...page.filter(visible))
    const last = page.at(-1)
    if (last === undefined || page.length < limit) break
    from = last.connector
  }
  return found.slice(0, limit)
}
