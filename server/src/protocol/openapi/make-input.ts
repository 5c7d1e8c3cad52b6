import type { BodyBinding, JsonRecord, ParameterBinding } from '@handfast/contract'
import type { Json } from '../../lib/index.ts'
import type { JsonSchema } from './convert-schema.ts'
import type { Parameter } from './parameters.ts'
import type { Body } from './request-body.ts'
import { MAX_INPUT_NODES, type Schemas } from './schemas.ts'
import { Unusable } from './unusable.ts'

/** The arguments of a tool: their schema, and how each becomes part of the request. */
export type Input = { readonly schema: JsonRecord; readonly parameters: readonly ParameterBinding[]; readonly body?: BodyBinding }

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
    properties[argument] = described(draft.convert(parameter.schema), parameter.description) as Json
    if (parameter.required) required.push(argument)
    const { in: place, name, style, explode } = parameter
    bindings.push({ argument, in: place, name, style, explode, required: parameter.required })
  }
  if (body?.kind === 'merged') {
    for (const property of body.properties) {
      properties[property.name] = draft.convert(property.schema) as Json
      // Documents forget to say that a body is required far more often than they mean "all of it, or nothing".
      if (property.required) required.push(property.name)
    }
  } else if (body !== undefined) {
    properties['body'] = draft.convert(body.schema) as Json
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

function bindBody(body: Body): BodyBinding {
  const names: BodyBinding['arguments'] =
    body.kind === 'merged' ? { kind: 'merged', names: body.properties.map(({ name }) => name) } : { kind: 'argument', name: 'body' }
  return { mediaType: body.mediaType, required: body.required, arguments: names }
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
  return typeof schema === 'boolean' ? (schema ? { description } : schema) : { ...schema, description }
}
