/** One part of a message: its header fields by lower-case name, and its body as it stands. */
export type Part = { readonly headers: ReadonlyMap<string, string>; readonly body: string }

/** Bounds of what is looked at; reports of mail servers are far below. Whatever is beyond them is left out. */
const MOST_FIELDS = 200
const MOST_PARTS = 20
const MOST_DEPTH = 4

/** Header and body of a message or a part (RFC 5322 section 2.2). Of fields that stand twice the first one counts. Takes time in proportion to the text. */
export function readPart(text: string): Part {
  const lines = text.split('\n')
  const headers = new Map<string, string>()
  let name = ''
  let at = 0
  for (; at < lines.length && headers.size < MOST_FIELDS; at++) {
    const line = (lines[at] ?? '').replace(/\r$/, '')
    if (line === '') break
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (name !== '') headers.set(name, `${headers.get(name) ?? ''} ${line.trim()}`)
      continue
    }
    const colon = line.indexOf(':')
    const found = colon <= 0 ? '' : line.slice(0, colon).trim().toLowerCase()
    name = found !== '' && !headers.has(found) ? found : ''
    if (name !== '') headers.set(name, line.slice(colon + 1).trim())
  }
  return { headers, body: lines.slice(at + 1).join('\n') }
}

/** Every part below a multipart one that is none itself, with its body decoded (RFC 2046 section 5.1). */
export function partsOf(whole: Part, depth = 0): readonly Part[] {
  const type = whole.headers.get('content-type') ?? ''
  const boundary = parameterOf(type, 'boundary')
  if (!/^multipart\//i.test(type) || boundary === null || depth >= MOST_DEPTH) return [{ ...whole, body: decoded(whole) }]
  const parts: string[][] = []
  let inside: string[] | null = null
  for (const raw of whole.body.split('\n')) {
    const line = raw.trimEnd()
    if (line === `--${boundary}--`) break
    if (line === `--${boundary}`) {
      if (parts.length >= MOST_PARTS) break
      inside = []
      parts.push(inside)
    } else inside?.push(raw)
  }
  return parts.flatMap((lines) => partsOf(readPart(lines.join('\n')), depth + 1)).slice(0, MOST_PARTS)
}

/** A parameter of a structured field, such as `boundary`, without its quotes. */
export function parameterOf(field: string, wanted: string): string | null {
  for (const piece of field.split(';').slice(1)) {
    const equals = piece.indexOf('=')
    if (equals < 0 || piece.slice(0, equals).trim().toLowerCase() !== wanted) continue
    const value = piece.slice(equals + 1).trim()
    const plain = value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value
    return plain === '' || plain.length > 200 ? null : plain
  }
  return null
}

function decoded({ headers, body }: Part): string {
  const how = (headers.get('content-transfer-encoding') ?? '').toLowerCase()
  if (how === 'base64') return Buffer.from(body.replaceAll(/[^A-Za-z0-9+/]/g, ''), 'base64').toString('utf8')
  if (how !== 'quoted-printable') return body
  const joined = body.replaceAll(/=\r?\n/g, '')
  const bytes = joined.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
