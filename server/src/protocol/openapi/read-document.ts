import { isObject, type Json, type JsonObject, nestsDeeperThan } from '../../lib/index.ts'
import { bundle, isMain } from './bundle.ts'
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH, MAX_DOCUMENT_VALUES } from './document-bounds.ts'
import { DocumentMalformedError, DocumentTooComplexError, DocumentTooLargeError, DocumentVersionError, UploadInvalidError } from './openapi-errors.ts'
import { applyOverlay, type OverlayFinding } from './overlay.ts'
import { readYaml } from './read-yaml.ts'
import { saidAs } from './texts.ts'
import { upgradeSwagger } from './upgrade-swagger.ts'

/** An OpenAPI description that has passed the door: plain JSON values, bounded in size, depth and number. */
export type OpenApiDocument = {
  /** Which rules hold: schemas of 3.0 are a dialect of their own, those of 3.1 and 3.2 are JSON Schema 2020-12. */
  readonly version: '3.0' | '3.1' | '3.2'
  readonly root: JsonObject
  /** What was passed over while reading, in words. */
  readonly notes: readonly string[]
  /** It came as Swagger 2; pointers into it are those of the converted document. */
  readonly wasSwagger?: true
  /** Actions of the overlay that did nothing. */
  readonly overlayFindings?: readonly OverlayFinding[]
}

/** What is read beside the text of the main document. */
export type Beside = {
  /** Other files of the upload, by their paths within it. */
  readonly files?: ReadonlyMap<string, string>
  /** Path of the main document among them. */
  readonly name?: string
  /** Text of an OpenAPI Overlay. */
  readonly overlay?: string
  /** Address that the document came from. */
  readonly source?: string
}

const MAX_OVERLAY_BYTES = 1024 * 1024

/**
 * Reads an OpenAPI 3.0, 3.1 or 3.2 description, or Swagger 2.0, in JSON or YAML 1.2. Nothing is fetched, now or later: references may lead to other
 * files of the same upload. A large document keeps the thread busy for seconds: servers call `inspectInWorker` instead.
 * @throws DocumentTooLargeError, DocumentTooComplexError, DocumentMalformedError, DocumentVersionError, OverlayInvalidError
 */
export function readDocument(text: string, beside: Beside = {}): OpenApiDocument {
  const { files, overlay, name = '', source } = beside
  const bytes = [text, ...(files?.values() ?? [])].reduce((sum, one) => sum + Buffer.byteLength(one), 0)
  if (bytes > MAX_DOCUMENT_BYTES) throw new DocumentTooLargeError(MAX_DOCUMENT_BYTES)
  const root = readValue(text)
  if (!isObject(root)) throw new DocumentMalformedError('This is not an OpenAPI document: it is not an object.')
  const counting = { values: 0, notes: [] as string[] }
  cleanse(root, counting)
  const version = versionOf(root, text)
  const overlayFindings = overlay === undefined ? undefined : overlaid(root, overlay)
  if (files !== undefined && files.size > 0) bundle(root as Record<string, Json>, name, readFiles(files, name, counting))
  const about = { notes: counting.notes, ...(overlayFindings === undefined ? {} : { overlayFindings }) }
  if (version !== '2.0') return { version, root, ...about }
  return { version: '3.0', root: upgradeSwagger(root, source), wasSwagger: true, ...about }
}

function readValue(text: string): Json {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text
  return /^\s*[{[]/.test(plain) ? readJson(plain) : readYaml(plain, { depth: MAX_DOCUMENT_DEPTH, values: MAX_DOCUMENT_VALUES })
}

function overlaid(root: JsonObject, text: string): readonly OverlayFinding[] {
  if (Buffer.byteLength(text) > MAX_OVERLAY_BYTES) throw new DocumentTooLargeError(MAX_OVERLAY_BYTES)
  const overlay = readValue(text)
  cleanse(overlay, { values: 0, notes: [] })
  const findings = applyOverlay(root as Record<string, Json>, overlay)
  cleanse(root, { values: 0, notes: [] })
  return findings
}

/** A file that cannot be read is as good as absent: what refers to it says so. */
function readFiles(files: ReadonlyMap<string, string>, name: string, counting: Counting): ReadonlyMap<string, Json> {
  const read = new Map<string, Json>()
  for (const [path, text] of files) {
    if (path === name || path === '__proto__') continue
    try {
      const value = readValue(text)
      cleanse(value, counting)
      read.set(path, value)
    } catch (error) {
      if (!(error instanceof DocumentMalformedError)) throw error
      counting.notes.push(`The file ${JSON.stringify(path.slice(0, 200))} of the upload cannot be read: ${error.message}`)
    }
  }
  return read
}

/** The document of an upload that the others belong to: the one that says its version, nearest to the root. @throws UploadInvalidError */
export function mainFileOf(files: ReadonlyMap<string, string>): string {
  const mains = [...files].filter(([, text]) => /["']?(?:openapi|swagger)["']?\s*:/.test(text.slice(0, 100_000)) && isMain(quietly(text)))
  const [first, second] = mains
    .map(([path]) => path)
    .toSorted(
      (a, b) =>
        a.split('/').length - b.split('/').length || Number(!/(?:openapi|swagger)\.\w+$/i.test(a)) - Number(!/(?:openapi|swagger)\.\w+$/i.test(b)),
    )
  if (first === undefined) throw new UploadInvalidError('No file of the upload says that it is an OpenAPI document.')
  const isAlone = second === undefined || second.split('/').length > first.split('/').length || /(?:openapi|swagger)\.\w+$/i.test(first)
  if (isAlone) return first
  throw new UploadInvalidError(`Both ${first.slice(0, 100)} and ${second.slice(0, 100)} say that they are OpenAPI documents. Hand in one at a time.`)
}

function quietly(text: string): Json | undefined {
  try {
    return readValue(text)
  } catch {
    return undefined
  }
}

/** Reading YAML takes some microseconds for each byte: only as much is tried a second time. */
const MAX_SECOND_TRY = 512 * 1024

function readJson(text: string): Json {
  if (nestsDeeperThan(text, MAX_DOCUMENT_DEPTH)) throw new DocumentTooComplexError(`The document nests deeper than ${MAX_DOCUMENT_DEPTH} levels.`)
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    const refusal = new DocumentMalformedError(`This is not JSON: ${(error as Error).message.slice(0, 160)}`)
    if (text.length > MAX_SECOND_TRY) throw refusal
    try {
      // Comments and trailing commas are not JSON, but they are YAML, and people do write them.
      return readYaml(text, { depth: MAX_DOCUMENT_DEPTH, values: MAX_DOCUMENT_VALUES })
    } catch {
      throw refusal
    }
  }
}

type Counting = { values: number; readonly notes: string[] }

/** Counts, and removes `__proto__` keys: copying such an object by assignment would swap a prototype. */
function cleanse(root: Json, counting: Counting): void {
  const seen = new Set<object>()
  const stack: Json[] = [root]
  let removed = false
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (++counting.values > MAX_DOCUMENT_VALUES) throw new DocumentTooComplexError(`The document has more than ${MAX_DOCUMENT_VALUES} values.`)
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (Object.hasOwn(value, '__proto__')) {
      Reflect.deleteProperty(value, '__proto__')
      removed = true
    }
    for (const key of Object.keys(value)) stack.push((value as Record<string, Json>)[key] ?? null)
  }
  if (removed && counting.notes.length === 0) counting.notes.push('Fields named "__proto__" were left out.')
}

function versionOf(root: JsonObject, text: string): OpenApiDocument['version'] | '2.0' {
  const field = Object.hasOwn(root, 'openapi') ? 'openapi' : Object.hasOwn(root, 'swagger') ? 'swagger' : undefined
  if (field === undefined) {
    throw new DocumentVersionError('The field "openapi" is missing: this does not say that it is an OpenAPI document.', '/openapi')
  }
  const given = root[field]
  // Unquoted in YAML, `openapi: 3.0` is the number three.
  const version = typeof given === 'number' ? given.toFixed(1) : saidAs(given)
  const match = field === 'openapi' && (typeof given === 'string' || typeof given === 'number') ? /^3\.([012])(?:\.|$|-)/.exec(version) : null
  if (match !== null) return `3.${match[1] as '0' | '1' | '2'}`
  if (field === 'swagger' && /^2(?:\.0)?$/.test(version)) {
    // The conversion looks at the text alone.
    ;(root as Record<string, Json>)['swagger'] = '2.0'
    return '2.0'
  }
  const line = lineOf(field, text)
  const where = line === undefined ? `field "${field}"` : `line ${line}, field "${field}"`
  const shown = JSON.stringify(given)?.slice(0, 40)
  throw new DocumentVersionError(
    `OpenAPI 3.0, 3.1 and 3.2 and Swagger 2.0 are read here, and this is ${field} ${shown} (${where}). Convert the document first.`,
    `/${field}`,
  )
}

/** Line of the first key with this name. Each line is looked at once, however long its white space. */
function lineOf(field: string, text: string): number | undefined {
  const at = text.search(new RegExp(`^[ \\t{,]*["']?${field}["']?[ \\t]*:`, 'm'))
  if (at < 0) return undefined
  let line = 1
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++
  return line
}
