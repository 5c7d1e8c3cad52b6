import { type Call, call, callDetail, callInPath, callsQuery, pageOf } from '@handfast/contract'
import type { CallNote } from '../../../history/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { sessionOrToken } from '../policy.ts'
import type { UserRooms } from './rooms.ts'

function callView(note: CallNote): Call {
  const { id, at, assistant, connector, tool, protocol, state, code, durationMs, blockedAt } = note
  const blocked = blockedAt === null ? null : rfc3339(blockedAt)
  return { id, at: rfc3339(at), assistant, connector, tool, protocol, state, code, durationMs, blockedAt: blocked }
}

/** What was sent and what came back: everybody sees their own. */
export function callEndpoints({ history, ledger }: UserRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/calls',
      summary: 'Your calls, newest first',
      policy: sessionOrToken(),
      ledger: { none: 'reading' },
      input: callsQuery,
      output: pageOf(call),
      handle: async ({ connector, state, ...query }, { user, workspace }, exchange) => {
        const filter = { ...(connector === undefined ? {} : { connector }), ...(state === undefined ? {} : { state }) }
        const page = await paged(
          query,
          exchange,
          (before, limit) => history.list({ user, workspace }, { ...filter, limit, ...(before === null ? {} : { before }) }),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(callView) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/calls/{id}',
      summary: 'One call with what was sent, what came back, and what the ledger says about it',
      policy: sessionOrToken(),
      ledger: { none: 'reading' },
      input: callInPath,
      output: callDetail,
      handle: async ({ id }, { user, workspace }) => {
        const story = await history.get({ user, workspace }, id)
        return {
          ...callView(story),
          arguments: story.arguments,
          result: story.result,
          ledger: await ledger.inclusionOf(id),
        } as typeof callDetail._output
      },
    }),
  ]
}
