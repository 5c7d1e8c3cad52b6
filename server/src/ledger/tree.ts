import { hash } from 'node:crypto'

// The Merkle tree of RFC 6962 section 2.1 over SHA-256. Sizes go beyond 32 bits, so there is no bit arithmetic in here.

const LEAF = Buffer.of(0)
/** Characters of an entry that is short; in UTF-8 each takes three bytes at most. */
const SHORT = 8_192

// Most of what is hashed is small, and a fresh buffer for each would cost more than the hash: first byte and entry, first byte and two hashes.
const short = Buffer.alloc(1 + SHORT * 3)
const pair = Buffer.alloc(65, 1)

/** SHA-256(0x00 || entry): what stands for an entry in the tree. Text is hashed as UTF-8. */
export function leafHash(entry: string | Uint8Array): Buffer {
  if (typeof entry === 'string' && entry.length <= SHORT) return hash('sha256', short.subarray(0, 1 + short.write(entry, 1)), 'buffer')
  return hash('sha256', Buffer.concat([LEAF, typeof entry === 'string' ? Buffer.from(entry) : entry]), 'buffer')
}

/** SHA-256(0x01 || left || right). The other first byte keeps a node from being passed off as an entry. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1)
  pair.set(right, 33)
  return hash('sha256', pair, 'buffer')
}

/** The root of a tree without entries. */
export const emptyRoot: Buffer = hash('sha256', '', 'buffer')

/** Joins the roots of neighbouring perfect subtrees, larger ones first, into the root over all of them. */
export function fold(peaks: readonly Buffer[]): Buffer {
  return peaks.length === 0 ? emptyRoot : peaks.reduceRight((right, left) => nodeHash(left, right))
}

/** A tree that only grows, kept as the roots of its perfect subtrees: at most one for each binary digit of its size. */
export class CompactRange {
  #size = 0
  #peaks: Buffer[] = []

  get size(): number {
    return this.#size
  }

  /** Roots of the perfect subtrees, larger ones first. */
  get peaks(): readonly Buffer[] {
    return this.#peaks
  }

  append(leaf: Buffer): void {
    let joined = leaf
    for (let size = this.#size; size % 2 === 1; size = Math.floor(size / 2)) {
      const left = this.#peaks.pop()
      if (left === undefined) throw new RangeError('a compact range has one peak for each binary digit of its size')
      joined = nodeHash(left, joined)
    }
    this.#peaks.push(joined)
    this.#size++
  }

  root(): Buffer {
    return fold(this.#peaks)
  }
}

/** The entries from `begin` up to, not including, `end`. */
export type Range = { readonly begin: number; readonly end: number }

/** A perfect subtree: the root over the entries from `index * 2^height` up to `(index + 1) * 2^height`. */
export type Node = { readonly height: number; readonly index: number }

/** The largest power of two smaller than a size of at least 2: where RFC 6962 splits a tree. */
function split(size: number): number {
  let half = 1
  while (half * 2 < size) half *= 2
  return half
}

/**
 * The ranges whose roots are the audit path of an entry, from the leaf upward (RFC 6962 section 2.1.1).
 * @throws RangeError when the tree has no such entry
 */
export function inclusionPath(index: number, size: number): readonly Range[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError(`a tree of ${size} entries has no entry ${index}`)
  const path: Range[] = []
  let begin = 0
  let end = size
  while (end - begin > 1) {
    const middle = begin + split(end - begin)
    if (index < middle) {
      path.push({ begin: middle, end })
      end = middle
    } else {
      path.push({ begin, end: middle })
      begin = middle
    }
  }
  return path.reverse()
}

/**
 * The ranges whose roots prove that a tree of `from` entries is the beginning of one of `to` entries (RFC 6962 section 2.1.2).
 * @throws RangeError unless 0 < from <= to
 */
export function consistencyPath(from: number, to: number): readonly Range[] {
  if (!Number.isSafeInteger(from) || from < 1 || from > to) throw new RangeError(`there is no proof from ${from} to ${to} entries`)
  const path: Range[] = []
  let begin = 0
  let end = to
  while (from !== end) {
    const middle = begin + split(end - begin)
    if (from <= middle) {
      path.push({ begin: middle, end })
      end = middle
    } else {
      path.push({ begin, end: middle })
      begin = middle
    }
  }
  // Whoever asks knows the old root; it is left out when it is itself a node of the new tree.
  if (begin !== 0) path.push({ begin, end })
  return path.reverse()
}

/** The perfect subtrees that a range of such a path falls into, larger ones first; its root is their `fold`. */
export function perfectParts({ begin, end }: Range): readonly Node[] {
  const parts: Node[] = []
  for (let at = begin; at < end; ) {
    let height = 0
    let width = 1
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2
      height++
    }
    parts.push({ height, index: at / width })
    at += width
  }
  return parts
}
