import { RE2JS } from 're2js'

/** Patterns longer than this are not worth their cost on each call. */
const MAX_PATTERN = 2_000

/**
 * A pattern that somebody else wrote, on an engine whose time is linear in the text: no pattern can hold up the process.
 * Undefined where it has no such form (a look-ahead, a back reference): the connector checks those itself, and the review says so.
 */
export function linearPattern(pattern: string): RE2JS | undefined {
  if (pattern.length > MAX_PATTERN) return undefined
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern))
  } catch {
    return undefined
  }
}

/** What compiled validators call for each `pattern`. The engine's program is built at the first text that reaches it. */
export function lazyPattern(pattern: string): { test(text: string): boolean; toString(): string } {
  let built: RE2JS | undefined
  let tried = false
  return {
    test(text) {
      if (!tried) {
        built = linearPattern(pattern)
        tried = true
      }
      return built === undefined || built.matcher(text).find()
    },
    // ajv tells patterns apart by this text.
    toString: () => pattern,
  }
}
