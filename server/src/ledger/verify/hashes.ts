import { hash } from 'node:crypto'

const ENTRY = Uint8Array.of(0)
const PAIR = Uint8Array.of(1)

/** RFC 6962 section 2.1: an entry is hashed behind a zero byte, a pair of hashes behind a one. */
export function hashOfEntry(entry: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([ENTRY, entry]), 'buffer')
}

export function hashOfPair(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([PAIR, left, right]), 'buffer')
}

/** The root over hashes, by the recursive definition of RFC 6962 section 2.1. */
export function rootOver(hashes: readonly Uint8Array[]): Buffer {
  const [only] = hashes
  if (only === undefined) return hash('sha256', '', 'buffer')
  if (hashes.length === 1) return Buffer.from(only)
  let left = 1
  while (left * 2 < hashes.length) left *= 2
  return hashOfPair(rootOver(hashes.slice(0, left)), rootOver(hashes.slice(left)))
}

/** Computes the root of every size on the way while entries go by; holds one hash per level. */
export class RunningRoot {
  #stack: { readonly span: number; readonly hash: Buffer }[] = []
  size = 0

  add(leaf: Buffer): void {
    let top = { span: 1, hash: leaf }
    for (let below = this.#stack.at(-1); below?.span === top.span; below = this.#stack.at(-1)) {
      this.#stack.pop()
      top = { span: top.span * 2, hash: hashOfPair(below.hash, top.hash) }
    }
    this.#stack.push(top)
    this.size++
  }

  root(): Buffer {
    let root: Buffer | null = null
    for (let at = this.#stack.length - 1; at >= 0; at--) {
      const here = this.#stack[at]?.hash
      if (here !== undefined) root = root === null ? here : hashOfPair(here, root)
    }
    return root ?? rootOver([])
  }
}
