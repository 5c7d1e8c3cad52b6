import { crc32 } from 'node:zlib'
import { Parser } from 'htmlparser2'

/** An image that is safe to show: what was not drawn is gone. */
export type CleanImage = { readonly mediaType: 'image/png' | 'image/svg+xml'; readonly bytes: Uint8Array; readonly removed: readonly string[] }
export type ImageTrouble = { readonly because: string }

export const MOST_IMAGE_BYTES = 256 * 1024
const MOST_PIXELS = 2_048
const MOST_ELEMENTS = 4_000
/** Counting what is drawn again by reference. */
const MOST_DRAWN = 20_000

/** Reads an image by what it is, not by what it is called. */
export function cleanImage(bytes: Uint8Array): CleanImage | ImageTrouble {
  if (bytes.byteLength > MOST_IMAGE_BYTES) return { because: `it is larger than ${MOST_IMAGE_BYTES / 1024} KiB.` }
  if (PNG.every((byte, at) => bytes[at] === byte)) return cleanPng(Buffer.from(bytes))
  const text = readUtf8(bytes)
  if (text !== undefined && /<svg[\s>]/i.test(text.slice(0, 4_096))) return cleanSvg(text)
  return { because: 'it is neither a PNG nor an SVG.' }
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** What draws. Everything else in the file can hold text, positions, profiles and other files. */
const drawing = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'sRGB', 'gAMA'])

function cleanPng(bytes: Buffer): CleanImage | ImageTrouble {
  const kept: Buffer[] = [bytes.subarray(0, 8)]
  const removed = new Set<string>()
  let ended = false
  for (let at = 8; at + 12 <= bytes.length && !ended; ) {
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    const end = at + 12 + length
    if (end > bytes.length) return { because: 'it is cut off.' }
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return { because: 'it is damaged.' }
    if (at === 8) {
      if (type !== 'IHDR' || length !== 13) return { because: 'it does not begin like a PNG.' }
      const [width, height] = [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12)]
      if (width === 0 || height === 0 || width > MOST_PIXELS || height > MOST_PIXELS)
        return { because: `it has more than ${MOST_PIXELS} pixels a side.` }
    }
    if (drawing.has(type)) kept.push(bytes.subarray(at, end))
    else removed.add(type.replaceAll(/[^A-Za-z]/g, '?'))
    ended = type === 'IEND'
    at = end
  }
  return ended ? { mediaType: 'image/png', bytes: Buffer.concat(kept), removed: [...removed] } : { because: 'it has no end.' }
}

const elements = new Set(
  'svg g path rect circle ellipse line polyline polygon text tspan defs lineargradient radialgradient stop clippath mask symbol use title desc'.split(
    ' ',
  ),
)
const names: Readonly<Record<string, string>> = { lineargradient: 'linearGradient', radialgradient: 'radialGradient', clippath: 'clipPath' }
const attributes = new Set(
  (
    'd x y x1 y1 x2 y2 cx cy r rx ry fx fy width height points transform viewbox preserveaspectratio fill fill-rule fill-opacity stroke stroke-width ' +
    'stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity opacity clip-path clip-rule mask offset stop-color ' +
    'stop-opacity gradientunits gradienttransform spreadmethod clippathunits maskunits maskcontentunits id class href xlink:href font-family font-size ' +
    'font-weight text-anchor dominant-baseline color display visibility'
  ).split(' '),
)
const casing: Readonly<Record<string, string>> = {
  viewbox: 'viewBox',
  preserveaspectratio: 'preserveAspectRatio',
  gradientunits: 'gradientUnits',
  gradienttransform: 'gradientTransform',
  spreadmethod: 'spreadMethod',
  clippathunits: 'clipPathUnits',
  maskunits: 'maskUnits',
  maskcontentunits: 'maskContentUnits',
}

/** Writes an SVG anew from what is known to draw: no scripts, styles, links, images, foreign content, and references within itself only. */
function cleanSvg(text: string): CleanImage | ImageTrouble {
  const out: string[] = []
  const open: string[] = []
  const removed = new Set<string>()
  let skipped = 0
  let count = 0
  const drawn: Drawn[] = []
  const around: Drawn[] = []
  const parser = new Parser(
    {
      onopentag(name, given) {
        if (skipped > 0 || !elements.has(name) || (out.length === 0 && name !== 'svg')) {
          skipped++
          removed.add(name.slice(0, 40))
          return
        }
        count++
        const tag = names[name] ?? name
        const kept = Object.entries(given).filter(([key, value]) => {
          const fine = attributes.has(key) && isSafe(key, value)
          if (!fine && key !== 'xmlns' && !key.startsWith('xmlns:')) removed.add(`@${key.slice(0, 40)}`)
          return fine
        })
        const written = kept.map(([key, value]) => ` ${key === 'xlink:href' ? 'href' : (casing[key] ?? key)}="${escaped(value)}"`).join('')
        out.push(`<${tag}${out.length === 0 ? ' xmlns="http://www.w3.org/2000/svg"' : ''}${written}>`)
        open.push(tag)
        const one: Drawn = { id: given['id'], children: [], refers: kept.flatMap(([key, value]) => refersTo(name, key, value)) }
        around.at(-1)?.children.push(one)
        around.push(one)
        drawn.push(one)
      },
      ontext(data) {
        if (skipped === 0 && ['text', 'tspan', 'title', 'desc'].includes(open.at(-1) ?? '')) out.push(escaped(data))
      },
      onclosetag() {
        if (skipped > 0) skipped--
        else {
          around.pop()
          const tag = open.pop()
          if (tag !== undefined) out.push(`</${tag}>`)
        }
      },
      onprocessinginstruction(name) {
        if (!name.startsWith('?xml')) removed.add('doctype')
      },
    },
    { xmlMode: true, lowerCaseTags: true, lowerCaseAttributeNames: true, decodeEntities: true },
  )
  parser.end(text)
  if (count > MOST_ELEMENTS || drawsOf(drawn) > MOST_DRAWN) return { because: 'it draws too much.' }
  if (count === 0) return { because: 'it draws nothing that is kept.' }
  return { mediaType: 'image/svg+xml', bytes: Buffer.from(out.join('')), removed: [...removed].slice(0, 50) }
}

type Drawn = { readonly id: string | undefined; readonly children: Drawn[]; readonly refers: readonly string[] }

/** What is drawn once more because of an attribute. Gradients are no drawings. */
function refersTo(name: string, key: string, value: string): readonly string[] {
  if (name === 'use' && (key === 'href' || key === 'xlink:href')) return [value.slice(1)]
  if (key !== 'mask' && key !== 'clip-path') return []
  return [...value.matchAll(/#([\w.-]{1,100})/g)].flatMap(([, id]) => id ?? [])
}

/** How many elements are drawn in all: references of references multiply, and one that leads back to itself never ends. */
function drawsOf(all: readonly Drawn[]): number {
  const byId = new Map(all.toReversed().map((one) => [one.id, one]))
  const known = new Map<Drawn, number>()
  const draws = (one: Drawn): number => {
    const before = known.get(one)
    if (before !== undefined) return before
    known.set(one, Number.POSITIVE_INFINITY)
    const parts = [...one.children, ...one.refers.flatMap((id) => byId.get(id) ?? [])]
    let sum = 1
    for (const part of parts) sum += draws(part)
    known.set(one, sum)
    return sum
  }
  const [root] = all
  return root === undefined ? 0 : draws(root)
}

function isSafe(key: string, value: string): boolean {
  if (value.length > 100_000) return false
  if (key === 'href' || key === 'xlink:href') return /^#[\w.-]{1,100}$/.test(value)
  const references = value.match(/url\s*\(/gi)?.length ?? 0
  const inside = value.match(/url\(\s*["']?#[\w.-]{1,100}["']?\s*\)/gi)?.length ?? 0
  return references === inside && !/(?:javascript|data|vbscript)\s*:|expression\s*\(|\\/i.test(value)
}

function escaped(text: string): string {
  return text
    .replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
