import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Json, type JsonObject, nestsDeeperThan } from '../lib/index.ts'

const LARGEST = 4 * 1024 * 1024
const DEEPEST = 128

/** One JSON-RPC message, or null where the body is something else or too large. */
export async function readMessage(request: IncomingMessage): Promise<(JsonObject & { readonly id?: Json; readonly method?: string }) | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST) return null
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (nestsDeeperThan(text, DEEPEST)) return null
  try {
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null || Array.isArray(message)) return null
    const { jsonrpc, id, method } = message as Record<string, unknown>
    const goodId = id === undefined || typeof id === 'string' || typeof id === 'number'
    return jsonrpc === '2.0' && goodId && (method === undefined || typeof method === 'string') ? (message as JsonObject) : null
  } catch {
    return null
  }
}

export function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}) })
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message } }))
}

/** An answer over HTTP: plain JSON where the answer is all there is, a stream of events as soon as something comes ahead of it. */
export class Reply {
  readonly #response: ServerResponse
  readonly #session: string | null
  #streams = false

  /** @param session the id of the session that this answer begins */
  constructor(response: ServerResponse, session: string | null) {
    this.#response = response
    this.#session = session
  }

  stream(): void {
    if (this.#streams) return
    this.#streams = true
    this.#response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', ...this.#named() })
    this.#response.flushHeaders()
  }

  readonly push = (message: JsonObject): void => {
    this.stream()
    this.#response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`)
  }

  readonly answer = (message: JsonObject): void => {
    if (this.#response.writableEnded) return
    if (this.#streams) {
      this.push(message)
      this.#response.end()
    } else {
      // A server that could not be started has no session that a gateway could come back to.
      const failed = this.#session !== null && message['error'] !== undefined
      this.#response.writeHead(failed ? 502 : 200, { 'content-type': 'application/json', ...(failed ? {} : this.#named()) })
      this.#response.end(JSON.stringify(message))
    }
  }

  #named(): Record<string, string> {
    return this.#session === null ? {} : { 'mcp-session-id': this.#session }
  }
}
