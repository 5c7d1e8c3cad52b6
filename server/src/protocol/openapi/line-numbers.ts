import { visit } from 'jsonc-parser'
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { pointerKey, pointerStep } from '../../lib/index.ts'

/** Reading YAML a second time takes some microseconds for each byte: beyond this, lines are not worth it. */
const MAX_YAML = 3 * 1024 * 1024

/**
 * Lines of what pointers mean in a text that was read before, counted from 1. What was not in the text itself, because an overlay or a conversion
 * wrote it, gets the line of the closest thing around it.
 */
export function linesOf(text: string, pointers: readonly string[]): ReadonlyMap<string, number> {
  if (pointers.length === 0) return new Map()
  const known = /^\s*[{[]/.test(text) ? linesInJson(text, wantedOf(pointers)) : text.length > MAX_YAML ? new Map() : linesInYaml(text, pointers)
  const lines = new Map<string, number>()
  for (const pointer of pointers) {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const line = known.get(at)
      if (line !== undefined) lines.set(pointer, line)
      if (line !== undefined || at === '') break
    }
  }
  return lines
}

function wantedOf(pointers: readonly string[]): ReadonlySet<string> {
  const wanted = new Set<string>()
  for (const pointer of pointers) {
    for (let at = pointer; at !== '' && !wanted.has(at); at = at.slice(0, at.lastIndexOf('/'))) wanted.add(at)
  }
  return wanted
}

/** One pass over the text, however many pointers there are. */
function linesInJson(text: string, wanted: ReadonlySet<string>): Map<string, number> {
  const lines = new Map<string, number>()
  const stack: { readonly pointer: string; readonly isWanted: boolean; index: number; key: string }[] = []
  const begin = (line: number, isList: boolean | undefined) => {
    const top = stack.at(-1)
    const isBelow = top === undefined || top.isWanted
    const pointer = top === undefined ? '' : isBelow ? `${top.pointer}/${top.index >= 0 ? top.index++ : top.key}` : ''
    const isWanted = top === undefined || (isBelow && wanted.has(pointer))
    if (isWanted && top !== undefined && top.index >= 0) lines.set(pointer, line + 1)
    if (isList !== undefined) stack.push({ pointer, isWanted, index: isList ? 0 : -1, key: '' })
  }
  visit(text, {
    onObjectBegin: (_offset, _length, line) => begin(line, false),
    onArrayBegin: (_offset, _length, line) => begin(line, true),
    onLiteralValue: (_value, _offset, _length, line) => begin(line, undefined),
    onObjectEnd: () => void stack.pop(),
    onArrayEnd: () => void stack.pop(),
    onObjectProperty: (property, _offset, _length, line) => {
      const top = stack.at(-1)
      if (top === undefined || !top.isWanted) return
      top.key = pointerStep(property)
      const pointer = `${top.pointer}/${top.key}`
      if (wanted.has(pointer)) lines.set(pointer, line + 1)
    },
  })
  return lines
}

function linesInYaml(text: string, pointers: readonly string[]): Map<string, number> {
  const counter = new LineCounter()
  const document = parseDocument(text, { version: '1.2', schema: 'core', merge: false, uniqueKeys: false, lineCounter: counter })
  const lines = new Map<string, number>()
  const lineOf = (node: unknown) => {
    const range = (node as Node | null | undefined)?.range
    return range ? counter.linePos(range[0]).line : undefined
  }
  for (const pointer of pointers) {
    let node: unknown = document.contents
    let at = ''
    for (const step of pointer.split('/').slice(1)) {
      const key = pointerKey(step)
      at = `${at}/${step}`
      let line: number | undefined
      if (isMap(node)) {
        const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.source ?? item.key.value) === key)
        line = lineOf(pair?.key)
        node = pair?.value
      } else if (isSeq(node)) {
        node = node.items[Number(key)]
        line = lineOf(node)
      } else break
      if (line === undefined) break
      lines.set(at, line)
    }
  }
  return lines
}
