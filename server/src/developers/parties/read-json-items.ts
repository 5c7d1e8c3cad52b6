import { nestsDeeperThan } from '../../lib/index.ts'
import { ListInvalidError, MOST_RECORD } from './list-bounds.ts'
import { decoded } from './read-csv.ts'

const AT_ONCE = 200
const DEEPEST = 16

/**
 * The objects of one array of a large JSON document, one after the other, without ever holding the document. The array is the document itself or the
 * named member of it. @throws ListInvalidError
 */
export async function* readJsonItems(bytes: AsyncIterable<Uint8Array>, member: string): AsyncGenerator<unknown> {
  const opening = new RegExp(`^\\uFEFF?\\s*\\[|"${member}"\\s*:\\s*\\[`)
  let text = ''
  let inside = false
  let ended = false
  let count = 0
  for await (const piece of decoded(bytes)) {
    if (ended) continue
    text += piece
    if (!inside) {
      const found = opening.exec(text.slice(0, 4_096))
      if (found === null) {
        if (text.length > 4_096) throw new ListInvalidError(`it has no list "${member}" where one should begin`)
        continue
      }
      inside = true
      text = text.slice(found.index + found[0].length)
    }
    let from = 0
    for (;;) {
      const end = endOfItem(text, from)
      if (end === 'needs-more') break
      if (end === 'over') {
        ended = true
        break
      }
      yield itemOf(text.slice(end.start, end.stop))
      from = end.stop
      if (++count % AT_ONCE === 0) await new Promise(setImmediate)
    }
    text = text.slice(from)
    if (text.length > MOST_RECORD + piece.length) throw new ListInvalidError('an entry is too long')
  }
  if (!ended) throw new ListInvalidError('it ends in the middle')
}

function itemOf(text: string): unknown {
  if (text.length > MOST_RECORD) throw new ListInvalidError('an entry is too long')
  if (nestsDeeperThan(text, DEEPEST)) throw new ListInvalidError('an entry nests too deeply')
  try {
    return JSON.parse(text)
  } catch {
    throw new ListInvalidError('an entry is no JSON')
  }
}

/** Where the next object begins and ends, counting braces outside of strings. */
function endOfItem(text: string, from: number): { readonly start: number; readonly stop: number } | 'needs-more' | 'over' {
  let start = from
  while (start < text.length && /[\s,]/.test(text.charAt(start))) start++
  if (start >= text.length) return 'needs-more'
  if (text.charAt(start) === ']') return 'over'
  if (text.charAt(start) !== '{') throw new ListInvalidError('something other than objects stands in it')
  let depth = 0
  let quoted = false
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 0x5c) at++
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x7b) depth++
    else if (code === 0x7d && --depth === 0) return { start, stop: at + 1 }
  }
  return 'needs-more'
}
