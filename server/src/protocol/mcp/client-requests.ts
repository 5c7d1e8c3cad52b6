import type { Json, JsonObject } from '../../lib/index.ts'
import { headerText, type MirroredArgument, mirroredArguments, mirroredValue } from './client-headers.ts'
import {
  HEADER_METHOD,
  HEADER_NAME,
  HEADER_VERSION,
  LATEST_LEGACY,
  META_CLIENT_CAPABILITIES,
  META_CLIENT_INFO,
  META_PROTOCOL_VERSION,
} from './names.ts'

/** Who we say we are: for display and logs at the connector, never a proof of anything. */
export type ClientInfo = { readonly name: string; readonly version: string; readonly title?: string; readonly websiteUrl?: string }

export type WrittenRequest = { readonly headers: Readonly<Record<string, string>>; readonly body: string }

/** Both kinds of answer have to be accepted in both eras. */
export const POST_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' } as const

function modernMeta(version: string, client: ClientInfo): Record<string, Json> {
  return { [META_PROTOCOL_VERSION]: version, [META_CLIENT_INFO]: { ...client } }
}

/** A modern request that is not on the hot path, such as `server/discover` or `resources/read`. Members of `params._meta` are added to ours. */
export function modernRequest(version: string, client: ClientInfo, id: number, method: string, params: JsonObject = {}): WrittenRequest {
  const { _meta, ...rest } = params
  const name = method === 'resources/read' ? params['uri'] : method === 'prompts/get' ? params['name'] : undefined
  const meta = { [META_CLIENT_CAPABILITIES]: {}, ...(_meta as JsonObject | undefined), ...modernMeta(version, client) }
  return {
    headers: {
      ...POST_HEADERS,
      [HEADER_VERSION]: version,
      [HEADER_METHOD]: method,
      ...(typeof name === 'string' ? { [HEADER_NAME]: headerText(name) } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...rest, _meta: meta } }),
  }
}

/** A legacy message: with an id it is a request, without one a notification. Session and version headers are added by whoever holds the session. */
export function legacyMessage(id: number | undefined, method: string, params?: JsonObject): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params })
}

export function initializeParams(client: ClientInfo, capabilities: JsonObject): JsonObject {
  return { protocolVersion: LATEST_LEGACY, capabilities, clientInfo: { ...client } }
}

/** What single calls add to the text of a request; every member is JSON text. */
export type CallExtras = {
  /** What the assistant can be asked for. */
  readonly capabilities: string
  /** Further members of `_meta`, each with a comma before it. */
  readonly meta: string
  /** Further members of `params`, each with a comma before it. */
  readonly params: string
}

const NO_EXTRAS: CallExtras = { capabilities: '{}', meta: '', params: '' }

/**
 * All of a `tools/call` that stays the same between calls, written once per tool: the call itself only puts the id and the arguments between the pieces.
 * This is the hottest writing of the product; JSON.stringify runs once per call, over the arguments alone.
 */
export class ToolCallWriter {
  readonly version: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #mirrored: readonly MirroredArgument[]
  readonly #name: string
  readonly #meta: string
  /** Why this tool cannot be called over modern HTTP, or undefined. */
  readonly unusable: string | undefined

  constructor(version: string, client: ClientInfo, tool: { readonly name: string; readonly inputSchema: JsonObject }) {
    this.version = version
    const mirrored = mirroredArguments(tool.inputSchema)
    this.#mirrored = mirrored.valid ? mirrored.arguments : []
    this.unusable = mirrored.valid ? undefined : mirrored.reason
    this.#headers = { ...POST_HEADERS, [HEADER_VERSION]: version, [HEADER_METHOD]: 'tools/call', [HEADER_NAME]: headerText(tool.name) }
    this.#name = JSON.stringify(tool.name)
    this.#meta = `${JSON.stringify(modernMeta(version, client)).slice(0, -1)},"${META_CLIENT_CAPABILITIES}":`
  }

  modernBody(id: number, argumentsJson: string, withProgress: boolean, extras: CallExtras = NO_EXTRAS): string {
    const progress = withProgress ? `,"progressToken":${id}` : ''
    return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":${this.#name},"arguments":${argumentsJson},"_meta":${this.#meta}${extras.capabilities}${progress}${extras.meta}}${extras.params}}}`
  }

  legacyBody(id: number, argumentsJson: string, withProgress: boolean, extras: CallExtras = NO_EXTRAS): string {
    const members = `${withProgress ? `,"progressToken":${id}` : ''}${extras.meta}`
    const progress = members === '' ? '' : `,"_meta":{${members.slice(1)}}`
    return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":${this.#name},"arguments":${argumentsJson}${progress}}}`
  }

  /** Headers of a modern call, the credential's among them. */
  modernHeaders(args: JsonObject, credential: Readonly<Record<string, string>>): Record<string, string> {
    const headers: Record<string, string> = { ...this.#headers, ...credential }
    for (const mirror of this.#mirrored) {
      const value = mirroredValue(args, mirror.path)
      if (value !== undefined) headers[mirror.header] = value
    }
    return headers
  }
}
