import { CompactRange, fold } from './tree.ts'

/** Hashes in a full tile: the root of a tile is one hash of the level above (C2SP tlog-tiles, "Merkle Tree"). */
export const TILE_WIDTH = 256
export const HASH_BYTES = 32

/** A run of hashes of one level, as stored: a tile of level 0 is full, one above it holds what there is so far. */
export type Tile = { readonly level: number; readonly tile: number; readonly hashes: Buffer }

/** How many hashes a level has in a tree of a given size: the subtrees of 256^level entries that are complete. */
export function levelWidth(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level)
}

/** How many hashes of a tile a tree of this size has: 0 when the tile has not begun, 256 when it is full. */
export function tileWidth(size: number, level: number, tile: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, levelWidth(size, level) - tile * TILE_WIDTH))
}

/** `1234067` → `x001/x234/067`, so that a folder never holds more than a thousand names. */
export function tileNumberPath(tile: number): string {
  const digits = String(tile)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/')
}

/** Where a tile or a bundle of entries is published, below the prefix of the log. */
export function tilePath(level: number | 'entries', tile: number, width: number): string {
  return `tile/${level}/${tileNumberPath(tile)}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

type Level = { readonly hashes: Buffer[]; readonly range: CompactRange; changed: boolean }

function emptyLevel(): Level {
  return { hashes: [], range: new CompactRange(), changed: false }
}

/** The right edge of the tree: the tile of each level that is not full yet. Bounded by the height of the tree, whatever its size. */
export class TileBuilder {
  readonly #levels: Level[] = []
  #full: Tile[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Continues where a tree of `size` entries stopped; `edges` holds the hashes of the unfinished tile of each level, lowest first. */
  static at(size: number, edges: readonly (readonly Buffer[])[]): TileBuilder {
    const builder = new TileBuilder()
    builder.#size = size
    for (const hashes of edges) {
      const level = emptyLevel()
      for (const hash of hashes) {
        level.hashes.push(hash)
        level.range.append(hash)
      }
      builder.#levels.push(level)
    }
    return builder
  }

  append(leaf: Buffer): void {
    this.#size++
    this.#push(0, leaf)
  }

  #push(number: number, hash: Buffer): void {
    let level = this.#levels[number]
    if (level === undefined) {
      level = emptyLevel()
      this.#levels[number] = level
    }
    level.hashes.push(hash)
    level.range.append(hash)
    level.changed = true
    if (level.hashes.length < TILE_WIDTH) return
    const tile = levelWidth(this.#size, number + 1) - 1
    this.#full.push({ level: number, tile, hashes: Buffer.concat(level.hashes) })
    this.#levels[number] = emptyLevel()
    this.#push(number + 1, level.range.root())
  }

  /** The tiles that changed since the last time. */
  take(): readonly Tile[] {
    const taken = this.#full
    this.#full = []
    for (const [number, level] of this.#levels.entries()) {
      if (number > 0 && level.changed) {
        taken.push({ level: number, tile: levelWidth(this.#size, number + 1), hashes: Buffer.concat(level.hashes) })
      }
      level.changed = false
    }
    return taken
  }

  root(): Buffer {
    return fold(this.#levels.toReversed().flatMap((level) => level.range.peaks))
  }
}
