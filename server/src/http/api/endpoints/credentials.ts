import { connectorInPath, credentialState, giveCredential } from '@handfast/contract'
import { z } from 'zod'
import { ConnectorNotFoundError, type ConnectorStanding } from '../../../directory/index.ts'
import type { WorkspaceId } from '../../../lib/index.ts'
import { linkable, SignInNeededError } from '../../../links/index.ts'
import { checkSecret } from '../../../vault/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { operator, session } from '../policy.ts'
import { credentialView, dealingsOf, isUsable } from './connector-views.ts'
import type { UserRooms } from './rooms.ts'

/** Keys for connectors. They go in and are never part of an answer. */
export function credentialEndpoints(rooms: UserRooms): readonly AnyEndpoint[] {
  const { directory, vault, links } = rooms

  async function give(owner: 'own' | 'shared', standing: ConnectorStanding, secret: string, caller: Caller) {
    const { release, connector, origins } = standing
    if (release === null) throw new ConnectorNotFoundError()
    const { credential } = release.content
    const { user, workspace } = caller
    if (owner === 'own') await links.linking.giveOnlyKey(caller, { ...linkable(standing, release), workspace }, secret)
    else {
      if (credential.type === 'oauth2') throw new SignInNeededError(standing.name)
      checkSecret(credential, secret)
      await vault.put({ workspace, user: null }, connector, secret, origins, user)
    }
    return credentialView(standing, await dealingsOf(rooms, caller))
  }

  async function usable(workspace: WorkspaceId, slug: string): Promise<ConnectorStanding> {
    const standing = await directory.bySlug(workspace, slug)
    if (!isUsable(standing)) throw new ConnectorNotFoundError()
    return standing
  }

  return [
    endpoint({
      method: 'PUT',
      path: '/api/v1/directory/{slug}/credential',
      summary: 'Give your key for a connector, or replace it; it is sealed and never shown again',
      policy: session(),
      ledger: 'credential.stored',
      input: giveCredential,
      output: credentialState,
      handle: async ({ slug, secret }, caller) => give('own', await usable(caller.workspace, slug), secret, caller),
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/directory/{slug}/credential',
      summary: 'Destroy your key for a connector',
      policy: session(),
      ledger: 'credential.destroyed',
      input: connectorInPath,
      output: z.void(),
      handle: async ({ slug }, { user, workspace }) => {
        const { connector } = await directory.bySlug(workspace, slug)
        await links.linked.unlinkAll({ workspace, user }, connector)
        await vault.destroy({ workspace, user }, connector, user)
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/connectors/{slug}/shared-credential',
      summary: 'Give a key that calls of everybody use who gave none of their own',
      policy: operator,
      ledger: 'credential.stored',
      input: giveCredential,
      output: credentialState,
      handle: async ({ slug, secret }, caller) => give('shared', await directory.bySlug(caller.workspace, slug), secret, caller),
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/connectors/{slug}/shared-credential',
      summary: 'Destroy the shared key of a connector',
      policy: operator,
      ledger: 'credential.destroyed',
      input: connectorInPath,
      output: z.void(),
      handle: async ({ slug }, { user, workspace }) => {
        const { connector } = await directory.bySlug(workspace, slug)
        await vault.destroy({ workspace, user: null }, connector, user)
      },
    }),
  ]
}
