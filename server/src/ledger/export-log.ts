import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Storage } from '../storage/index.ts'
import { entryBundle } from './bundle.ts'
import { LedgerFolderError, LedgerMissingError } from './ledger-errors.ts'
import { storedVerifierKey } from './ledger-key.ts'
import { ledgerStore } from './ledger-store.ts'
import { levelWidth, TILE_WIDTH, tilePath, tileWidth } from './tiles.ts'
import { TreeReader } from './tree-reader.ts'

/** Where the verifier key lies in an export, and below the prefix of a served log. One line, ended by a newline. */
export const KEY_PATH = 'verifier-key'

export type Exported = { readonly folder: string; readonly size: number; readonly files: number }

/**
 * Writes the log as it was signed last into a new folder: `checkpoint`, `verifier-key`, `tile/…` as a server of C2SP tlog-tiles has them.
 * One tile is in memory at a time. The checkpoint comes last, so that what was cut short does not pass for whole.
 * @throws LedgerFolderError when the folder has something in it; LedgerMissingError when nothing was signed yet;
 * LedgerBrokenError when something that was signed is gone
 */
export async function exportLog(storage: Storage, folder: string): Promise<Exported> {
  const store = ledgerStore(storage)
  const checkpoint = await store.latest()
  const key = await storedVerifierKey(storage)
  if (checkpoint === undefined || key === undefined) throw new LedgerMissingError('checkpoint yet')
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0) throw new LedgerFolderError(folder)
  const reader = new TreeReader(store, checkpoint.size)
  let files = 0
  async function put(path: string, bytes: string | Uint8Array): Promise<void> {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes, { flag: 'wx' })
    files++
  }
  for (let level = 0; levelWidth(checkpoint.size, level) > 0; level++) {
    for (let tile = 0; tileWidth(checkpoint.size, level, tile) > 0; tile++) {
      const width = tileWidth(checkpoint.size, level, tile)
      await put(tilePath(level, tile, width), await reader.tile(level, tile, width))
      if (level === 0) await put(tilePath('entries', tile, width), entryBundle(await reader.bodies(tile * TILE_WIDTH, width)))
      await nextTurn()
    }
  }
  await put(KEY_PATH, `${key}\n`)
  await put('checkpoint', checkpoint.note)
  return { folder, size: checkpoint.size, files }
}
