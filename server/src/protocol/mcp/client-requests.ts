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
  return { [META_PROTOCOL_VERSION]: version, [META_CLIENT_INFO]: { ...client }, [META_CLIENT_CAPABILITIES]: {} }
}

/** A modern request that is not on the hot path, such as `server/discover` or `tools/list`. */
export function modernRequest(version: string, client: ClientInfo, id: number, method: string, params: JsonObject = {}): WrittenRequest {
  return {
    headers: { ...POST_HEADERS, [HEADER_VERSION]: version, [HEADER_METHOD]: method },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: modernMeta(version, client) } }),
  }
}

/** A legacy message: with an id it is a request, without one a notification. Session and version headers are added by whoever holds the session. */
export function legacyMessage(id: number | undefined, method: string, params?: JsonObject): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params })
}

export function initializeParams(client: ClientInfo): JsonObject {
  return { protocolVersion: LATEST_LEGACY, capabilities: {}, clientInfo: { ...client } }
}

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
    this.#meta = JSON.stringify(modernMeta(version, client)).slice(0, -1)
  }

  modernBody(id: number, argumentsJson: string, withProgress: boolean): string {
    const progress = withProgress ? `,"progressToken":${id}` : ''
    return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":${this.#name},"arguments":${argumentsJson},"_meta":${this.#meta}${progress}}}}`
  }

  legacyBody(id: number, argumentsJson: string, withProgress: boolean): string {
    const progress = withProgress ? `,"_meta":{"progressToken":${id}}` : ''
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
