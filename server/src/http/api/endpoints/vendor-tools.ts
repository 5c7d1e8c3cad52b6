import type { ReleaseTool, ToolFormat } from '@handfast/contract'
import { isObject, type Json, type JsonObject, sha256 } from '../../../lib/index.ts'

/** What the APIs of models take as the name of a function; MCP also allows dots, slashes and twice the length. */
const FITS = /^[a-zA-Z0-9_-]{1,64}$/
const MARK = 9

/** OpenAI cuts descriptions of functions off at this length with an error. */
const LONGEST_DESCRIPTION = 1_024

/**
 * The name that every API of a model takes: the tool's own where that fits, else one that is made from it. A mark of the whole name keeps two that
 * look alike apart, and the connector's short name stays in front, so that the tool is found again.
 */
export function vendorName(name: string): string {
  if (FITS.test(name)) return name
  return `${name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64 - MARK)}_${sha256(name).slice(0, MARK - 1)}`
}

const renamed = new WeakMap<readonly ReleaseTool[], ReadonlyMap<string, string>>()

/** The tool's own name behind a name of the merged list that was made for an API of a model; undefined where it is none. */
export function ownNameBehind(given: string, slug: string, tools: readonly ReleaseTool[]): string | undefined {
  let known = renamed.get(tools)
  if (known === undefined) {
    const pairs = tools.map(({ name }) => [vendorName(`${slug}_${name}`), name] as const)
    known = new Map(pairs.filter(([made, name]) => made !== `${slug}_${name}`))
    renamed.set(tools, known)
  }
  return known.get(given)
}

/** A tool of the merged list in the shape that somebody else's API takes. */
export function inFormat(format: ToolFormat, tool: JsonObject): Json {
  if (format === 'mcp') return tool
  const name = vendorName(String(tool['name']))
  const text = typeof tool['description'] === 'string' ? tool['description'] : ''
  const schema = plainRoot(isObject(tool['inputSchema']) ? tool['inputSchema'] : {})
  if (format === 'anthropic') return { name, description: text, input_schema: schema }
  const description = text.length <= LONGEST_DESCRIPTION ? text : `${text.slice(0, LONGEST_DESCRIPTION - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
  if (format === 'openai') return { type: 'function', function: { name, description, parameters: schema } }
  // There it is strict unless one says otherwise, and strict takes a part of JSON Schema only.
  return { type: 'function', name, description, parameters: schema, strict: false }
}

/** Both refuse these at the top of a schema. The arguments are checked against the whole one all the same. */
const NOT_AT_THE_ROOT = new Set(['oneOf', 'anyOf', 'allOf', 'not', 'enum', 'const', 'if', 'then', 'else', '$schema', '$id'])

function plainRoot(schema: JsonObject): JsonObject {
  const kept = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !NOT_AT_THE_ROOT.has(keyword)))
  return { properties: {}, ...kept, type: 'object' }
}
