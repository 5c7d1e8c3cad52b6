import { grant, grantInPath, pageOf, pageQuery, reduceGrant } from '@handfast/contract'
import { z } from 'zod'
import type { GrantId } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'
import type { AssistantRooms } from './assistants.ts'
import { connectorsNamed, grantView } from './grant-views.ts'
import type { UserRooms } from './rooms.ts'

/** What a person let assistants do. More is given on the page where an assistant asks; here it only becomes less. */
export function grantEndpoints(rooms: UserRooms & AssistantRooms): readonly AnyEndpoint[] {
  const { grants } = rooms.authorization
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/grants',
      summary: 'Assistants that you let in, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(grant),
      handle: async (input, { user, workspace }, exchange) => {
        const page = await paged(
          input,
          exchange,
          (before, limit) => grants.list({ user, workspace }, before, limit),
          (item) => item.id,
        )
        return { ...page, items: await Promise.all(page.items.map((item) => grantView(rooms, item))) }
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/grants/{id}',
      summary: 'Take back a part of what you let an assistant do',
      policy: session(),
      ledger: 'grant.reduced',
      input: reduceGrant,
      output: grant,
      handle: async ({ id, scopes, connectors }, { user, workspace }) => {
        const owner = { user, workspace }
        const left = connectors === undefined ? {} : { connectors: await connectorsNamed(rooms, owner, connectors) }
        return grantView(rooms, await grants.reduce(owner, id as GrantId, { scopes, ...left }))
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/grants/{id}',
      summary: 'End what you let an assistant do; it can do nothing from then on',
      policy: session(),
      ledger: 'grant.revoked',
      input: grantInPath,
      output: z.void(),
      handle: async ({ id }, { user, workspace }) => grants.revoke({ user, workspace }, id as GrantId),
    }),
  ]
}
