import type { WorkspaceId } from '../../lib/index.ts'
import { judgeParty, readParty } from './judge-party.ts'
import type { ListStore, PartyList } from './list-store.ts'
import type { Match, Party } from './party.ts'

const ENTRIES_AT_ONCE = 100
/** So many names are compared before others get a turn. */
const JUDGED_AT_ONCE = 2_000

/** What lists say about parties. Each list is read once, however many parties there are. */
export async function compareLists(
  store: ListStore,
  workspace: WorkspaceId,
  lists: readonly PartyList[],
  parties: readonly Party[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Party, readonly Match[]>> {
  const ready = parties.map((party) => ({ party, read: readParty(party), matches: [] as Match[] }))
  let judgedSince = 0
  for (const { id, source } of lists)
    for (let after = ''; ; ) {
      signal.throwIfAborted()
      const page = await store.entries(workspace, id, after, ENTRIES_AT_ONCE)
      for (const { listed, read: names, sha256: entrySha256 } of page) {
        for (const { read, matches } of ready) {
          const judged = judgeParty(read, listed, names)
          if (judged !== null) matches.push({ source, entry: listed.entry, entrySha256, ...judged })
        }
        judgedSince += ready.length
        if (judgedSince < JUDGED_AT_ONCE) continue
        judgedSince = 0
        await new Promise(setImmediate)
      }
      after = page.at(-1)?.listed.entry ?? ''
      if (page.length < ENTRIES_AT_ONCE) break
    }
  return new Map(ready.map(({ party, matches }) => [party, matches]))
}
