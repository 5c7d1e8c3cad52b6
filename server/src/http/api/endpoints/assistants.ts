import {
  type AssistantDetail,
  assistantDetail,
  assistantInPath,
  pageOf,
  pageQuery,
  registerAssistant,
  registeredAssistant,
  steerAssistant,
} from '@handfast/contract'
import { z } from 'zod'
import { type AssistantOverview, type AuthorizationServer, grantTypes } from '../../../authorization/index.ts'
import { type AssistantId, type JsonObject, rfc3339 } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { operator } from '../policy.ts'

export type AssistantRooms = { readonly authorizationServer: AuthorizationServer }

/** The assistants themselves, for whoever runs this Handfast. */
export function assistantEndpoints({ authorizationServer }: AssistantRooms): readonly AnyEndpoint[] {
  const { assistants } = authorizationServer
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/assistant-registrations',
      summary: 'Every assistant that is known here, oldest first',
      policy: operator,
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(assistantDetail),
      handle: async (input, { workspace }, exchange) => {
        const page = await paged(
          input,
          exchange,
          (after, limit) => assistants.list(workspace, after, limit),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(assistantView) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/assistant-registrations',
      summary: 'Register an assistant; its secret, if it has one, is shown once',
      policy: operator,
      ledger: 'assistant.created',
      input: registerAssistant,
      output: registeredAssistant,
      status: 201,
      handle: async ({ name, redirectUris, applicationType, authMethod, jwksUri, clientId }, { workspace, user }) => {
        const metadata: JsonObject & { readonly client_name: string } = {
          client_name: name,
          redirect_uris: redirectUris,
          token_endpoint_auth_method: authMethod,
          grant_types: [...grantTypes],
          ...(applicationType === undefined ? {} : { application_type: applicationType }),
          ...(jwksUri === undefined ? {} : { jwks_uri: jwksUri }),
        }
        const { row, secret } = await assistants.register(workspace, user, metadata, clientId)
        return {
          assistant: assistantView({ ...row, ownUsersOnly: null, grants: 0, lastUsedAt: null }),
          clientId: row.clientId ?? '',
          clientSecret: secret,
        }
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/assistant-registrations/{id}',
      summary: 'Switch an assistant off or on, for everybody',
      policy: operator,
      ledger: 'assistant.changed',
      input: steerAssistant,
      output: z.void(),
      handle: async ({ id, disabled }, { workspace, user }) => assistants.steer(workspace, id as AssistantId, user, disabled),
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/assistant-registrations/{id}',
      summary: 'Delete an assistant and all access that people gave it',
      policy: operator,
      ledger: 'assistant.deleted',
      input: assistantInPath,
      output: z.void(),
      handle: async ({ id }, { workspace, user }) => assistants.delete(workspace, id as AssistantId, user),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/signing-keys',
      summary: 'Make new keys for identity tokens; those before stay published for two hours',
      policy: operator,
      ledger: 'key.created',
      input: z.strictObject({}),
      output: z.void(),
      handle: async (_, { user }) => authorizationServer.rotateKeys(user),
    }),
  ]
}

function assistantView({
  id,
  name,
  kind,
  clientId,
  createdAt,
  disabledAt,
  metadata,
  ownUsersOnly,
  grants,
  lastUsedAt,
}: AssistantOverview): AssistantDetail {
  const uris = metadata['redirect_uris']
  const method = metadata['token_endpoint_auth_method']
  return {
    id,
    name,
    kind,
    clientId,
    createdAt: rfc3339(createdAt),
    disabledAt: disabledAt === null ? null : rfc3339(disabledAt),
    redirectUris: Array.isArray(uris) ? uris.map(String) : [],
    authMethod: typeof method === 'string' ? method : null,
    users: ownUsersOnly === null ? 'others' : ownUsersOnly ? 'own-only' : 'own-too',
    grants,
    lastUsedAt: lastUsedAt === null ? null : rfc3339(lastUsedAt),
  }
}
