import { LedgerBrokenError } from './ledger-errors.ts'
import type { LedgerStore, StoredCheckpoint } from './ledger-store.ts'
import { HASH_BYTES, levelWidth, TILE_WIDTH, TileBuilder } from './tiles.ts'
import { leafHash } from './tree.ts'

/** Cuts the bytes of a tile into its first `width` hashes; fewer when it is shorter. */
export function hashesOf(bytes: Buffer, width: number): Buffer[] {
  const count = Math.min(width, Math.floor(bytes.length / HASH_BYTES))
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES))
}

/**
 * The tree as it was signed last, ready to grow, and the hash of its last entry. Whatever was built beyond that checkpoint is built again.
 * @throws LedgerBrokenError when entries and tiles do not lead to the root that was signed
 */
export async function loadEdge(store: LedgerStore, checkpoint: StoredCheckpoint | undefined): Promise<{ tree: TileBuilder; last: Buffer | null }> {
  if (checkpoint === undefined) return { tree: new TileBuilder(), last: null }
  const { size, root } = checkpoint
  const edges: Buffer[][] = []
  for (let level = 0; levelWidth(size, level) > 0; level++) {
    const width = levelWidth(size, level) % TILE_WIDTH
    const tile = Math.floor(levelWidth(size, level) / TILE_WIDTH)
    if (width === 0) edges.push([])
    else if (level === 0) edges.push((await store.leaves(size - width, size)).map(({ body }) => leafHash(body)))
    else edges.push(hashesOf((await store.tile(level, tile)) ?? Buffer.alloc(0), width))
  }
  const tree = TileBuilder.at(size, edges)
  if (tree.root().toString('base64') !== root) {
    throw new LedgerBrokenError(`The entries and tiles stored up to ${size} do not lead to the root that was signed.`)
  }
  const last = edges[0]?.at(-1) ?? hashesOf((await store.tile(0, size / TILE_WIDTH - 1)) ?? Buffer.alloc(0), TILE_WIDTH).at(-1)
  if (last === undefined) throw new LedgerBrokenError(`The tile that holds entry ${size - 1} is gone.`)
  return { tree, last }
}
