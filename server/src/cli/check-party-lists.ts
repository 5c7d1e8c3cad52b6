import { OUTDATED } from '../developers/index.ts'
import { DAY } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'
import type { Checked } from './doctor.ts'

/** Whether the lists of party checks are there and fresh, where checks are on. Says nothing where they are off. */
export async function checkPartyLists({ db }: Storage, now = Date.now()): Promise<readonly Checked[]> {
  const check = 'party checks'
  const rules = await db.selectFrom('party_rules').select(['workspace_id', 'enabled']).orderBy('id', 'desc').execute()
  const last = new Map(rules.toReversed().map((row) => [row.workspace_id, row.enabled]))
  const on = [...last].flatMap(([workspace, enabled]) => (enabled === 1 ? [workspace] : []))
  const found = await Promise.all(
    on.map(async (workspace): Promise<readonly Checked[]> => {
      const query = db.selectFrom('party_lists').select(['source', 'seen_at']).where('workspace_id', '=', workspace)
      const lists = await query.where('state', '=', 'in-force').execute()
      const old = lists.filter(({ seen_at }) => now - seen_at >= OUTDATED)
      if (lists.length === 0)
        return [
          {
            check,
            state: 'wrong',
            message: 'they are on, and there is no list to compare with',
            fix: 'Hand one in: handfast developer lists import.',
          },
        ]
      return old.map(({ source, seen_at }) => ({
        check,
        state: 'wrong',
        message: `the list ${source} was seen for the last time ${Math.floor((now - seen_at) / DAY)} days ago`,
        fix: 'Hand in the newest edition: handfast developer lists import; or have it fetched: handfast developer lists fetch.',
      }))
    }),
  )
  return found.flat()
}
