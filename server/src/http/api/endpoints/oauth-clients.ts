import { connectorInPath, giveOAuthClient, type OAuthClientOf, oauthClientOf, oauthClientState } from '@handfast/contract'
import { z } from 'zod'
import { ConnectorNotFoundError, type ConnectorStanding } from '../../../directory/index.ts'
import { Refusal } from '../../../lib/index.ts'
import { linkable } from '../../../links/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { clientView } from './account-views.ts'
import { openToSteer } from './connector-access.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import type { UserRooms } from './rooms.ts'

type Rooms = PublishingRooms & Pick<UserRooms, 'links'>

/** Who this installation is at the provider of a connector, where somebody registered it there by hand. For its developer and operators. */
export function oauthClientEndpoints(rooms: Rooms): readonly AnyEndpoint[] {
  const { links } = rooms

  async function opened(slug: string, caller: Caller): Promise<ConnectorStanding> {
    return (await openToSteer(rooms, slug, caller)).standing
  }

  function aboutOf(standing: ConnectorStanding) {
    if (standing.release === null) throw new ConnectorNotFoundError()
    return linkable(standing, standing.release)
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/oauth-client',
      summary: 'The client of this installation at the provider of a connector, and the address to register there',
      policy: session(),
      ledger: { none: 'reading' },
      input: connectorInPath,
      output: oauthClientOf,
      handle: async ({ slug }, caller): Promise<OAuthClientOf> => {
        const standing = await opened(slug, caller)
        const given = await links.clients.note(caller.workspace, standing.connector)
        const place = await links.signIns.place(aboutOf(standing)).catch((error: unknown) => {
          if (error instanceof Refusal) return null
          throw error
        })
        return {
          issuer: place?.server.issuer ?? null,
          redirectUri: place === null ? null : links.oauth.redirectUri(place.server),
          given: given === null ? null : clientView(given),
        }
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/connectors/{slug}/oauth-client',
      summary: 'Give the client that was registered by hand at the provider; the secret is sealed and never shown again',
      policy: session(),
      ledger: 'client.stored',
      input: giveOAuthClient,
      output: oauthClientState,
      handle: async ({ slug, clientId, secret = null }, caller) => {
        const standing = await opened(slug, caller)
        const { server } = await links.signIns.place(aboutOf(standing))
        const { workspace, user } = caller
        await links.linked.unlinkShared(workspace, standing.connector, user)
        return clientView(await links.clients.give({ workspace, connector: standing.connector, server, clientId, secret, by: user }))
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/connectors/{slug}/oauth-client',
      summary: 'Destroy the client that was given; accounts that were linked with it have to be linked anew',
      policy: session(),
      ledger: 'client.destroyed',
      input: connectorInPath,
      output: z.void(),
      handle: async ({ slug }, caller) => {
        const standing = await opened(slug, caller)
        await links.linked.unlinkShared(caller.workspace, standing.connector, caller.user)
        await links.clients.end(caller.workspace, standing.connector, caller.user)
      },
    }),
  ]
}
