import { isObject, type Json, type JsonObject } from '../../lib/index.ts'

/** What a connector may send us, told apart (JSON-RPC 2.0 sections 4 and 5). */
export type ServerMessage =
  | { readonly kind: 'result'; readonly id: number | string; readonly result: Json }
  | { readonly kind: 'error'; readonly id: number | string | null; readonly code: number; readonly message: string; readonly data: Json | undefined }
  | { readonly kind: 'request'; readonly id: number | string; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'notification'; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'unreadable' }

export type ErrorMessage = Extract<ServerMessage, { kind: 'error' }>

const UNREADABLE: ServerMessage = { kind: 'unreadable' }
const NO_PARAMS: JsonObject = {}
const MAX_MESSAGE = 2_000

/** Sorts one parsed message. Batches were removed in 2025-06-18 and are unreadable here. */
export function readServerMessage(value: unknown): ServerMessage {
  if (!isObject(value)) return UNREADABLE
  const id = value['id']
  const method = value['method']
  if (typeof method === 'string') {
    const params = value['params']
    if (typeof id === 'number' || typeof id === 'string') return { kind: 'request', id, method, params: isObject(params) ? params : NO_PARAMS }
    if (id !== undefined) return UNREADABLE
    return { kind: 'notification', method, params: isObject(params) ? params : NO_PARAMS }
  }
  const result = value['result']
  if (result !== undefined && (typeof id === 'number' || typeof id === 'string')) return { kind: 'result', id, result }
  const error = value['error']
  if (!isObject(error) || !Number.isInteger(error['code'])) return UNREADABLE
  return {
    kind: 'error',
    id: typeof id === 'number' || typeof id === 'string' ? id : null,
    code: error['code'] as number,
    message: shortText(error['message']),
    data: error['data'],
  }
}

/** Text of a connector that ends up in front of a person: one line, no control characters, bounded. */
export function shortText(value: unknown, max = MAX_MESSAGE): string {
  if (typeof value !== 'string') return ''
  return value
    .slice(0, max)
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
}

/** True when a value nests deeper than allowed. Looks at parsed values, because long texts cost nothing there; never recurses further than the limit. */
export function valueNestsDeeperThan(value: unknown, max: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (max === 0) return true
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (valueNestsDeeperThan(value[i], max - 1)) return true
    return false
  }
  for (const key in value) if (valueNestsDeeperThan((value as Record<string, unknown>)[key], max - 1)) return true
  return false
}
