import { accessToken, assistant, createdToken, createToken, idOf, pageOf, pageQuery } from '@handfast/contract'
import { z } from 'zod'
import { rfc3339, type TokenId } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'
import type { PeopleRooms } from './rooms.ts'
import { tokenView } from './views.ts'

/** Access tokens of whoever asks, and the assistants that hold them. */
export function tokenEndpoints({ authorization }: PeopleRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/tokens',
      summary: 'Your access tokens, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(accessToken),
      handle: async (input, { workspace, user }, exchange) => {
        const page = await paged(
          input,
          exchange,
          (after, limit) => authorization.list(workspace, user, after, limit),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(tokenView) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/tokens',
      summary: 'Make an access token for an assistant; its secret is shown once',
      policy: session(),
      ledger: 'token.created',
      input: createToken,
      output: createdToken,
      status: 201,
      handle: async ({ name, assistant: holder, expiresAt }, { workspace, user }) => {
        const ends = expiresAt === undefined ? undefined : Date.parse(expiresAt)
        const { token, secret } = await authorization.create(workspace, user, { name, assistant: holder, expiresAt: ends })
        return { token: tokenView(token), secret }
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/tokens/{id}',
      summary: 'Take an access token back; its assistant can do nothing from then on',
      policy: session(),
      ledger: 'token.revoked',
      input: z.strictObject({ id: idOf('tok') }),
      output: z.void(),
      handle: async ({ id }, { workspace, user }) => authorization.revoke(workspace, user, id as TokenId),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/assistants',
      summary: 'Assistants that hold or held access of yours, oldest first; for an operator, all of them',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: pageOf(assistant),
      handle: async (input, { workspace, user, roles }, exchange) => {
        // Others' assistants carry names that those people chose.
        const of = roles.includes('operator') ? null : user
        const page = await paged(
          input,
          exchange,
          (after, limit) => authorization.assistants(workspace, of, after, limit),
          (item) => item.id,
        )
        return { ...page, items: page.items.map((item) => ({ ...item, createdAt: rfc3339(item.createdAt) })) }
      },
    }),
  ]
}
