import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import { shortText, valueNestsDeeperThan } from './client-messages.ts'
import { isReservedMetaKey, RESULT_COMPLETE, RESULT_INPUT_REQUIRED } from './names.ts'

/** A block of content as the specification names them. Members that we do not know are kept. */
export type ContentBlock = JsonObject & { readonly type: string }

/** The answer of a tool, free of what belongs to the hop it came over. */
export type ToolResult = {
  readonly content: readonly ContentBlock[]
  readonly structuredContent?: Json
  readonly isError?: boolean
  readonly _meta?: JsonObject
}

export type ReadToolResult =
  | { readonly ok: true; readonly result: ToolResult }
  /** `asks`: the connector wants something from us that was not offered; `malformed`: this is no tool result. The reason is for people. */
  | { readonly ok: false; readonly why: 'asks' | 'malformed'; readonly reason: string }
  /** The connector needs something from the assistant before it goes on. */
  | { readonly ok: 'asks'; readonly inputRequests: JsonObject; readonly requestState: string | undefined }

export const MAX_RESULT_DEPTH = 64

/**
 * Checks the result of `tools/call`. Blocks of a type that assistants could not read become a text that says so, because official clients
 * refuse the whole result otherwise; reserved `_meta` keys, the connector's `serverInfo` and `resultType` stay behind.
 */
export function readToolResult(value: Json): ReadToolResult {
  if (!isObject(value)) return malformed('the result is not an object')
  const resultType = value['resultType']
  if (resultType !== undefined && resultType !== RESULT_COMPLETE) {
    if (resultType === RESULT_INPUT_REQUIRED) return readInputRequired(value)
    return { ok: false, why: 'asks', reason: `it answers with a result of type "${shortText(resultType, 64)}"` }
  }
  if (valueNestsDeeperThan(value, MAX_RESULT_DEPTH)) return malformed(`the result nests deeper than ${MAX_RESULT_DEPTH} levels`)
  const structured = value['structuredContent']
  const listed = value['content'] ?? (structured === undefined ? undefined : [])
  if (!Array.isArray(listed)) return malformed('the result has no list of content')
  const isError = value['isError']
  if (isError !== undefined && typeof isError !== 'boolean') return malformed('isError is not true or false')
  const meta = value['_meta']
  if (meta !== undefined && !isObject(meta)) return malformed('_meta is not an object')
  const kept = meta === undefined ? undefined : passableMeta(meta)
  return {
    ok: true,
    result: {
      content: readContent(listed),
      ...(structured === undefined ? undefined : { structuredContent: structured }),
      ...(isError === undefined ? undefined : { isError }),
      ...(kept === undefined ? undefined : { _meta: kept }),
    },
  }
}

const MAX_QUESTIONS = 32
const MAX_STATE = 64 * 1024

/** What is asked for (2026-07-28 basic/utilities/mrtr). At least one of the two members has to be there. */
export function readInputRequired(value: JsonObject): Exclude<ReadToolResult, { readonly ok: true }> {
  const { inputRequests, requestState } = value
  if (inputRequests !== undefined && !isObject(inputRequests)) return malformed('its input requests are not an object')
  if (requestState !== undefined && typeof requestState !== 'string') return malformed('its request state is not a text')
  if (inputRequests === undefined && requestState === undefined) return malformed('it asks for input without saying for what')
  if ((requestState?.length ?? 0) > MAX_STATE) return malformed(`its request state is longer than ${MAX_STATE} characters`)
  const asked = Object.entries(inputRequests ?? {})
  if (asked.length > MAX_QUESTIONS) return malformed(`it asks for more than ${MAX_QUESTIONS} things at once`)
  for (const [, request] of asked)
    if (!isObject(request) || typeof request['method'] !== 'string' || (request['params'] !== undefined && !isObject(request['params'])))
      return malformed('one of its input requests is not a request')
  return { ok: 'asks', inputRequests: inputRequests ?? {}, requestState }
}

function malformed(reason: string): { readonly ok: false; readonly why: 'malformed'; readonly reason: string } {
  return { ok: false, why: 'malformed', reason }
}

/** The keys of `_meta` that may travel on; undefined when none is left. The same object comes back when nothing had to go. */
export function passableMeta(meta: JsonObject): JsonObject | undefined {
  const keys = Object.keys(meta)
  const kept = keys.filter((key) => key !== 'progressToken' && !isReservedMetaKey(key))
  if (kept.length === 0) return undefined
  return kept.length === keys.length ? meta : Object.fromEntries(kept.map((key) => [key, meta[key]]))
}

export function readContent(blocks: readonly Json[]): readonly ContentBlock[] {
  let changed: ContentBlock[] | undefined
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]
    const read = readBlock(block)
    if (read !== block) {
      changed ??= blocks.slice(0, i) as ContentBlock[]
      changed.push(read)
    } else changed?.push(read)
  }
  return changed ?? (blocks as readonly ContentBlock[])
}

export function readBlock(block: Json | undefined): ContentBlock {
  if (!isObject(block)) return left('something that is not a content block')
  const type = block['type']
  switch (type) {
    case 'text':
      if (typeof block['text'] !== 'string') return left('a text without text')
      break
    case 'image':
    case 'audio':
      if (typeof block['data'] !== 'string' || typeof block['mimeType'] !== 'string') return left(`an ${type} without data or media type`)
      break
    case 'resource_link':
      if (typeof block['uri'] !== 'string' || typeof block['name'] !== 'string') return left('a resource link without address or name')
      break
    case 'resource': {
      const resource = block['resource']
      const whole = isObject(resource) && typeof resource['uri'] === 'string'
      if (!whole || (typeof resource['text'] !== 'string' && typeof resource['blob'] !== 'string')) return left('a resource without contents')
      break
    }
    default:
      return left(typeof type === 'string' ? `content of the type "${shortText(type, 64)}", which is not understood here` : 'content without a type')
  }
  const meta = block['_meta']
  if (meta === undefined) return block as ContentBlock
  const kept = isObject(meta) ? passableMeta(meta) : undefined
  if (kept === meta) return block as ContentBlock
  const { _meta: _, ...rest } = block as ContentBlock & { readonly _meta?: Json }
  return (kept === undefined ? rest : { ...rest, _meta: kept }) as ContentBlock
}

function left(what: string): ContentBlock {
  return { type: 'text', text: `[The connector sent ${what}. It was left out.]` }
}
