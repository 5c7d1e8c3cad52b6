import { Unusable } from './unusable.ts'

/** Names of the `{placeholders}` of a path, in order. */
export function placeholders(path: string): readonly string[] {
  return [...path.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '')
}

/** Refuses paths whose fixed part is more than a path. @throws Unusable */
export function refusePath(path: string, pointer: string): void {
  const trouble = pathTrouble(path)
  if (trouble !== undefined) throw new Unusable(trouble, pointer)
}

/** What is wrong with a path template, or nothing. */
export function pathTrouble(path: string): string | undefined {
  if (!path.startsWith('/')) return 'A path starts with "/".'
  if (path.length > 2_000) return 'The path is longer than 2,000 characters.'
  const fixed = path.replace(/\{[^{}]*\}/g, 'x')
  if (/[{}]/.test(fixed)) return 'The braces of the path do not match.'
  if (/[?#]/.test(fixed)) return 'The path carries a query. Declare it as parameters.'
  if (/[\\\p{Cc}]/u.test(fixed) || !fixed.isWellFormed()) return 'The path contains characters that addresses do not have.'
  if (fixed.split('/').some(isDots)) return 'The path steps out of its folder (".." or ".").'
  const names = placeholders(path)
  if (new Set(names).size !== names.length) return 'The path names one parameter twice.'
  return undefined
}

/** A segment that URL parsers take away, percent-encoded or not (WHATWG URL, "single-dot" and "double-dot" segments). */
export function isDots(segment: string): boolean {
  const plain = segment.replace(/%(?:25)*2e/gi, '.')
  return plain === '.' || plain === '..'
}
