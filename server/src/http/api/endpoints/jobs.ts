import { deadline, deadlineInPath, deadlinesQuery, pageOf } from '@handfast/contract'
import { z } from 'zod'
import { rfc3339 } from '../../../lib/index.ts'
import type { DeadlineNote } from '../../../schedule/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { operator } from '../policy.ts'
import type { UserRooms } from './rooms.ts'

/** What has to happen at a time, and what was given up. */
export function jobEndpoints({ schedule }: UserRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/jobs',
      summary: 'Deadlines and what became of them, newest first',
      policy: operator,
      ledger: { none: 'reading' },
      input: deadlinesQuery,
      output: pageOf(deadline),
      handle: async (input, { workspace }, exchange) => {
        const page = await paged(
          input,
          exchange,
          (after, limit) => schedule.list(workspace, { state: input.state, after, limit }),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(deadlineView) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/jobs/{id}/again',
      summary: 'Try something once more that was given up',
      policy: operator,
      ledger: { none: 'what it does when it is tried is recorded by whoever does it' },
      input: deadlineInPath,
      output: z.void(),
      handle: async ({ id }, { workspace }) => schedule.again(workspace, id),
    }),
  ]
}

function deadlineView({ id, kind, subject, state, dueAt, attempts, triedAgainAt, reason, endedAt }: DeadlineNote) {
  const optional = (at: number | null) => (at === null ? null : rfc3339(at))
  return { id, kind, subject, state, dueAt: rfc3339(dueAt), attempts, triedAgainAt: optional(triedAgainAt), reason, endedAt: optional(endedAt) }
}
