import type { BodyBinding, JsonRecord, ParameterBinding } from '@handfast/contract'
import type { Json } from '../../lib/index.ts'
import type { JsonSchema } from './convert-schema.ts'
import { FILE_SCHEMA, MAX_LINKED_FILES } from './handed-file.ts'
import { type Parameter, typesOf } from './parameters.ts'
import { resolve } from './references.ts'
import type { Body, Property } from './request-body.ts'
import { type Draft, MAX_INPUT_NODES, type Schemas } from './schemas.ts'
import { bounded, MAX_FIELD_DESCRIPTION } from './texts.ts'
import { Unusable } from './unusable.ts'

/** The arguments of a tool: their schema, and how each becomes part of the request. */
export type Input = { readonly schema: JsonRecord; readonly parameters: readonly ParameterBinding[]; readonly body?: BodyBinding }

const LINKS_SCHEMA = {
  type: 'array',
  description:
    'Ids of files that were handed over to Handfast before (POST /api/v1/files answers the id). The API gets links to them for five minutes.',
  items: { type: 'string', pattern: '^fil_[0-9a-f]{32}$' },
  maxItems: MAX_LINKED_FILES,
} as const

/** Joins parameters and body into one object schema. Properties of the body keep their names; a parameter that clashes gives way. @throws Unusable */
export function makeInput(schemas: Schemas, parameters: readonly Parameter[], body: Body | undefined, pointer: string): Input {
  const draft = schemas.draft('request')
  const properties: Record<string, Json> = {}
  const required: string[] = []
  const bindings: ParameterBinding[] = []
  const reserved = new Set(body === undefined ? [] : body.kind === 'merged' ? body.properties.map(({ name }) => name) : ['body'])
  for (const parameter of parameters) {
    const argument = freeName(parameter, reserved)
    reserved.add(argument)
    const { schema, description, ...binding } = parameter
    properties[argument] = described(draft.convert(schema), description) as Json
    if (parameter.required) required.push(argument)
    bindings.push({ argument, ...binding })
  }
  if (body?.kind === 'merged') {
    for (const property of body.properties) {
      properties[property.name] = propertySchema(schemas, draft, body, property) as Json
      // Documents forget to say that a body is required far more often than they mean "all of it, or nothing".
      if (property.required) required.push(property.name)
    }
  } else if (body !== undefined) {
    properties['body'] = (body.writes === 'file' ? FILE_SCHEMA : described(draft.convert(body.schema), body.description)) as Json
    if (body.required) required.push('body')
  }
  const definitions = draft.definitions(MAX_INPUT_NODES)
  if (definitions === 'too-many') throw new Unusable(`Its arguments need a schema of more than ${MAX_INPUT_NODES} values.`, pointer)
  const schema: JsonRecord = {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    ...(definitions === undefined ? {} : { $defs: definitions }),
  }
  return { schema, parameters: bindings, ...(body === undefined ? {} : { body: bindBody(body) }) }
}

function propertySchema(schemas: Schemas, draft: Draft, body: Body, property: Property): JsonSchema {
  const carries = Object.hasOwn(body.fields, property.name) ? body.fields[property.name]?.carries : undefined
  if (carries === 'link') return LINKS_SCHEMA
  if (carries !== 'file') return draft.convert(property.schema)
  const isList = typesOf(resolve(schemas.document.root, property.schema).value).includes('array')
  return isList ? { type: 'array', items: FILE_SCHEMA, maxItems: 50 } : FILE_SCHEMA
}

function bindBody(body: Body): BodyBinding {
  const names: BodyBinding['arguments'] =
    body.kind === 'merged' ? { kind: 'merged', names: body.properties.map(({ name }) => name) } : { kind: 'argument', name: 'body' }
  const { mediaType, writes, required, fields } = body
  return { mediaType, writes, required, arguments: names, ...(Object.keys(fields).length === 0 ? {} : { fields }) }
}

function freeName(parameter: Parameter, taken: ReadonlySet<string>): string {
  const clean = parameter.name.replace(/[^A-Za-z0-9_.-]+/g, '_').slice(0, 50)
  const base = clean === '' || clean === '__proto__' ? parameter.in : clean
  let name = base
  for (let i = 1; taken.has(name); i++) name = i === 1 ? `${base}_${parameter.in}` : `${base}_${parameter.in}_${i}`
  return name
}

/** A parameter's own words win over those of a schema that it shares with others. */
function described(schema: JsonSchema, description: string | undefined): JsonSchema {
  if (description === undefined) return schema
  const words = bounded(description, MAX_FIELD_DESCRIPTION)
  return typeof schema === 'boolean' ? (schema ? { description: words } : schema) : { ...schema, description: words }
}
