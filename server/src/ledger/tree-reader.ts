import { LedgerBrokenError, LedgerMissingError } from './ledger-errors.ts'
import type { LedgerStore } from './ledger-store.ts'
import { hashesOf } from './right-edge.ts'
import { HASH_BYTES, levelWidth, TILE_WIDTH, tileWidth } from './tiles.ts'
import { CompactRange, consistencyPath, fold, inclusionPath, leafHash, type Node, perfectParts, type Range } from './tree.ts'

/** Levels of tiles inside one tile: it is the bottom of a subtree of this height. */
const TILE_HEIGHT = 8

/** A tree of a fixed, signed size: its tiles and proofs. Tiles read once are kept for as long as this object lives. */
export class TreeReader {
  readonly size: number
  readonly #store: LedgerStore
  readonly #tiles = new Map<string, readonly Buffer[]>()

  constructor(store: LedgerStore, size: number) {
    this.#store = store
    this.size = size
  }

  /** Whether the tile has so many hashes in this tree. Anything may be asked: the numbers come from outside. */
  has(level: number, tile: number, width: number): boolean {
    const counts = [level, tile, width].every((number) => Number.isSafeInteger(number) && number >= 0)
    return counts && width > 0 && width <= tileWidth(this.size, level, tile)
  }

  /**
   * The first `width` hashes of a tile.
   * @throws LedgerMissingError when a tree of this size has fewer
   */
  async tile(level: number, tile: number, width: number): Promise<Buffer> {
    if (!this.has(level, tile, width)) throw new LedgerMissingError(`tile ${level}/${tile} with ${width} hashes`)
    // Of level 0 only full tiles are stored; the one being filled is made from its entries.
    const stored = await this.#store.tile(level, tile)
    if (stored !== undefined && stored.length >= width * HASH_BYTES) return stored.subarray(0, width * HASH_BYTES)
    if (level > 0) throw new LedgerBrokenError(`Tile ${level}/${tile} is part of the signed tree and is gone.`)
    return Buffer.concat((await this.bodies(tile * TILE_WIDTH, width)).map(leafHash))
  }

  /** @throws LedgerBrokenError when an entry of the signed tree is gone */
  async bodies(from: number, count: number): Promise<string[]> {
    const leaves = await this.#store.leaves(from, from + count)
    if (leaves.length !== count) throw new LedgerBrokenError(`Of the ${count} signed entries from ${from} on, ${leaves.length} are stored.`)
    return leaves.map(({ body }) => body)
  }

  /** The audit path of an entry, from the leaf upward. */
  inclusionProof(index: number): Promise<readonly Buffer[]> {
    return this.#roots(inclusionPath(index, this.size))
  }

  /** The proof that a tree of `from` entries is the beginning of this one. */
  consistencyProof(from: number): Promise<readonly Buffer[]> {
    return this.#roots(consistencyPath(from, this.size))
  }

  async #roots(ranges: readonly Range[]): Promise<readonly Buffer[]> {
    const roots: Buffer[] = []
    for (const range of ranges) {
      const parts: Buffer[] = []
      for (const node of perfectParts(range)) parts.push(await this.#node(node))
      roots.push(fold(parts))
    }
    return roots
  }

  async #node({ height, index }: Node): Promise<Buffer> {
    const level = Math.floor(height / TILE_HEIGHT)
    const span = 2 ** (height % TILE_HEIGHT)
    const first = index * span
    const tile = Math.floor(first / TILE_WIDTH)
    const hashes = await this.#hashes(level, tile)
    const at = first - tile * TILE_WIDTH
    const range = new CompactRange()
    for (const hash of hashes.slice(at, at + span)) range.append(hash)
    return range.root()
  }

  async #hashes(level: number, tile: number): Promise<readonly Buffer[]> {
    const name = `${level}/${tile}`
    const known = this.#tiles.get(name)
    if (known !== undefined) return known
    const width = Math.min(TILE_WIDTH, levelWidth(this.size, level) - tile * TILE_WIDTH)
    const hashes = hashesOf(await this.tile(level, tile, width), width)
    this.#tiles.set(name, hashes)
    return hashes
  }
}
