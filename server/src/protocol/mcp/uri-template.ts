/** One part of a template: text that stands there, or a stretch of characters that an expression may become. */
type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'any'; readonly reserved: boolean; readonly least: number }

const MAX_TEMPLATE = 2_048
const MAX_EXPRESSIONS = 32
const EXPRESSION = /^([+#./;?&]?)([A-Za-z0-9_%.,*:]+)$/

const parsed = new Map<string, readonly Part[] | null>()
const MOST_PARSED = 10_000

/** Whether a URI template (RFC 6570) can be matched here. */
export function usableTemplate(template: string): boolean {
  return partsOf(template) !== null
}

/**
 * Whether a URI may come from a template. Simple expressions become characters without `/`, `?` and `#`; the reserved ones and those of paths and queries
 * become any. Takes time proportional to the length of the URI times that of the template, whatever they are.
 */
export function matchesTemplate(template: string, uri: string): boolean {
  const parts = partsOf(template)
  if (parts === null) return false
  // Every place in the URI at which what is left of the template may begin.
  let places = new Set([0])
  for (const part of parts) {
    const next = new Set<number>()
    if (part.kind === 'text') {
      for (const at of places) if (uri.startsWith(part.text, at)) next.add(at + part.text.length)
    } else {
      const from = Math.min(...places)
      const reach = new Set(places)
      for (let at = from; at <= uri.length; at++) {
        // A stretch that began earlier goes on through characters it may hold.
        if (at > from && reach.has(at - 1) && mayHold(uri.charCodeAt(at - 1), part.reserved)) {
          reach.add(at)
          next.add(at)
        }
        if (part.least === 0 && places.has(at)) next.add(at)
      }
    }
    if (next.size === 0) return false
    places = next
  }
  return places.has(uri.length)
}

function mayHold(code: number, reserved: boolean): boolean {
  // `#`, `/` and `?` end a simple value; everything that reaches here was found to be printable.
  return reserved || (code !== 0x2f && code !== 0x3f && code !== 0x23)
}

function partsOf(template: string): readonly Part[] | null {
  const known = parsed.get(template)
  if (known !== undefined) return known
  if (parsed.size >= MOST_PARSED) parsed.clear()
  const parts = parse(template)
  parsed.set(template, parts)
  return parts
}

function parse(template: string): readonly Part[] | null {
  if (template.length > MAX_TEMPLATE) return null
  const parts: Part[] = []
  let at = 0
  while (at < template.length) {
    const open = template.indexOf('{', at)
    const text = open === -1 ? template.slice(at) : template.slice(at, open)
    if (!/^[\x21-\x7c\x7e]*$/.test(text)) return null
    if (text !== '') parts.push({ kind: 'text', text })
    if (open === -1) break
    const close = template.indexOf('}', open)
    const expression = close === -1 ? null : EXPRESSION.exec(template.slice(open + 1, close))
    if (expression === null) return null
    const operator = expression[1] ?? ''
    // What comes from an operator other than a simple one may be absent altogether.
    parts.push({ kind: 'any', reserved: operator !== '', least: operator === '' ? 1 : 0 })
    at = close + 1
  }
  return parts.filter(({ kind }) => kind === 'any').length > MAX_EXPRESSIONS ? null : parts
}
