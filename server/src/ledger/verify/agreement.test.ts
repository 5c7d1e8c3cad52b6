import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TILE_WIDTH, TileBuilder, tilePath } from '../tiles.ts'
import { CompactRange, consistencyPath, fold, inclusionPath, leafHash, perfectParts, type Range } from '../tree.ts'
import { hashOfEntry, RunningRoot, rootOver } from './hashes.ts'
import { pathOf, Tiler } from './layout.ts'
import { provesConsistency, provesInclusion } from './proofs.ts'

const bodies = Array.from({ length: 1_100 }, (_, at) => `{"n":${at},"s":"é${at * 7}"}`)
const leaves = bodies.map(leafHash)

function writerRoot(size: number): Buffer {
  const range = new CompactRange()
  for (const leaf of leaves.slice(0, size)) range.append(leaf)
  return range.root()
}

function proof(path: readonly Range[]): Buffer[] {
  return path.map((range) => {
    const parts = perfectParts(range).map(({ height, index }) => rootOver(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)))
    return fold(parts)
  })
}

/** One bit of one hash turned over. */
function flipped(hashes: readonly Buffer[], which: number, bit: number): Buffer[] {
  return hashes.map((hash, at) => {
    const copy = Buffer.from(hash)
    if (at === which % hashes.length) copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    return copy
  })
}

const size = fc.integer({ min: 1, max: 600 })
const bit = fc.integer({ min: 0, max: 255 })
const some = fc.nat(1_000)

describe('writer and verifier', () => {
  it('hash entries alike, text outside ASCII too', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => leafHash(text).equals(hashOfEntry(Buffer.from(text)))))
  })

  it('agree on the root of every size', () => {
    const running = new RunningRoot()
    const builder = new TileBuilder()
    expect(running.root()).toEqual(builder.root())

    for (const [at, leaf] of leaves.entries()) {
      running.add(leaf)
      builder.append(leaf)
      if (!running.root().equals(builder.root())) throw new Error(`they differ at ${at + 1}`)
    }

    expect(rootOver(leaves)).toEqual(builder.root())
  })

  it('agree on every tile, however the writer is interrupted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_100 }), fc.uniqueArray(fc.integer({ min: 1, max: 1_100 }), { maxLength: 5 }), (count, stops) => {
        let builder = new TileBuilder()
        const stored = new Map<string, Buffer>()
        const take = (): void => {
          for (const { level, tile, hashes } of builder.take()) stored.set(`${level}/${tile}`, hashes)
        }
        for (const [at, leaf] of leaves.slice(0, count).entries()) {
          builder.append(leaf)
          if (!stops.includes(at + 1)) continue
          take()
          const done = at + 1
          const top = stored.get('1/0')
          const upper = top === undefined ? [] : Array.from({ length: top.length / 32 }, (_, i) => top.subarray(i * 32, i * 32 + 32))
          builder = TileBuilder.at(done, [leaves.slice(done - (done % TILE_WIDTH), done), ...(upper.length === 0 ? [] : [upper])])
        }
        take()
        const tiler = new Tiler(rootOver)
        const expected = leaves.slice(0, count).flatMap((leaf) => tiler.add(leaf))
        for (const tile of [...expected, ...tiler.rest().filter(({ level }) => level > 0)]) {
          expect(stored.get(`${tile.level}/${tile.number}`)).toEqual(Buffer.concat(tile.hashes))
        }
        expect(stored.size).toBe(expected.length + (count >= TILE_WIDTH ? 1 : 0))
      }),
      { numRuns: 25 },
    )
  })

  it('agree where tiles lie', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.constantFrom('entries' as const, 0, 1, 5), fc.integer({ min: 1, max: 256 }), (number, level, width) => {
        expect(pathOf(level, number, width)).toBe(tilePath(level, number, width))
      }),
    )
    expect(tilePath(0, 1_234_067, 256)).toBe('tile/0/x001/x234/067')
    expect(tilePath('entries', 0, 7)).toBe('tile/entries/000.p/7')
    expect(pathOf(1, 1_000, 255)).toBe('tile/1/x001/000.p/255')
  })
})

describe('an inclusion proof', () => {
  it('convinces for every entry of every size', () => {
    fc.assert(
      fc.property(size, some, (count, pick) => {
        const index = pick % count
        const path = proof(inclusionPath(index, count))
        return provesInclusion(hashOfEntry(Buffer.from(bodies[index] ?? '')), index, count, path, writerRoot(count))
      }),
    )
  })

  it('convinces nobody once anything in it is changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 600 }), some, some, bit, (count, pick, which, turned) => {
        const index = pick % count
        const path = proof(inclusionPath(index, count))
        const leaf = leaves[index] ?? Buffer.alloc(32)
        const root = writerRoot(count)
        expect(provesInclusion(leaf, index, count, flipped(path, which, turned), root)).toBe(false)
        expect(provesInclusion(leaf, index, count, path, flipped([root], 0, turned)[0] ?? root)).toBe(false)
        expect(provesInclusion(flipped([leaf], 0, turned)[0] ?? leaf, index, count, path, root)).toBe(false)
        expect(provesInclusion(leaf, (index + 1) % count, count, path, root)).toBe(false)
        expect(provesInclusion(leaf, index, count, path.slice(1), root)).toBe(false)
        expect(provesInclusion(leaf, index, count, [...path, root], root)).toBe(false)
        expect(provesInclusion(leaf, count, count, path, root)).toBe(false)
      }),
    )
  })
})

describe('a consistency proof', () => {
  it('convinces for every pair of sizes', () => {
    fc.assert(
      fc.property(size, some, (to, pick) => {
        const from = 1 + (pick % to)
        return provesConsistency({ size: from, root: writerRoot(from) }, { size: to, root: writerRoot(to) }, proof(consistencyPath(from, to)))
      }),
    )
  })

  it('convinces nobody once anything in it is changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 600 }), some, some, bit, (to, pick, which, turned) => {
        const from = 1 + (pick % (to - 1))
        const older = { size: from, root: writerRoot(from) }
        const newer = { size: to, root: writerRoot(to) }
        const path = proof(consistencyPath(from, to))
        const [otherOld = older.root, otherNew = newer.root] = flipped([older.root], 0, turned).concat(flipped([newer.root], 0, turned))
        expect(provesConsistency(older, newer, flipped(path, which, turned))).toBe(false)
        expect(provesConsistency({ ...older, root: otherOld }, newer, path)).toBe(false)
        expect(provesConsistency(older, { ...newer, root: otherNew }, path)).toBe(false)
        expect(provesConsistency(older, newer, path.slice(1))).toBe(false)
        expect(provesConsistency(older, newer, [...path, newer.root])).toBe(false)
        expect(provesConsistency({ ...older, size: to + 1 }, newer, path)).toBe(false)
      }),
    )
  })
})
