/** C2SP tlog-tiles: 256 hashes make a tile, 32 bytes a hash. */
export const WIDTH = 256
export const HASH = 32

/** Where a tile lies below the prefix of a log. */
export function pathOf(kind: 'entries' | number, number: number, width: number): string {
  let path = String(number % 1000).padStart(3, '0')
  for (let rest = Math.floor(number / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, '0')}/${path}`
  return `tile/${kind}/${path}${width < WIDTH ? `.p/${width}` : ''}`
}

/** Hashes of a level in a tree of a size. */
export function hashesAt(size: number, level: number): number {
  return Math.floor(size / WIDTH ** level)
}

/** Cuts a bundle into its entries; null when the lengths do not come out even. */
export function entriesOf(bundle: Uint8Array): Uint8Array[] | null {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bundle.length) {
    const high = bundle[at]
    const low = bundle[at + 1]
    if (high === undefined || low === undefined) return null
    const end = at + 2 + high * 256 + low
    if (end > bundle.length) return null
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  return entries
}

export function hashAt(tile: Uint8Array | null, at: number): Buffer | null {
  if (tile === null || tile.length < (at + 1) * HASH) return null
  return Buffer.from(tile.buffer, tile.byteOffset + at * HASH, HASH)
}

/** Collects hashes into tiles, level upon level. */
export class Tiler {
  readonly #levels: { done: number; hashes: Buffer[] }[] = []
  readonly #root: (hashes: readonly Buffer[]) => Buffer

  constructor(root: (hashes: readonly Buffer[]) => Buffer) {
    this.#root = root
  }

  /** Adds the hash of an entry; returns the tiles that it completes, lowest first. */
  add(hash: Buffer): readonly FinishedTile[] {
    const finished: FinishedTile[] = []
    let carry: Buffer | null = hash
    for (let number = 0; carry !== null; number++) {
      const level: { done: number; hashes: Buffer[] } = this.#levels[number] ?? { done: 0, hashes: [] }
      this.#levels[number] = level
      level.hashes.push(carry)
      if (level.hashes.length < WIDTH) return finished
      finished.push({ level: number, number: level.done, hashes: level.hashes })
      carry = this.#root(level.hashes)
      level.done++
      level.hashes = []
    }
    return finished
  }

  /** The tiles that are begun and not full. */
  rest(): readonly FinishedTile[] {
    return this.#levels.map(({ done, hashes }, level) => ({ level, number: done, hashes })).filter(({ hashes }) => hashes.length > 0)
  }
}

export type FinishedTile = { readonly level: number; readonly number: number; readonly hashes: readonly Buffer[] }
