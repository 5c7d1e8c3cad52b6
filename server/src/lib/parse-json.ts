import type { Json } from './canonical-json.ts'
import { Refusal } from './refusal.ts'

export class JsonMalformedError extends Refusal {
  override readonly name = 'JsonMalformedError'
  readonly code = 'request/malformed-json'
  readonly status = 400
  readonly who = 'assistant'
}

export class JsonTooDeepError extends Refusal {
  override readonly name = 'JsonTooDeepError'
  readonly code = 'request/too-deep'
  readonly status = 400
  readonly who = 'assistant'
  constructor(maxDepth: number) {
    super(`The JSON nests deeper than ${maxDepth} levels. Send a flatter value.`)
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** True when brackets nest deeper than allowed. One pass, no recursion, so that depth can be judged before a parser recurses. */
export function nestsDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      for (i++; i < text.length; i++) {
        const inside = text.charCodeAt(i)
        if (inside === BACKSLASH) i++
        else if (inside === QUOTE) break
      }
    } else if (c === 0x5b || c === 0x7b) {
      if (++depth > maxDepth) return true
    } else if (c === 0x5d || c === 0x7d) depth--
  }
  return false
}

/**
 * The door for JSON from outside. Size is limited by whoever read the bytes; here depth is, and the grammar.
 * A repeated key keeps its last value; what is sent on is always written again from what was read here, so nobody downstream sees the other one.
 */
export function parseJson(text: string, maxDepth = 64): Json {
  if (nestsDeeperThan(text, maxDepth)) throw new JsonTooDeepError(maxDepth)
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw new JsonMalformedError(`This is not JSON: ${(error as Error).message.slice(0, 120)}`)
  }
}
