import type { BodyBinding } from '@handfast/contract'
import { isObject, type Json } from '../../lib/index.ts'
import { isHidden } from './convert-schema.ts'
import { typesOf } from './parameters.ts'
import { type Located, resolve } from './references.ts'
import { below, type Schemas } from './schemas.ts'
import { Unusable } from './unusable.ts'

/** A request body as arguments: each property one of its own, or the whole in one. */
export type Body = { readonly mediaType: BodyBinding['mediaType']; readonly required: boolean } & (
  | { readonly kind: 'merged'; readonly properties: readonly Property[] }
  | { readonly kind: 'argument'; readonly schema: Located }
)
export type Property = { readonly name: string; readonly schema: Located; readonly required: boolean }

/** Argument names that every assistant accepts. */
const ARGUMENT_NAME = /^[A-Za-z0-9_.-]{1,64}$/
/** Keywords that say nothing more about an object once its properties stand on their own. */
const PLAIN = new Set([
  ...['type', 'properties', 'required', 'allOf', 'title', 'description', 'example', 'examples', 'default', 'deprecated', 'nullable'],
  ...['discriminator', 'xml', 'externalDocs', 'readOnly', 'writeOnly', '$schema', '$id', '$comment'],
])

/** @throws Unusable where no media type of it can be written. */
export function readBody(schemas: Schemas, given: Located): Body | undefined {
  const { root } = schemas.document
  if (given.value === undefined) return undefined
  const at = resolve(root, given)
  const content = below(at, 'content')
  if (!isObject(at.value) || !isObject(content.value)) throw new Unusable('Here a request body with "content" is expected.', at.pointer)
  const offered = Object.keys(content.value)
  if (offered.length === 0) return undefined
  schemas.effort.spend(offered.length, content.pointer)
  const required = at.value['required'] === true
  const json =
    offered.find((type) => bareType(type) === 'application/json') ?? offered.find((type) => ['*/*', 'application/*'].includes(bareType(type)))
  if (json !== undefined) return jsonBody(schemas, below(content, json), required)
  const form = offered.find((type) => bareType(type) === 'application/x-www-form-urlencoded')
  if (form !== undefined) return formBody(schemas, below(content, form), required)
  const types = offered.slice(0, 4).join(', ').slice(0, 200)
  throw new Unusable(`The body is sent as ${types}; only application/json and application/x-www-form-urlencoded are supported.`, content.pointer)
}

function jsonBody(schemas: Schemas, media: Located, required: boolean): Body {
  const schema = below(media, 'schema')
  const properties = propertiesOf(schemas, schema)
  if (properties === undefined)
    return { mediaType: 'application/json', required, kind: 'argument', schema: schema.value === undefined ? { ...schema, value: {} } : schema }
  return { mediaType: 'application/json', required, kind: 'merged', properties }
}

function formBody(schemas: Schemas, media: Located, required: boolean): Body {
  const encoding = below(media, 'encoding')
  if (isObject(encoding.value) && Object.keys(encoding.value).length > 0)
    throw new Unusable('The form fields have encodings of their own, which is not supported.', encoding.pointer)
  const schema = below(media, 'schema')
  const properties = propertiesOf(schemas, schema)
  if (properties === undefined) throw new Unusable('A form is supported where it is an object with named, plain properties.', schema.pointer)
  for (const property of properties) {
    const { root } = schemas.document
    const at = resolve(root, property.schema)
    const items = isObject(at.value) && at.value['items'] !== undefined ? resolve(root, below(at, 'items')) : undefined
    const types = [...typesOf(at.value), ...typesOf(items?.value).map((type) => (type === 'array' ? 'object' : type))]
    if (types.includes('object'))
      throw new Unusable(`The form field ${JSON.stringify(property.name)} is more than a value or a list of values.`, property.schema.pointer)
  }
  return { mediaType: 'application/x-www-form-urlencoded', required, kind: 'merged', properties }
}

/** The properties, where the schema is nothing but an object with properties; otherwise the body is one argument, and its schema says the rest. */
function propertiesOf(schemas: Schemas, schema: Located): readonly Property[] | undefined {
  const found = new Map<string, Property>()
  const required = new Set<string>()
  if (schema.value === undefined || !gather(schemas, schema, found, required, 0) || found.size === 0) return undefined
  return [...found.values()].map((property) => ({ ...property, required: property.required || required.has(property.name) }))
}

function gather(schemas: Schemas, schema: Located, found: Map<string, Property>, required: Set<string>, depth: number): boolean {
  const at = resolve(schemas.document.root, schema)
  const { value } = at
  if (!isObject(value) || depth > 10 || !isPlainObject(value)) return false
  const members = below(at, 'allOf')
  if (Array.isArray(members.value)) {
    if (members.value.length > 20) return false
    for (let i = 0; i < members.value.length; i++) if (!gather(schemas, below(members, i), found, required, depth + 1)) return false
  }
  if (Array.isArray(value['required'])) for (const name of value['required']) if (typeof name === 'string') required.add(name)
  const properties = below(at, 'properties')
  if (!isObject(properties.value)) return true
  schemas.effort.spend(Object.keys(properties.value).length, properties.pointer)
  for (const [name, property] of Object.entries(properties.value)) {
    if (isHidden(property, 'request')) continue
    // A name that stands in two parts of an `allOf` has to satisfy both: that is for the schema to say.
    if (!ARGUMENT_NAME.test(name) || found.has(name)) return false
    found.set(name, { name, schema: below(properties, name), required: isObject(property) && property['required'] === true })
  }
  return true
}

function isPlainObject(schema: Record<string, Json>): boolean {
  const types = typesOf(schema).filter((type) => type !== 'null')
  if (types.some((type) => type !== 'object')) return false
  return Object.keys(schema).every((key) => PLAIN.has(key) || key.startsWith('x-') || (key === 'additionalProperties' && schema[key] === false))
}

/** `application/json; charset=utf-8` is application/json. */
export function bareType(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase()
}
