/** Longer addresses are not ours. */
const LONGEST = 1_000
const HERE = 'https://here.invalid'

/**
 * Where to go on after a sign-in: a path of this origin, or null. Read by the rules of the URL standard, as a browser does, and then compared:
 * what browsers repair (backslashes, tabs, `//host`) would lead out of it.
 */
export function localPath(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > LONGEST || !/^\/[\x21-\x7e]*$/.test(text)) return null
  if (/^\/[/\\]/.test(text) || text.includes('\\')) return null
  if (!URL.canParse(text, HERE)) return null
  const url = new URL(text, HERE)
  if (url.origin !== HERE) return null
  const path = url.pathname + url.search + url.hash
  // `/.//host` and `/x/..//host` become `//host` once dots are resolved, and lead out of it when read again.
  return path.startsWith('//') ? null : path
}
