import type { JsonRecord } from '@handfast/contract'
import { isObject, type JsonObject } from '../../lib/index.ts'
import { bareType } from './media-types.ts'
import { typesOf } from './parameters.ts'
import { type Located, resolve } from './references.ts'
import { below, MAX_OUTPUT_NODES, type Schemas } from './schemas.ts'
import { Unusable } from './unusable.ts'

/**
 * What a successful answer looks like, where the document promises exactly one kind of success and that is a JSON object:
 * assistants hold a tool to its output schema, so a tool that may also answer without a body must not have one. Nor has one whose schema cannot be
 * read: the operation works without it.
 */
export function outputSchema(root: JsonObject, operation: Located, schemas: Schemas): { readonly output?: JsonRecord; readonly note?: string } {
  try {
    const output = declared(root, operation, schemas)
    return output === undefined ? {} : { output }
  } catch (error) {
    if (error instanceof Unusable) return { note: `What it answers is not described: ${error.message}` }
    throw error
  }
}

function declared(root: JsonObject, operation: Located, schemas: Schemas): JsonRecord | undefined {
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

/** Whether a successful answer may be a web page. */
export function answersHtml(root: JsonObject, operation: Located): boolean {
  const responses = below(operation, 'responses')
  if (!isObject(responses.value)) return false
  return Object.keys(responses.value)
    .filter((status) => /^(?:2(?:\d\d|XX)|default)$/i.test(status))
    .slice(0, 20)
    .some((status) => {
      try {
        const content = below(resolve(root, below(responses, status)), 'content').value
        return isObject(content) && Object.keys(content).some((type) => bareType(type) === 'text/html')
      } catch (error) {
        if (error instanceof Unusable) return false
        throw error
      }
    })
}
