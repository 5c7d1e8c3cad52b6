import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import { valueNestsDeeperThan } from './client-messages.ts'
import { MAX_RESULT_DEPTH, passableMeta, readBlock, readInputRequired } from './client-result.ts'
import { RESULT_COMPLETE, RESULT_INPUT_REQUIRED } from './names.ts'

/** What can be asked of a connector besides a call of a tool. */
export type OtherMethod = 'resources/read' | 'resources/subscribe' | 'prompts/get' | 'completion/complete'

export type ReadOtherResult =
  | { readonly ok: true; readonly result: JsonObject }
  | { readonly ok: 'asks'; readonly inputRequests: JsonObject; readonly requestState: string | undefined }
  | { readonly ok: false; readonly why: 'asks' | 'malformed'; readonly reason: string }

const MAX_COMPLETIONS = 100

/** Checks a result and leaves behind what belongs to the hop it came over: hints for caches, `resultType`, reserved metadata. */
export function readOtherResult(method: OtherMethod, value: Json): ReadOtherResult {
  if (!isObject(value)) return malformed('the result is not an object')
  const { resultType } = value
  // Only what a person waits for may ask them for something (2026-07-28 basic/utilities/mrtr).
  if (resultType === RESULT_INPUT_REQUIRED && method !== 'completion/complete') return readInputRequired(value)
  if (resultType !== undefined && resultType !== RESULT_COMPLETE) return malformed('the result is of a type that is not understood')
  if (valueNestsDeeperThan(value, MAX_RESULT_DEPTH)) return malformed(`the result nests deeper than ${MAX_RESULT_DEPTH} levels`)
  const read = readers[method](value)
  if (typeof read === 'string') return malformed(read)
  const meta = isObject(value['_meta']) ? passableMeta(value['_meta']) : undefined
  return { ok: true, result: meta === undefined ? read : { ...read, _meta: meta } }
}

const readers: Readonly<Record<OtherMethod, (value: JsonObject) => JsonObject | string>> = {
  'resources/subscribe': () => ({}),
  'resources/read': ({ contents }) => {
    if (!Array.isArray(contents) || contents.length === 0) return 'the result has no contents'
    for (const item of contents as readonly Json[]) {
      if (!isObject(item) || typeof item['uri'] !== 'string') return 'a content has no address'
      if (typeof item['text'] !== 'string' && typeof item['blob'] !== 'string') return 'a content has neither text nor bytes'
    }
    return { contents: contents.map(withPassableMeta) }
  },
  'prompts/get': ({ description, messages }) => {
    if (!Array.isArray(messages)) return 'the result has no messages'
    const read: JsonObject[] = []
    for (const message of messages as readonly Json[]) {
      if (!isObject(message) || (message['role'] !== 'user' && message['role'] !== 'assistant')) return 'a message has no role'
      read.push({ role: message['role'], content: readBlock(message['content']) })
    }
    return { ...(typeof description === 'string' ? { description } : {}), messages: read }
  },
  'completion/complete': ({ completion }) => {
    if (!isObject(completion) || !Array.isArray(completion['values'])) return 'the result has no values'
    const values = completion['values'].filter((value) => typeof value === 'string').slice(0, MAX_COMPLETIONS)
    const { total, hasMore } = completion
    return {
      completion: {
        values,
        ...(Number.isSafeInteger(total) ? { total } : {}),
        ...(typeof hasMore === 'boolean' ? { hasMore: hasMore || values.length < completion['values'].length } : {}),
      },
    }
  },
}

function withPassableMeta(item: JsonObject): JsonObject {
  const { _meta, ...rest } = item
  if (_meta === undefined) return item
  const kept = isObject(_meta) ? passableMeta(_meta) : undefined
  return kept === undefined ? rest : { ...rest, _meta: kept }
}

function malformed(reason: string): { readonly ok: false; readonly why: 'malformed'; readonly reason: string } {
  return { ok: false, why: 'malformed', reason }
}
