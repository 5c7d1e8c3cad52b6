/** Lines at least this long were broken by an editor, not by a thought. */
const FULL = 60

/**
 * Joins lines that an editor broke at its margin, so that a notice wraps at the width of the screen. Short lines, empty lines, lists and
 * indented lines stay as they are; no word is added, dropped or moved.
 */
export function reflowed(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  return lines.reduce((whole, line, at) => {
    if (at === 0) return line
    const before = lines[at - 1] ?? ''
    const joins = before.length >= FULL && /^[\p{L}\p{N}("'“‘]/u.test(line) && !/^\d+[.)]/.test(line)
    return `${whole}${joins ? ' ' : '\n'}${line}`
  }, '')
}
