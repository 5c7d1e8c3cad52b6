import type { JsonRecord } from '@handfast/contract'
import { isObject, type JsonObject } from '../../lib/index.ts'
import { typesOf } from './parameters.ts'
import { type Located, resolve } from './references.ts'
import { bareType } from './request-body.ts'
import { below, MAX_OUTPUT_NODES, type Schemas } from './schemas.ts'

/**
 * What a successful answer looks like, where the document promises exactly one kind of success and that is a JSON object:
 * assistants hold a tool to its output schema, so a tool that may also answer without a body must not have one.
 * @throws Unusable where the schema leads out of the document.
 */
export function outputSchema(root: JsonObject, operation: Located, schemas: Schemas): JsonRecord | undefined {
  const responses = below(operation, 'responses')
  if (!isObject(responses.value)) return undefined
  const successes = Object.keys(responses.value).filter((status) => /^2(?:\d\d|XX)$/i.test(status))
  const [only] = successes
  if (only === undefined || successes.length > 1) return undefined
  const content = below(resolve(root, below(responses, only)), 'content')
  if (!isObject(content.value)) return undefined
  const types = Object.keys(content.value)
  schemas.effort.spend(types.length + 1, content.pointer)
  const json = types.find((type) => bareType(type) === 'application/json')
  if (json === undefined) return undefined
  const schema = resolve(root, below(below(content, json), 'schema'))
  if (!isObject(schema.value) || !isObjectSchema(root, schema, 0)) return undefined
  const draft = schemas.draft('response')
  const converted = draft.convert(schema)
  if (typeof converted === 'boolean') return undefined
  const definitions = draft.definitions(MAX_OUTPUT_NODES)
  // A tool whose answer is too intricate to describe is still a tool.
  if (definitions === 'too-many') return undefined
  return { ...converted, type: 'object', ...(definitions === undefined ? {} : { $defs: definitions }) }
}

function isObjectSchema(root: JsonObject, schema: Located, depth: number): boolean {
  const at = resolve(root, schema)
  if (!isObject(at.value) || depth > 10 || at.value['nullable'] === true) return false
  const types = typesOf(at.value)
  if (types.length > 0) return types.length === 1 && types[0] === 'object'
  const members = below(at, 'allOf')
  return Array.isArray(members.value) && members.value.some((_, i) => isObjectSchema(root, below(members, i), depth + 1))
}
