import { credentialUse, credentialUsesQuery, pageOf } from '@handfast/contract'
import { rfc3339 } from '../../../lib/index.ts'
import type { AccessLog } from '../../../vault/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { session } from '../policy.ts'

export type AccessRooms = { readonly accessLog: AccessLog }

/** What a credential was opened for: the person's own, and all of them for the operator. */
export function credentialUseEndpoints({ accessLog }: AccessRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/credentials/{id}/uses',
      summary: 'What a linked account or a key was opened for, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: credentialUsesQuery,
      output: pageOf(credentialUse),
      handle: async ({ id, ...query }, { user, workspace, roles }, exchange) => {
        const reader = { user, workspace, isOperator: roles.includes('operator') }
        const page = await paged(
          query,
          exchange,
          (after, limit) => accessLog.uses(reader, id, { after, limit }),
          ({ position }) => position,
        )
        return { ...page, items: page.items.map(({ position: _, at, ...use }) => ({ at: rfc3339(at), ...use })) }
      },
    }),
  ]
}
