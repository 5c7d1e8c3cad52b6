import { holdInPath, holdView as holdShape, holdsQuery, pageOf, placeHold } from '@handfast/contract'
import { z } from 'zod'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { operator, session } from '../policy.ts'
import type { IncidentRooms } from './incident-rooms.ts'
import { holdView } from './incident-views.ts'

/** What may not be deleted for now, and why. */
export function holdEndpoints({ holds }: IncidentRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/holds',
      summary: 'Keep something from being deleted until a date',
      policy: operator,
      ledger: 'hold.placed',
      fresh: true,
      input: placeHold,
      output: holdShape,
      status: 201,
      handle: async ({ subject, ground, reason, until }, { workspace, user }) =>
        holdView(await holds.place({ workspace, subject, ground, reason, until: Date.parse(until), by: user }), true),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/holds',
      summary: 'Holds, newest first',
      policy: session('operator', 'auditor'),
      ledger: { none: 'reading' },
      input: holdsQuery,
      output: pageOf(holdShape),
      handle: async ({ active, ...query }, { workspace }, exchange) => {
        const only = active === undefined ? {} : { active: active === 'true' }
        const page = await paged(
          query,
          exchange,
          (before, limit) => holds.list(workspace, { ...only, before, limit }),
          ({ id }) => id,
        )
        return { ...page, items: page.items.map((hold) => holdView(hold, hold.active)) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/holds/{id}/lift',
      summary: 'End a hold before its date',
      policy: operator,
      ledger: 'hold.lifted',
      fresh: true,
      input: holdInPath,
      output: z.void(),
      handle: async ({ id }, { workspace, user }) => holds.lift(workspace, id, user),
    }),
  ]
}
