import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import {
  HEADER_METHOD,
  HEADER_MISMATCH,
  HEADER_NAME,
  HEADER_VERSION,
  INVALID_PARAMS,
  INVALID_REQUEST,
  LEGACY_CLIENT_VERSIONS,
  META_CLIENT_CAPABILITIES,
  META_PROTOCOL_VERSION,
  MODERN_VERSIONS,
  UNSUPPORTED_VERSION,
} from './names.ts'

export type RequestId = string | number

/** What an assistant sent: a request, a notification, or its answer to a request of ours (legacy only). */
export type ClientMessage =
  | { readonly kind: 'request'; readonly id: RequestId; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'notification'; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'response'; readonly id: RequestId; readonly result: Json | undefined }

/** A JSON-RPC error and the HTTP status it travels with. */
export class McpError extends Error {
  override readonly name = 'McpError'
  readonly code: number
  readonly status: number
  readonly data: Json | undefined
  readonly id: RequestId | null
  constructor(code: number, message: string, options: { readonly status?: number; readonly data?: Json; readonly id?: RequestId | null } = {}) {
    super(message)
    this.code = code
    this.status = options.status ?? 400
    this.data = options.data
    this.id = options.id ?? null
  }
}

function isRequestId(value: Json | undefined): value is RequestId {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
}

/**
 * Reads one JSON-RPC message. Batches are not part of any revision spoken here.
 * @throws McpError -32600
 */
export function readClientMessage(value: Json): ClientMessage {
  if (Array.isArray(value)) throw new McpError(INVALID_REQUEST, 'Batches are not part of this protocol revision: send one message for each request.')
  if (!isObject(value) || value['jsonrpc'] !== '2.0')
    throw new McpError(INVALID_REQUEST, 'This is not a JSON-RPC 2.0 message: the member "jsonrpc" has to be "2.0".')
  const { id, method, params } = value
  if (typeof method !== 'string') {
    if (isRequestId(id) && ('result' in value || 'error' in value)) return { kind: 'response', id, result: value['result'] }
    throw new McpError(INVALID_REQUEST, 'The message has no method.', { id: isRequestId(id) ? id : null })
  }
  if (params !== undefined && !isObject(params))
    throw new McpError(INVALID_PARAMS, 'The member "params" has to be an object.', { id: isRequestId(id) ? id : null })
  if (id === undefined) return { kind: 'notification', method, params: params ?? {} }
  if (!isRequestId(id)) throw new McpError(INVALID_REQUEST, 'The id of a request is a text or a number.')
  return { kind: 'request', id, method, params: params ?? {} }
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** What a modern request says about itself in `params._meta`. */
export type ModernMeta = {
  readonly version: string
  readonly capabilities: JsonObject
  readonly progressToken: RequestId | undefined
  /** Everything that stands there. */
  readonly all: JsonObject
}

/**
 * Whether a message belongs to the modern era: it says a version in its metadata, or its header names a modern one, or it carries `Mcp-Method`
 * beside no version of an older revision, in which that header means nothing.
 */
export function claimsModern(message: ClientMessage, headers: Headers): boolean {
  if (message.kind === 'response') return false
  const meta = message.params['_meta']
  if (isObject(meta) && META_PROTOCOL_VERSION in meta) return true
  if (message.method === 'initialize') return false
  const version = headers[HEADER_VERSION]
  if (typeof version === 'string' && (LEGACY_CLIENT_VERSIONS as readonly string[]).includes(version)) return false
  return headers[HEADER_METHOD] !== undefined || (typeof version === 'string' && (MODERN_VERSIONS as readonly string[]).includes(version))
}

const BASE64 = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/

/** The value of an `Mcp-Name` or `Mcp-Param-*` header, decoded where it is wrapped in base64; undefined for a header that cannot be one. */
export function headerValue(text: string): string | undefined {
  const wrapped = BASE64.exec(text)
  if (wrapped === null) return /^[\x20-\x7e\t]*$/.test(text) ? text : undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(wrapped[1] ?? '', 'base64'))
  } catch {
    return undefined
  }
}

/** Methods whose header `Mcp-Name` repeats a member of the body. */
const NAMED: Readonly<Record<string, string>> = { 'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri' }

/**
 * Checks a modern request against its headers (2026-07-28 basic/transports, request headers) and reads its metadata.
 * @throws McpError -32020 when a header is missing or differs, -32022 for a version not spoken here, -32602 for missing metadata; all with HTTP 400
 */
export function readModernMeta(message: Extract<ClientMessage, { kind: 'request' | 'notification' }>, headers: Headers): ModernMeta {
  const id = message.kind === 'request' ? message.id : null
  const meta = message.params['_meta']
  const version = isObject(meta) ? meta[META_PROTOCOL_VERSION] : undefined
  const capabilities = isObject(meta) ? meta[META_CLIENT_CAPABILITIES] : undefined
  if (!isObject(meta) || typeof version !== 'string') throw new McpError(INVALID_PARAMS, `params._meta lacks "${META_PROTOCOL_VERSION}".`, { id })
  const header = headers[HEADER_VERSION]
  if (header !== version) throw mismatch('MCP-Protocol-Version', header, version, id)
  if (!(MODERN_VERSIONS as readonly string[]).includes(version)) {
    throw new McpError(UNSUPPORTED_VERSION, `Protocol version ${version.slice(0, 40)} is not spoken here.`, {
      id,
      data: { supported: [...MODERN_VERSIONS], requested: version.slice(0, 40) },
    })
  }
  if (!isObject(capabilities)) throw new McpError(INVALID_PARAMS, `params._meta lacks "${META_CLIENT_CAPABILITIES}".`, { id })
  if (headers[HEADER_METHOD] !== message.method) throw mismatch('Mcp-Method', headers[HEADER_METHOD], message.method, id)
  const member = NAMED[message.method]
  if (member !== undefined) {
    const named = message.params[member]
    const sent = headers[HEADER_NAME]
    if (typeof named === 'string' && (typeof sent !== 'string' || headerValue(sent) !== named)) throw mismatch('Mcp-Name', sent, named, id)
  }
  const token = meta['progressToken']
  return { version, capabilities, progressToken: isRequestId(token) ? token : undefined, all: meta }
}

function mismatch(name: string, header: string | readonly string[] | undefined, body: string, id: RequestId | null): McpError {
  const said = header === undefined ? 'is missing' : `says ${JSON.stringify(String(header).slice(0, 80))}`
  return new McpError(HEADER_MISMATCH, `The header ${name} ${said}, and the body says ${JSON.stringify(body.slice(0, 80))}. They have to be equal.`, {
    id,
  })
}
