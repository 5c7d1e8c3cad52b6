import type { Asked } from '../../gateway/index.ts'
import { isObject, type JsonObject } from '../../lib/index.ts'
import { INVALID_PARAMS, LOG_LEVELS, McpError, type OtherMethod, type RequestId } from '../../protocol/mcp/index.ts'
import { askable } from '../../upstream/index.ts'

/** What a request asks the gateway for. */
export type Target = Pick<Asked, 'name' | 'arguments' | 'operation'>

/** The methods that reach a connector, each a governed call. */
export type GovernedMethod = 'tools/call' | Exclude<OtherMethod, 'resources/subscribe'>
export function isGoverned(method: string): method is GovernedMethod {
  return Object.hasOwn(readers, method)
}

/** @throws McpError -32602 */
export function readTarget(method: GovernedMethod, params: JsonObject, id: RequestId): Target {
  const wrong = (message: string): never => {
    throw new McpError(INVALID_PARAMS, message, { id })
  }
  return readers[method](params, wrong)
}

type Read = (params: JsonObject, wrong: (message: string) => never) => Target
const readers: Readonly<Record<GovernedMethod, Read>> = {
  'tools/call': (params, wrong) => named(params, wrong, 'tool'),
  'prompts/get': (params, wrong) => ({ ...named(params, wrong, 'prompt'), operation: 'prompts/get' }),
  'resources/read': ({ uri }, wrong) => {
    if (typeof uri !== 'string' || uri === '') return wrong('params.uri has to be the address of a resource.')
    return { name: uri, arguments: { uri }, operation: 'resources/read' }
  },
  'completion/complete': ({ ref, argument, context }, wrong) => {
    if (!isObject(ref) || !isObject(argument)) return wrong('params.ref and params.argument have to be objects.')
    const name = ref['type'] === 'ref/prompt' ? ref['name'] : ref['type'] === 'ref/resource' ? ref['uri'] : undefined
    if (typeof name !== 'string' || name === '') return wrong('params.ref has to name a prompt or the template of a resource.')
    if (typeof argument['name'] !== 'string' || typeof argument['value'] !== 'string') return wrong('params.argument has to have a name and a value.')
    const about = { name: argument['name'], value: argument['value'] }
    return { name, arguments: { ref, argument: about, ...(isObject(context) ? { context } : {}) }, operation: 'completion/complete' }
  },
}

function named({ name, arguments: args }: JsonObject, wrong: (message: string) => never, what: string): Target {
  if (typeof name !== 'string' || name === '') return wrong(`params.name has to be the name of a ${what}.`)
  if (args !== undefined && !isObject(args)) return wrong('params.arguments has to be an object.')
  return { name, arguments: args ?? {} }
}

/** Sets of capabilities that were seen, so that each is one object: they are written into every request to a connector. */
const seen = new Map<string, JsonObject>()
const MOST_SEEN = 1_000

/** What a connector may ask of this assistant; undefined: nothing, as for most. */
export function askableBy(declared: JsonObject): JsonObject | undefined {
  const offered = askable(declared)
  const text = JSON.stringify(offered)
  if (text === '{}') return undefined
  const known = seen.get(text)
  if (known !== undefined) return known
  if (seen.size >= MOST_SEEN) seen.clear()
  seen.set(text, offered)
  return offered
}

/**
 * Trace context of the assistant (W3C Trace Context), to be continued at the connector. Baggage is not: it may hold anything, and no review saw it.
 */
export function traceOf(meta: JsonObject): JsonObject | undefined {
  const { traceparent, tracestate } = meta
  if (typeof traceparent !== 'string' || !/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent)) return undefined
  return typeof tracestate === 'string' && /^[\x20-\x7e]{1,512}$/.test(tracestate) ? { traceparent, tracestate } : { traceparent }
}

/** @throws McpError -32602 for a level that there is not */
export function readLevel(level: unknown, id: RequestId): string | undefined {
  if (level === undefined) return undefined
  if (typeof level === 'string' && (LOG_LEVELS as readonly string[]).includes(level)) return level
  throw new McpError(INVALID_PARAMS, `There is no such log level. The levels are: ${LOG_LEVELS.join(', ')}.`, { id })
}
