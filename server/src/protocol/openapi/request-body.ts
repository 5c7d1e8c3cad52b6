import type { BodyBinding, FieldBinding } from '@handfast/contract'
import { isObject, type Json } from '../../lib/index.ts'
import { bodyFields } from './body-fields.ts'
import { isHidden } from './convert-schema.ts'
import { PREFERRED, sentType, writesOf } from './media-types.ts'
import { typesOf } from './parameters.ts'
import { type Located, resolve } from './references.ts'
import { below, type Schemas } from './schemas.ts'
import { textOf } from './texts.ts'
import { Unusable } from './unusable.ts'

/** A request body as arguments: each property one of its own, or the whole in one. */
export type Body = {
  readonly mediaType: string
  readonly writes: NonNullable<BodyBinding['writes']>
  readonly required: boolean
  readonly fields: Readonly<Record<string, FieldBinding>>
  readonly description?: string
} & ({ readonly kind: 'merged'; readonly properties: readonly Property[] } | { readonly kind: 'argument'; readonly schema: Located })
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
  if (given.value === undefined || given.value === null) return undefined
  const at = resolve(root, given)
  const content = below(at, 'content')
  if (!isObject(at.value)) throw new Unusable('Here a request body with "content" is expected.', at.pointer)
  if (content.value === undefined) return undefined
  if (!isObject(content.value)) throw new Unusable('Here a request body with "content" is expected.', content.pointer)
  const offered = Object.keys(content.value)
  if (offered.length === 0) return undefined
  schemas.effort.spend(offered.length, content.pointer)
  const about = { required: at.value['required'] === true, description: textOf(at.value['description']) }
  for (const writes of PREFERRED) {
    // An exact type says more than a range of them.
    const type = offered.filter((one) => writesOf(one) === writes).toSorted((a, b) => Number(a.includes('*')) - Number(b.includes('*')))[0]
    if (type === undefined) continue
    const { description, ...rest } = about
    const media = resolve(root, below(content, type))
    return { ...rest, ...(description === undefined ? {} : { description }), ...bodyOf(schemas, media, sentType(type), writes) }
  }
  throw new Unusable(`The body is sent as ${offered.slice(0, 4).join(', ').slice(0, 200)}, which is not supported.`, content.pointer, true)
}

function bodyOf(schemas: Schemas, media: Located, mediaType: string, writes: Body['writes']) {
  const schema = below(media, 'schema')
  const about = { mediaType, writes, fields: {} }
  if (writes === 'file') return { ...about, kind: 'argument', schema } as const
  if (writes === 'text') {
    const isText = typesOf(schema.value).includes('string')
    return { ...about, kind: 'argument', schema: isText ? schema : { ...schema, value: { type: 'string' } } } as const
  }
  const properties = propertiesOf(schemas, schema)
  const fields = bodyFields(schemas, media, writes, properties)
  if (properties === undefined) {
    const anything = writes === 'json' ? {} : { type: 'object' }
    return { ...about, fields, kind: 'argument', schema: schema.value === undefined ? { ...schema, value: anything } : schema } as const
  }
  return { ...about, fields, kind: 'merged', properties } as const
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
