import type { JsonRecord, JsonValue } from '@handfast/contract'
import { pointer } from '../lib/index.ts'
import { SchemaInvalidError } from './directory-errors.ts'

/** Values in one schema. What is larger fills an assistant's memory with a single tool. */
const MAX_VALUES = 20_000
const MAX_DEPTH = 64

/** Keywords whose value is a schema, a list of schemas, or schemas by name (JSON Schema 2020-12, and what older editions called otherwise). */
const SCHEMA = new Set([
  'items',
  'additionalItems',
  'additionalProperties',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
])
const SCHEMAS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items'])
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'])
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'] as const

/**
 * What a schema must be to come in at all: bounded, an object at its root, and complete in itself. A reference to elsewhere would make the review see
 * something else than what is applied (clause 2a-unmodified).
 * @param at pointer of the schema in the release
 * @throws SchemaInvalidError
 */
export function checkSchema(schema: JsonRecord, at: string, root: 'object' | 'any'): void {
  if (root === 'object' && schema['type'] !== 'object')
    throw new SchemaInvalidError(`${at}/type`, 'Arguments are an object, so the schema has to say `"type": "object"`.')
  const values = { left: MAX_VALUES }
  count(schema, at, 0, values)
  checkReferences(schema, at)
}

function count(value: JsonValue | undefined, at: string, depth: number, values: { left: number }): void {
  if (--values.left < 0) throw new SchemaInvalidError(at, `A schema has at most ${MAX_VALUES} values.`)
  if (typeof value !== 'object' || value === null) return
  if (depth >= MAX_DEPTH) throw new SchemaInvalidError(at, `A schema nests at most ${MAX_DEPTH} levels.`)
  for (const key of Object.keys(value)) count((value as JsonRecord)[key], at, depth + 1, values)
}

function checkReferences(value: JsonValue | undefined, at: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const schema = value as JsonRecord
  for (const keyword of REFERENCES) {
    const target = schema[keyword]
    if (typeof target === 'string' && !target.startsWith('#'))
      throw new SchemaInvalidError(
        `${at}${pointer(keyword)}`,
        `"${target.slice(0, 200)}" is not in this schema. Bring it in under $defs and refer to it with "#/$defs/…".`,
      )
  }
  for (const [keyword, member] of Object.entries(schema)) {
    const below = `${at}${pointer(keyword)}`
    if (SCHEMA.has(keyword)) checkReferences(member, below)
    if (SCHEMAS.has(keyword) && Array.isArray(member)) for (const [index, item] of member.entries()) checkReferences(item, `${below}/${index}`)
    if (NAMED.has(keyword) && typeof member === 'object' && member !== null)
      for (const [name, item] of Object.entries(member)) checkReferences(item, `${below}${pointer(name)}`)
  }
}
