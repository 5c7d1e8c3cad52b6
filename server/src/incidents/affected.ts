import { type ConnectorId, isObject, parseJson, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'

/** Somebody whose data went to a connector in a time. */
export type AffectedUser = {
  readonly user: UserId
  readonly workspace: WorkspaceId
  readonly calls: number
  readonly first: number
  readonly last: number
  readonly tools: readonly string[]
}

const AT_ONCE = 1_000

/**
 * Exactly who was affected comes from the ledger: an entry for each call that was about to be sent to the connector from `from` to `to`, both
 * included, in any workspace. It is read in pieces; what grows is one line per user.
 */
export async function affectedUsers({ db }: Storage, connector: ConnectorId, from: number, to: number): Promise<readonly AffectedUser[]> {
  const found = new Map<string, { user: UserId; workspace: WorkspaceId; calls: number; first: number; last: number; tools: Set<string> }>()
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('ledger_entries')
      .select(['position', 'body', 'at', 'workspace_id'])
      .where('event', '=', 'call.intended')
      .where('at', '>=', from)
      .where('at', '<=', to)
      .where('position', '>', after)
      .where('body', 'like', `%"connector":"${connector}"%`)
      .orderBy('position')
      .limit(AT_ONCE)
      .execute()
    for (const { body, at, workspace_id } of rows) {
      const entry = parseJson(body)
      if (!isObject(entry) || entry['connector'] !== connector) continue
      const user = String(entry['by']) as UserId
      const known = found.get(user) ?? { user, workspace: workspace_id as WorkspaceId, calls: 0, first: at, last: at, tools: new Set<string>() }
      known.calls++
      known.first = Math.min(known.first, at)
      known.last = Math.max(known.last, at)
      known.tools.add(String(entry['tool']))
      found.set(user, known)
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < AT_ONCE) break
    after = last.position
  }
  return [...found.values()].map((one) => ({ ...one, tools: [...one.tools].toSorted() })).toSorted((a, b) => (a.user < b.user ? -1 : 1))
}
