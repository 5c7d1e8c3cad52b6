import { appliedPlatform, keepPlatform } from '@handfast/contract'
import { z } from 'zod'
import { rfc3339 } from '../../../lib/index.ts'
import type { Platform } from '../../../platform/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { operator } from '../policy.ts'

export type PlatformRooms = { readonly platform: Platform }

/** What `handfast apply` has to remember. */
export function platformEndpoints({ platform }: PlatformRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/platform',
      summary: 'The platform file that was applied last',
      policy: operator,
      ledger: { none: 'reading' },
      input: z.object({}),
      output: appliedPlatform,
      handle: async () => {
        const last = await platform.last()
        return { applied: last === null ? null : { digest: last.digest, connectors: { ...last.connectors }, at: rfc3339(last.at) } }
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/platform',
      summary: 'Keep what a platform file declared and changed',
      policy: operator,
      ledger: 'settings.applied',
      input: keepPlatform,
      output: z.void(),
      handle: async (declared, { workspace, user }) => platform.keep(workspace, user, declared),
    }),
  ]
}
