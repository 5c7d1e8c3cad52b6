import { describe, expect, it } from 'vitest'
import { CompactRange, consistencyPath, emptyRoot, fold, inclusionPath, leafHash, nodeHash, perfectParts, type Range } from './tree.ts'

// The test data of the reference implementation of certificate transparency.
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const leaves = inputs.map((input) => leafHash(Buffer.from(input, 'hex')))

function rootOf(range: Range): string {
  const parts = perfectParts(range).map(({ height, index }) => {
    const part = new CompactRange()
    for (const leaf of leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)) part.append(leaf)
    expect(part.peaks.length).toBe(1)
    return part.root()
  })
  return fold(parts).toString('hex')
}

describe('the tree of RFC 6962', () => {
  it('has the roots of the reference implementation at every size', () => {
    const range = new CompactRange()
    const seen = [range.root().toString('hex')]

    for (const leaf of leaves) {
      range.append(leaf)
      seen.push(range.root().toString('hex'))
    }

    expect(seen).toEqual(roots)
    expect(emptyRoot.toString('hex')).toBe(roots[0])
  })

  it('has its audit paths', () => {
    const path = (index: number, size: number) => inclusionPath(index, size).map(rootOf)

    expect(path(0, 1)).toEqual([])
    expect(path(0, 8)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
    expect(path(5, 8)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
    expect(path(2, 3)).toEqual(['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'])
  })

  it('has its consistency proofs', () => {
    const path = (from: number, to: number) => consistencyPath(from, to).map(rootOf)

    expect(path(1, 1)).toEqual([])
    expect(path(1, 8)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
    expect(path(6, 8)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
    expect(path(2, 5)).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ])
  })

  it('tells an entry from a node, so that no node can be passed off as an entry', () => {
    const [a = emptyRoot, b = emptyRoot] = leaves

    expect(leafHash(Buffer.concat([a, b])).equals(nodeHash(a, b))).toBe(false)
  })

  it('refuses to prove what a tree does not have', () => {
    expect(() => inclusionPath(8, 8)).toThrow(RangeError)
    expect(() => inclusionPath(-1, 8)).toThrow(RangeError)
    expect(() => consistencyPath(0, 8)).toThrow(RangeError)
    expect(() => consistencyPath(9, 8)).toThrow(RangeError)
  })

  it('splits trees of more entries than 32 bits can count', () => {
    const size = 2 ** 40 + 3

    expect(inclusionPath(2 ** 40 + 2, size)).toEqual([
      { begin: 2 ** 40, end: 2 ** 40 + 2 },
      { begin: 0, end: 2 ** 40 },
    ])
    expect(perfectParts({ begin: 0, end: size })).toEqual([
      { height: 40, index: 0 },
      { height: 1, index: 2 ** 39 },
      { height: 0, index: 2 ** 40 + 2 },
    ])
  })
})
