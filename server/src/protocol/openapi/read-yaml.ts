import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Json } from '../../lib/index.ts'
import { DocumentMalformedError, DocumentTooComplexError } from './openapi-errors.ts'

export type Budget = { readonly depth: number; readonly values: number }

/** A container being filled. `size` counts its values with aliases written out, which is what a later walk would meet. */
type Frame = {
  readonly node: Node
  readonly value: Json[] | Record<string, Json>
  readonly key: string
  readonly items: readonly unknown[]
  next: number
  size: number
}

/**
 * YAML 1.2 core schema to plain JSON values: no merge keys, no tags of one's own, no key twice, string keys only.
 * The library's own conversion is not used: its search for repeated keys is quadratic, and it writes aliases out before anybody can count them.
 * @throws DocumentMalformedError, DocumentTooComplexError
 */
export function readYaml(text: string, budget: Budget): Json {
  const lines = new LineCounter()
  const document = parseDocument(text, { version: '1.2', schema: 'core', merge: false, uniqueKeys: false, lineCounter: lines })
  const trouble = document.errors[0] ?? document.warnings[0]
  // The library's composer calls itself for each level, and says so when the stack is used up.
  if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) throw new DocumentTooComplexError('The document nests too deeply.')
  if (trouble !== undefined) throw new DocumentMalformedError(`This is not YAML 1.2: ${trouble.message.split('\n')[0]?.slice(0, 200)}`)
  return toValue(document.contents as Node | null, budget, (node) => (node.range ? lines.linePos(node.range[0]).line : 0))
}

function toValue(root: Node | null, budget: Budget, line: (node: Node) => number): Json {
  const anchors = new Map<string, { readonly value: Json; readonly size: number } | 'open'>()
  const stack: Frame[] = []
  let total = 0

  const spend = (count: number) => {
    total += count
    if (total > budget.values)
      throw new DocumentTooComplexError(`The document has more than ${budget.values} values once its aliases are written out.`)
  }

  /** Opens a container, or gives the value of anything else. */
  const start = (node: unknown, key: string): { readonly value: Json; readonly size: number } | undefined => {
    if (node === null || node === undefined) {
      spend(1)
      return { value: null, size: 1 }
    }
    if (isAlias(node)) {
      const alias: Alias = node
      const target = anchors.get(alias.source)
      if (target === undefined || target === 'open') {
        const why = target === 'open' ? 'contains itself' : 'has no anchor before it'
        throw new DocumentMalformedError(`Line ${line(alias)}: the alias *${alias.source.slice(0, 60)} ${why}.`)
      }
      spend(target.size)
      return target
    }
    if (isScalar(node)) {
      spend(1)
      const done = { value: scalar(node.value, node.source), size: 1 }
      if (node.anchor) anchors.set(node.anchor, done)
      return done
    }
    if (isMap(node) || isSeq(node)) {
      spend(1)
      if (stack.length >= budget.depth)
        throw new DocumentTooComplexError(`Line ${line(node)}: the document nests deeper than ${budget.depth} levels.`)
      if (node.anchor) anchors.set(node.anchor, 'open')
      stack.push({ node, value: isSeq(node) ? [] : {}, key, items: node.items, next: 0, size: 1 })
      return undefined
    }
    throw new DocumentMalformedError('The document holds something that JSON has no word for.')
  }

  const put = (frame: Frame, key: string, child: { readonly value: Json; readonly size: number }) => {
    frame.size += child.size
    if (Array.isArray(frame.value)) frame.value.push(child.value)
    // A plain assignment to __proto__ would set the prototype instead.
    else Object.defineProperty(frame.value, key, { value: child.value, enumerable: true, writable: true, configurable: true })
  }

  const single = start(root, '')
  if (single !== undefined) return single.value
  for (;;) {
    const frame = stack.at(-1)
    if (frame === undefined) return null
    if (frame.next < frame.items.length) {
      const item = frame.items[frame.next++]
      const key = isPair(item) ? keyOf(item.key, line) : ''
      if (isPair(item) && Object.hasOwn(frame.value, key)) {
        throw new DocumentMalformedError(`Line ${line(item.key as Node)}: the key "${key.slice(0, 60)}" stands twice.`)
      }
      const done = start(isPair(item) ? item.value : item, key)
      if (done !== undefined) put(frame, key, done)
      continue
    }
    stack.pop()
    const done = { value: frame.value, size: frame.size }
    const anchor = isMap(frame.node) || isSeq(frame.node) ? frame.node.anchor : undefined
    if (anchor) anchors.set(anchor, done)
    const parent = stack.at(-1)
    if (parent === undefined) return frame.value
    put(parent, frame.key, done)
  }
}

/** `200:` and `true:` are keys by their spelling, as their authors meant them. */
function keyOf(key: unknown, line: (node: Node) => number): string {
  if (key === null) return ''
  if (isScalar(key)) return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
  throw new DocumentMalformedError(`Line ${line(key as Node)}: a key has to be plain text.`)
}

function scalar(value: unknown, source: string | undefined): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  // JSON has no infinity and no "not a number": they stay the words they were written as.
  if (typeof value === 'number') return Number.isFinite(value) ? value : (source ?? String(value))
  return source ?? String(value)
}
