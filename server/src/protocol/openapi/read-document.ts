import { isObject, type Json, type JsonObject, nestsDeeperThan } from '../../lib/index.ts'
import { DocumentMalformedError, DocumentTooComplexError, DocumentTooLargeError, DocumentVersionError } from './openapi-errors.ts'
import { readYaml } from './read-yaml.ts'

/** An OpenAPI description that has passed the door: plain JSON values, bounded in size, depth and number. */
export type OpenApiDocument = {
  /** Which rules hold: schemas of 3.0 are a dialect of their own, those of 3.1 are JSON Schema 2020-12. */
  readonly version: '3.0' | '3.1'
  readonly root: JsonObject
  /** What was passed over while reading, in words. */
  readonly notes: readonly string[]
}

export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024
export const MAX_DOCUMENT_DEPTH = 100
export const MAX_DOCUMENT_VALUES = 1_000_000

/**
 * Reads an OpenAPI 3.0 or 3.1 description, JSON or YAML 1.2. Nothing is fetched, now or later.
 * A large document keeps the thread busy for seconds: servers call `inspectInWorker` instead.
 * @throws DocumentTooLargeError, DocumentTooComplexError, DocumentMalformedError, DocumentVersionError
 */
export function readDocument(text: string): OpenApiDocument {
  if (text.length > MAX_DOCUMENT_BYTES || Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) throw new DocumentTooLargeError(MAX_DOCUMENT_BYTES)
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text
  const root = /^\s*[{[]/.test(plain) ? readJson(plain) : readYaml(plain, { depth: MAX_DOCUMENT_DEPTH, values: MAX_DOCUMENT_VALUES })
  if (!isObject(root)) throw new DocumentMalformedError('This is not an OpenAPI document: it is not an object.')
  const notes = cleanse(root)
  return { version: versionOf(root, plain), root, notes }
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

/** Counts, and removes `__proto__` keys: copying such an object by assignment would swap a prototype. */
function cleanse(root: Json): string[] {
  const notes: string[] = []
  const seen = new Set<object>()
  const stack: Json[] = [root]
  let values = 0
  for (;;) {
    const value = stack.pop()
    if (value === undefined) return notes
    if (++values > MAX_DOCUMENT_VALUES) throw new DocumentTooComplexError(`The document has more than ${MAX_DOCUMENT_VALUES} values.`)
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (Object.hasOwn(value, '__proto__')) {
      Reflect.deleteProperty(value, '__proto__')
      if (notes.length === 0) notes.push('Fields named "__proto__" were left out.')
    }
    for (const key of Object.keys(value)) stack.push((value as Record<string, Json>)[key] ?? null)
  }
}

function versionOf(root: JsonObject, text: string): '3.0' | '3.1' {
  const field = Object.hasOwn(root, 'openapi') ? 'openapi' : Object.hasOwn(root, 'swagger') ? 'swagger' : undefined
  if (field === undefined) {
    throw new DocumentVersionError('The field "openapi" is missing: this does not say that it is an OpenAPI document.', '/openapi')
  }
  const given = root[field]
  // Unquoted in YAML, `openapi: 3.0` is the number three.
  const version = given === 3 ? '3.0' : String(given)
  const match = field === 'openapi' && (typeof given === 'string' || typeof given === 'number') ? /^3\.([01])(?:\.|$|-)/.exec(version) : null
  if (match !== null) return match[1] === '0' ? '3.0' : '3.1'
  const line = lineOf(field, text)
  const where = line === undefined ? `field "${field}"` : `line ${line}, field "${field}"`
  const shown = JSON.stringify(given)?.slice(0, 40)
  throw new DocumentVersionError(
    `OpenAPI 3.0 and 3.1 are read here, and this is ${field} ${shown} (${where}). Convert the document first.`,
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
