import { isObject, type JsonObject } from '../../lib/index.ts'
import { HEADER_PARAM_PREFIX } from './names.ts'

/** An argument that the connector wants to see in a header too (2026-07-28 basic/transports, custom headers from tool parameters). */
export type MirroredArgument = {
  /** Lower-case header name, such as `mcp-param-region`. */
  readonly header: string
  /** Steps from the arguments to the value. */
  readonly path: readonly string[]
}

export type MirroredArguments =
  | { readonly valid: true; readonly arguments: readonly MirroredArgument[] }
  /** The tool must not be offered over HTTP; the reason is for its developer. */
  | { readonly valid: false; readonly reason: string }

const ANNOTATION = 'x-mcp-header'
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const MAX_DEPTH = 64
/** Members whose values are data, not schemas; a text in them that looks like the annotation means nothing. */
const DATA = new Set(['const', 'default', 'enum', 'examples'])
/** Members that map free names to schemas. */
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])

/**
 * Finds the `x-mcp-header` annotations of a tool's input schema, or says why the tool breaks their rules:
 * a token, unique without regard to case, on an integer, string or boolean that is reached from the root by `properties` alone.
 */
export function mirroredArguments(inputSchema: JsonObject): MirroredArguments {
  const found: MirroredArgument[] = []
  const reason = collect(inputSchema, [], true, found, 0)
  return reason === undefined ? { valid: true, arguments: found } : { valid: false, reason }
}

function collect(schema: unknown, path: readonly string[], reachable: boolean, found: MirroredArgument[], depth: number): string | undefined {
  if (depth > MAX_DEPTH) return `the input schema nests deeper than ${MAX_DEPTH} levels`
  if (Array.isArray(schema)) {
    for (const item of schema) {
      const reason = collect(item, path, false, found, depth + 1)
      if (reason !== undefined) return reason
    }
    return undefined
  }
  if (!isObject(schema)) return undefined
  if (schema[ANNOTATION] !== undefined) {
    const reason = annotate(schema, path, reachable, found)
    if (reason !== undefined) return reason
  }
  for (const [key, member] of Object.entries(schema)) {
    if (DATA.has(key) || key === ANNOTATION) continue
    if (NAMED.has(key) && isObject(member)) {
      for (const [name, child] of Object.entries(member)) {
        const reason = collect(child, [...path, name], reachable && key === 'properties', found, depth + 1)
        if (reason !== undefined) return reason
      }
    } else {
      const reason = collect(member, path, false, found, depth + 1)
      if (reason !== undefined) return reason
    }
  }
  return undefined
}

function annotate(schema: Record<string, unknown>, path: readonly string[], reachable: boolean, found: MirroredArgument[]): string | undefined {
  const name = schema[ANNOTATION]
  const where = path.length === 0 ? 'the root' : `"${path.join('.')}"`
  if (typeof name !== 'string' || !TOKEN.test(name)) return `${ANNOTATION} of ${where} is not a header name`
  if (!reachable || path.length === 0) return `${ANNOTATION} of ${where} is not on a property that is reached by "properties" alone`
  if (schema['type'] !== 'string' && schema['type'] !== 'integer' && schema['type'] !== 'boolean') {
    return `${ANNOTATION} of ${where} is not on a string, an integer or a boolean`
  }
  const header = HEADER_PARAM_PREFIX + name.toLowerCase()
  if (found.some((other) => other.header === header)) return `${ANNOTATION} "${name}" occurs twice`
  found.push({ header, path })
  return undefined
}

/** The text that goes into the header for this argument, or undefined where none goes: absent, null, or not of a kind that can be mirrored. */
export function mirroredValue(args: JsonObject, path: readonly string[]): string | undefined {
  let value: unknown = args
  for (const step of path) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined
    value = value[step]
  }
  if (typeof value === 'string') return headerText(value)
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value))) return String(value)
  return undefined
}

/** Plain where a header can carry it; else, and where it looks like the marker itself, as `=?base64?…?=` of its UTF-8 bytes. */
export function headerText(value: string): string {
  const plain = /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/.test(value) && !(value.startsWith('=?base64?') && value.endsWith('?='))
  return plain ? value : `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`
}
