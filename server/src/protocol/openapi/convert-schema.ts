import type { JsonRecord } from '@handfast/contract'
import { isObject, type Json, pointerStep, valueAt } from '../../lib/index.ts'
import type { OpenApiDocument } from './read-document.ts'
import { isReference, type Located, localPointer } from './references.ts'
import { compiles, isList, writeBounds, writeWords } from './schema-keywords.ts'
import { bounded, MAX_FIELD_DESCRIPTION } from './texts.ts'
import { Unusable } from './unusable.ts'

/** A JSON Schema of dialect 2020-12. */
export type JsonSchema = JsonRecord | boolean
/** Fields that only the API writes are not asked for; fields that only callers write are not promised. */
export type Direction = 'request' | 'response'

/** What a conversion met on its way. */
export type Trail = {
  /** Pointers of the schemas that were referred to. */
  readonly refs: Set<string>
  /** Those of them that apply to the very same value: a loop of these would keep a validator busy for ever. */
  readonly inPlace: Set<string>
  /** Values written, enumerations included. */
  nodes: number
}

export type Conversion = {
  readonly document: OpenApiDocument
  readonly direction: Direction
  readonly trail: Trail
  /** Name of the schema at that pointer below `$defs`. */
  readonly nameOf: (pointer: string) => string
}

const SUBSCHEMAS = ['additionalProperties', 'unevaluatedProperties', 'propertyNames', 'unevaluatedItems', 'contains'] as const
const IN_PLACE = ['not', 'if', 'then', 'else'] as const
const IN_PLACE_LISTS = ['allOf', 'anyOf', 'oneOf'] as const

/**
 * A schema of OpenAPI 3.0 (its own dialect) or 3.1 as JSON Schema 2020-12. Only keywords that are understood are written, each with the kind of
 * value that its definition asks for, so the result always compiles; `discriminator`, `xml` and extensions have no meaning there and go.
 * Calls itself for each level, which is safe since the document's depth is bounded; references become `#/$defs/…` and are not entered.
 * @throws Unusable
 */
export function convertSchema(given: Located, by: Conversion, inPlace = true): JsonSchema {
  const { value, pointer } = given
  by.trail.nodes++
  if (typeof value === 'boolean') return value
  if (!isObject(value)) throw new Unusable('Here a schema is expected.', pointer)
  const out: Record<string, Json> = {}
  if (isReference(value)) {
    out['$ref'] = reference(value.$ref, pointer, by, inPlace)
    // In 3.0 whatever stands beside a reference is ignored (OAS 3.0 section 4.8.23); descriptions do no harm.
    if (by.document.version === '3.0') {
      if (typeof value['description'] === 'string') out['description'] = bounded(value['description'], MAX_FIELD_DESCRIPTION)
      return out
    }
  }
  const child = (key: string, applied = false): JsonSchema =>
    convertSchema({ value: value[key], pointer: `${pointer}/${pointerStep(key)}` }, by, applied && inPlace)

  writeWords(value, out, by.trail)
  writeBounds(value, out)
  for (const key of SUBSCHEMAS) if (isSchema(value[key])) out[key] = child(key) as Json
  for (const key of IN_PLACE) if (isSchema(value[key])) out[key] = child(key, true) as Json
  for (const key of IN_PLACE_LISTS) if (isList(value[key])) out[key] = list(value[key], `${pointer}/${key}`, by, inPlace)
  for (const key of ['patternProperties', 'dependentSchemas'] as const) {
    const members = value[key]
    if (!isObject(members)) continue
    // One name that is no pattern would keep the whole schema from compiling.
    if (key === 'patternProperties' && !Object.keys(members).every(compiles)) continue
    out[key] = map(members, `${pointer}/${key}`, by, key === 'dependentSchemas' && inPlace) as Json
  }
  // Before 2020-12 a list of schemas under `items` meant what `prefixItems` means now.
  const tuple = isList(value['prefixItems']) ? 'prefixItems' : isList(value['items']) ? 'items' : undefined
  if (tuple !== undefined) out['prefixItems'] = list(value[tuple] as readonly Json[], `${pointer}/${tuple}`, by, false)
  if (isSchema(value['items'])) out['items'] = child('items') as Json
  writeProperties(value, out, pointer, by)
  return by.document.version === '3.0' && value['nullable'] === true ? orNull(out) : out
}

function reference(target: string, pointer: string, by: Conversion, inPlace: boolean): string {
  const here = `${pointer}/$ref`
  const to = localPointer(target, here)
  const found = valueAt(by.document.root, to)
  if (found === undefined) throw new Unusable(`The reference ${JSON.stringify(target.slice(0, 120))} points to nothing.`, here)
  by.trail.refs.add(to)
  if (inPlace) by.trail.inPlace.add(to)
  return `#/$defs/${by.nameOf(to)}`
}

function writeProperties(value: Record<string, Json>, out: Record<string, Json>, pointer: string, by: Conversion): void {
  const required = new Set(Array.isArray(value['required']) ? value['required'].filter((name): name is string => typeof name === 'string') : [])
  if (isObject(value['properties'])) {
    const offered: Record<string, Json> = {}
    for (const [name, property] of Object.entries(value['properties'])) {
      if (isHidden(property, by.direction)) required.delete(name)
      else offered[name] = property
      // A habit from before required lists; it is not in the standard, and its meaning is plain.
      if (isObject(property) && property['required'] === true) required.add(name)
    }
    out['properties'] = map(offered, `${pointer}/properties`, by, false) as Json
  }
  required.delete('__proto__')
  by.trail.nodes += required.size
  if (required.size > 0) out['required'] = [...required]
}

export function isHidden(property: Json | undefined, direction: Direction): boolean {
  return isObject(property) && property[direction === 'request' ? 'readOnly' : 'writeOnly'] === true
}

function map(schemas: Record<string, Json>, pointer: string, by: Conversion, inPlace: boolean): JsonRecord {
  const out: Record<string, Json> = {}
  for (const [name, schema] of Object.entries(schemas)) {
    out[name] = convertSchema({ value: schema, pointer: `${pointer}/${pointerStep(name)}` }, by, inPlace) as Json
  }
  return out
}

function list(schemas: readonly Json[], pointer: string, by: Conversion, inPlace: boolean): Json {
  return schemas.map((schema, index) => convertSchema({ value: schema, pointer: `${pointer}/${index}` }, by, inPlace)) as Json
}

/** `nullable` of 3.0. Where no type is named, the schema itself cannot be widened, so null stands beside it. */
function orNull(out: Record<string, Json>): JsonSchema {
  const composed = IN_PLACE_LISTS.some((key) => key in out) || '$ref' in out || 'const' in out
  if (composed || out['type'] === undefined) {
    const { title, description, default: fallback, ...rest } = out
    const words = { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) }
    return { ...words, ...(fallback === undefined ? {} : { default: fallback }), anyOf: [rest, { type: 'null' }] }
  }
  const types = Array.isArray(out['type']) ? (out['type'] as readonly string[]) : [out['type'] as string]
  out['type'] = [...new Set([...types, 'null'])]
  if (Array.isArray(out['enum']) && !out['enum'].includes(null)) out['enum'] = [...out['enum'], null]
  return out
}

function isSchema(value: Json | undefined): value is Json {
  return typeof value === 'boolean' || isObject(value)
}
