import type { Storage } from '../storage/index.ts'
import { entryBundle } from './bundle.ts'
import { record } from './entry.ts'
import { LedgerMissingError } from './ledger-errors.ts'
import { storedVerifierKey } from './ledger-key.ts'
import { ledgerStore, type StoredCheckpoint } from './ledger-store.ts'
import { TILE_WIDTH } from './tiles.ts'
import { TreeReader } from './tree-reader.ts'

/** An entry as a list shows it. `leafIndex` is null until the tree has a place for it. */
export type LedgerRow = {
  readonly position: number
  readonly leafIndex: number | null
  readonly workspace: string
  readonly at: number
  readonly event: string
  readonly subject: string
  /** Canonical JSON, exactly the bytes of the leaf. */
  readonly body: string
}

/** `proof`: hashes in base64 from the leaf upward (RFC 6962 section 2.1.1); null while the entry waits for the next checkpoint. */
export type ProvenEntry = { readonly leafIndex: number | null; readonly body: string; readonly proof: readonly string[] | null }

/** `at`: in this very millisecond. */
/** Entries about the installation itself carry this instead of the id of a workspace. */
export const HOUSE = 'house'

export type LedgerFilter = {
  readonly workspace?: string | readonly string[]
  readonly subject?: string
  readonly event?: string
  readonly at?: number
}
/** `after`: the position of the last row seen, in the direction of the list. At most 200 rows. */
export type LedgerPage = LedgerFilter & { readonly after?: number; readonly limit: number; readonly newestFirst?: boolean }

export const MAX_PAGE = 200

/** The reading side; any process may. */
export interface LedgerReading {
  /** The latest signed checkpoint, or null before the first. `note` is what is published. */
  checkpoint(): Promise<StoredCheckpoint | null>
  /** The key to check it with, or null before the first start. */
  verifierKey(): Promise<string | null>
  /** @throws LedgerMissingError when the signed tree has fewer hashes there */
  tile(level: number, tile: number, width: number): Promise<Buffer>
  /** A bundle of entries (C2SP tlog-tiles, "Log entries"). @throws LedgerMissingError when the signed tree has fewer */
  entriesTile(tile: number, width: number): Promise<Buffer>
  /** The oldest entries about a subject, at most 200 per call, each with the proof that the checkpoint covers it. `after`: a position. */
  inclusionOf(
    subject: string,
    after?: number,
    most?: number,
  ): Promise<{ readonly checkpoint: string | null; readonly entries: readonly ProvenEntry[] }>
  /** The proof that the tree of an older checkpoint is the beginning of the latest. */
  consistencyFrom(size: number): Promise<{ readonly checkpoint: string; readonly proof: readonly string[] }>
  page(page: LedgerPage): Promise<readonly LedgerRow[]>
  /** Every entry of a workspace and of the installation, oldest first, a page at a time. That somebody takes this copy is recorded before the first one is read. */
  copyFor(reader: { readonly user: string; readonly workspace: string; readonly at: number }): Promise<AsyncIterable<LedgerRow>>
}

export function readLedger(storage: Storage): LedgerReading {
  const store = ledgerStore(storage)
  const { db } = storage

  async function tree(): Promise<TreeReader> {
    return new TreeReader(store, (await store.latest())?.size ?? 0)
  }

  async function page({ workspace, subject, event, at, after, limit, newestFirst = false }: LedgerPage): Promise<readonly LedgerRow[]> {
    let query = db.selectFrom('ledger_entries').selectAll()
    if (workspace !== undefined) query = query.where('workspace_id', 'in', [workspace].flat())
    if (subject !== undefined) query = query.where('subject', '=', subject)
    if (event !== undefined) query = query.where('event', '=', event)
    if (at !== undefined) query = query.where('at', '=', at)
    if (after !== undefined) query = query.where('position', newestFirst ? '<' : '>', after)
    const rows = await query
      .orderBy('position', newestFirst ? 'desc' : 'asc')
      .limit(Math.min(Math.max(1, limit), MAX_PAGE))
      .execute()
    return rows.map(({ leaf_index, workspace_id, ...row }) => ({ ...row, leafIndex: leaf_index, workspace: workspace_id }))
  }

  async function* entriesOf(workspace: string): AsyncGenerator<LedgerRow, void, undefined> {
    for (let after = 0; ; ) {
      const rows = await page({ workspace: [workspace, HOUSE], after, limit: MAX_PAGE })
      yield* rows
      const last = rows.at(-1)
      if (last === undefined || rows.length < MAX_PAGE) return
      after = last.position
    }
  }

  return {
    checkpoint: async () => (await store.latest()) ?? null,
    verifierKey: async () => (await storedVerifierKey(storage)) ?? null,
    tile: async (level, tile, width) => (await tree()).tile(level, tile, width),
    entriesTile: async (tile, width) => {
      const reader = await tree()
      if (!reader.has(0, tile, width)) throw new LedgerMissingError(`bundle ${tile} with ${width} entries`)
      return entryBundle(await reader.bodies(tile * TILE_WIDTH, width))
    },
    inclusionOf: async (subject, after, most = MAX_PAGE) => {
      const latest = await store.latest()
      const reader = new TreeReader(store, latest?.size ?? 0)
      const rows = await page({ subject, limit: most, ...(after === undefined ? {} : { after }) })
      const entries: ProvenEntry[] = []
      for (const { leafIndex, body } of rows) {
        const covered = leafIndex !== null && leafIndex < reader.size
        const proof = covered ? (await reader.inclusionProof(leafIndex)).map((hash) => hash.toString('base64')) : null
        entries.push({ leafIndex, body, proof })
      }
      return { checkpoint: latest?.note ?? null, entries }
    },
    consistencyFrom: async (size) => {
      const latest = await store.latest()
      if (latest === undefined || !Number.isSafeInteger(size) || size < 1 || size > latest.size)
        throw new LedgerMissingError(`checkpoint of ${size} entries`)
      const proof = await new TreeReader(store, latest.size).consistencyProof(size)
      return { checkpoint: latest.note, proof: proof.map((hash) => hash.toString('base64')) }
    },
    page,
    copyFor: async ({ user, workspace, at }) => {
      await storage.write([record(db, { event: 'ledger.exported', workspace, subject: workspace, by: user, at })])
      return entriesOf(workspace)
    },
  }
}
