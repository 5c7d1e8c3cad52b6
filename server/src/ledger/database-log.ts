import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Storage } from '../storage/index.ts'
import { storedVerifierKey } from './ledger-key.ts'
import { ledgerStore } from './ledger-store.ts'
import { HASH_BYTES, tileWidth } from './tiles.ts'
import type { DatabaseLog, StoredEntry } from './verify/index.ts'

const PAGE = 128

/**
 * The tables as they stand now, for the verifier to read; also while the ledger grows, because what is added meanwhile is left out.
 * Null before anything was signed.
 */
export async function databaseLog(storage: Storage): Promise<DatabaseLog | null> {
  const store = ledgerStore(storage)
  const key = await storedVerifierKey(storage)
  const { tiles: tileCount, size } = await store.extent()
  if (key === undefined || size === 0) return null

  async function* entries(): AsyncGenerator<StoredEntry> {
    for (let after: number | null = null; ; ) {
      // A database in this process answers at once; without a pause nobody else would get a turn until all is read.
      await nextTurn()
      const rows = await store.placed(after, PAGE)
      for (const { leaf_index, body, workspace_id: workspace, at, event, subject } of rows) {
        yield { leafIndex: leaf_index, body, columns: { workspace, at, event, subject } }
      }
      const last = rows.at(-1)
      if (last === undefined) return
      after = last.leaf_index
    }
  }

  async function* checkpoints(): AsyncGenerator<{ readonly size: number; readonly root: string; readonly note: string }> {
    for (let after = Number.MIN_SAFE_INTEGER; ; ) {
      const rows = await store.checkpoints(after, PAGE)
      for (const row of rows) if (row.size <= size) yield row
      const last = rows.at(-1)
      if (last === undefined || last.size >= size) return
      after = last.size
    }
  }

  return {
    key,
    tileCount,
    entries: entries(),
    checkpoints: checkpoints(),
    tile: async (level, tile) => {
      const stored = await store.tileWithSize(level, tile)
      if (stored === undefined) return null
      return stored.size === size ? stored.hashes : stored.hashes.subarray(0, tileWidth(size, level, tile) * HASH_BYTES)
    },
  }
}
