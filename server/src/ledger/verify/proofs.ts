import { hashOfPair } from './hashes.ts'

const half = (n: number): number => Math.floor(n / 2)
const isOdd = (n: number): boolean => n % 2 === 1

/** True when the path leads from the hash of an entry to the root (RFC 9162 section 2.1.3.2). */
export function provesInclusion(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false
  let node = index
  let last = size - 1
  let hash: Uint8Array = leaf
  for (const sibling of path) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      hash = hashOfPair(sibling, hash)
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else hash = hashOfPair(hash, sibling)
    node = half(node)
    last = half(last)
  }
  return last === 0 && Buffer.from(root).equals(hash)
}

/** True when the path shows that the older tree is the beginning of the newer (RFC 9162 section 2.1.4.2). */
export function provesConsistency(
  older: { readonly size: number; readonly root: Uint8Array },
  newer: { readonly size: number; readonly root: Uint8Array },
  path: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(older.size) || older.size < 1 || older.size > newer.size) return false
  if (older.size === newer.size) return path.length === 0 && Buffer.from(older.root).equals(newer.root)
  let node = older.size - 1
  let last = newer.size - 1
  while (isOdd(node)) {
    node = half(node)
    last = half(last)
  }
  // A tree of a power of two is itself the first node of the path, and left out of it.
  const [first, ...rest] = node === 0 ? [older.root, ...path] : path
  if (first === undefined) return false
  let oldHash: Uint8Array = first
  let newHash: Uint8Array = first
  for (const sibling of rest) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      oldHash = hashOfPair(sibling, oldHash)
      newHash = hashOfPair(sibling, newHash)
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else newHash = hashOfPair(newHash, sibling)
    node = half(node)
    last = half(last)
  }
  return last === 0 && Buffer.from(older.root).equals(oldHash) && Buffer.from(newer.root).equals(newHash)
}
