import type { JsonRecord, ReleaseTool } from '@handfast/contract'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'

/** A call that can be made without asking anybody what to put into it. */
export type FirstCall = { readonly tool: ReleaseTool; readonly arguments: JsonObject }

/** What these answer may not belong on a screen, so only a person calls them. Words within a name count, not parts of words. */
const TELLS_SECRETS = /(?<![a-z])(?:env|environment|secrets?|tokens?|passwords?|credentials?|keys?)(?![a-z])/

/** Schemas of strangers may nest as they like; a first call need not. */
const MAX_DEPTH = 6

/**
 * The tool to begin with: one that only reads, best one that wants no arguments, else one whose arguments its own schema gives examples of.
 * Undefined: a person has to say.
 */
export function chooseFirstCall(tools: readonly ReleaseTool[]): FirstCall | undefined {
  const fillable = tools
    .filter(({ name, effect, consequential }) => effect === 'read' && !consequential && !TELLS_SECRETS.test(wordsOf(name)))
    .flatMap((tool): readonly FirstCall[] => {
      const given = argumentsFor(tool.inputSchema)
      return given === undefined ? [] : [{ tool, arguments: given }]
    })
  return fillable.find((call) => Object.keys(call.arguments).length === 0) ?? fillable[0]
}

/** Values for what a schema requires, from its own defaults, constants, choices and examples. Undefined where it gives none. */
export function argumentsFor(schema: JsonRecord): JsonObject | undefined {
  const value = valueFor(schema as Json, 0)
  return isObject(value) ? value : undefined
}

function valueFor(schema: Json | undefined, depth: number): Json | undefined {
  if (!isObject(schema) || depth > MAX_DEPTH) return undefined
  const { default: byDefault, const: only, examples, example } = schema
  for (const said of [byDefault, only, first(examples), example, first(schema['enum'])]) {
    if (said !== undefined) return said
  }
  const isObjectSchema = schema['type'] === 'object' || (schema['type'] === undefined && isObject(schema['properties'])) || depth === 0
  return isObjectSchema ? objectFor(schema, depth) : undefined
}

function objectFor(schema: JsonObject, depth: number): JsonObject | undefined {
  const required = Array.isArray(schema['required']) ? schema['required'].filter((name) => typeof name === 'string') : []
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const filled: Record<string, Json> = {}
  for (const name of required) {
    const value = valueFor(Object.hasOwn(properties, name) ? properties[name] : undefined, depth + 1)
    if (value === undefined) return undefined
    filled[name] = value
  }
  return filled
}

function first(values: Json | undefined): Json | undefined {
  return Array.isArray(values) ? values[0] : undefined
}

/** `getApiKeys` and `get_api_keys` are the same words. */
function wordsOf(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
}
