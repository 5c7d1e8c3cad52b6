import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Json, JsonObject } from '../src/lib/index.ts'
import { type LoopbackServer, serve } from './loopback-server.ts'

/** A JSON-RPC message that reached a connector, with the HTTP request it came in. */
export type Incoming = {
  readonly id: number | string | undefined
  readonly method: string | undefined
  readonly params: JsonObject
  readonly message: JsonObject
  readonly request: IncomingMessage
}

export type Script = (incoming: Incoming, response: ServerResponse) => void

export type ScriptedConnector = LoopbackServer & {
  readonly url: string
  /** Methods that arrived, in order; `reply` stands for an answer to something the connector asked, `GET` and `DELETE` for themselves. */
  readonly methods: readonly string[]
  readonly seen: readonly Incoming[]
}

/** A connector that does what a test says. */
export async function scripted(script: Script): Promise<ScriptedConnector> {
  const seen: Incoming[] = []
  const methods: string[] = []
  const server = await serve((request, response, body) => {
    const message = body === '' ? {} : (JSON.parse(body) as JsonObject)
    const method = typeof message['method'] === 'string' ? message['method'] : undefined
    const incoming = { id: message['id'] as number, method, params: (message['params'] ?? {}) as JsonObject, message, request }
    methods.push(request.method === 'POST' ? (method ?? 'reply') : (request.method ?? ''))
    seen.push(incoming)
    script(incoming, response)
  })
  return Object.assign(server, { url: `${server.origin}/mcp`, methods, seen })
}

export function json(response: ServerResponse, body: Json, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export function result(response: ServerResponse, id: Incoming['id'], value: Json): void {
  json(response, { jsonrpc: '2.0', id, result: value })
}

export function rpcError(response: ServerResponse, id: Incoming['id'] | null, code: number, message: string, status = 200, data?: Json): void {
  json(response, { jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } }, status)
}

export function event(value: Json, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: message\ndata: ${JSON.stringify(value)}\n\n`
}

export function events(response: ServerResponse, ...values: readonly Json[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(values.map((value) => event(value)).join(''))
}

export const hello = { resultType: 'complete', content: [{ type: 'text', text: 'hello' }] }

/** Speaks 2026-07-28 only. Whatever is not `server/discover` goes to the script, which answers hello if there is none. */
export function modernConnector(
  script: Script = (incoming, response) => result(response, incoming.id, hello),
  versions: readonly string[] = ['2026-07-28'],
  capabilities: Json = { tools: {} },
) {
  return scripted((incoming, response) => {
    if (incoming.method !== 'server/discover') return script(incoming, response)
    result(response, incoming.id, {
      resultType: 'complete',
      supportedVersions: versions,
      capabilities,
      instructions: 'Ask nicely.',
      ttlMs: 0,
      cacheScope: 'private',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'modern', version: '1' } },
    })
  })
}

/** Speaks 2025-11-25 with sessions; `sessions` can be cleared to lose them. */
export async function legacyConnector(
  script: Script = (incoming, response) => result(response, incoming.id, { content: hello.content }),
  capabilities: Json = { tools: {} },
) {
  const sessions = new Set<string>()
  const server = await scripted((incoming, response) => {
    const session = incoming.request.headers['mcp-session-id']
    if (incoming.method === 'initialize') {
      const fresh = randomUUID()
      sessions.add(fresh)
      const answer = { protocolVersion: '2025-11-25', capabilities, serverInfo: { name: 'legacy', version: '1' } }
      return json(response, { jsonrpc: '2.0', id: incoming.id, result: answer }, 200, { 'mcp-session-id': fresh })
    }
    if (session === undefined) return rpcError(response, null, -32000, 'Bad Request: Mcp-Session-Id header is required', 400)
    if (typeof session !== 'string' || !sessions.has(session)) return rpcError(response, null, -32001, 'Session not found', 404)
    if (incoming.request.method !== 'GET' && (incoming.id === undefined || incoming.method === undefined)) return void response.writeHead(202).end()
    script(incoming, response)
  })
  return Object.assign(server, { sessions })
}
