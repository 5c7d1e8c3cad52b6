import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Json, JsonObject } from '../src/lib/index.ts'
import { serve } from './loopback-server.ts'
import { event } from './scripted-connector.ts'

export type SseIncoming = {
  readonly id: number | undefined
  readonly method: string | undefined
  readonly params: JsonObject
  readonly message: JsonObject
}
export type SseScript = (incoming: SseIncoming, say: (message: Json) => void) => void
export type SseOptions = {
  /** What its first event names as the address for messages. */
  readonly endpoint?: (session: string) => string
  readonly capabilities?: Json
}

/** A connector of 2024-11-05: everything that it says comes on the stream that a GET opened. POST at that address is no method of it. */
export async function sseConnector(
  script: SseScript,
  { endpoint = (session) => `/messages?session=${session}`, capabilities = { tools: {} } }: SseOptions = {},
) {
  const streams = new Map<string, ServerResponse>()
  const methods: string[] = []
  const server = await serve((request, response, body) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname === '/sse' && request.method === 'GET') {
      const session = randomUUID()
      methods.push('GET')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`event: endpoint\ndata: ${endpoint(session)}\n\n`)
      streams.set(session, response)
      response.on('close', () => streams.delete(session))
      return
    }
    const stream = streams.get(url.searchParams.get('session') ?? '')
    if (url.pathname !== '/messages' || stream === undefined) return void response.writeHead(url.pathname === '/sse' ? 405 : 404).end('no')
    response.writeHead(202).end('Accepted')
    const message = JSON.parse(body) as JsonObject
    const method = typeof message['method'] === 'string' ? message['method'] : undefined
    const id = typeof message['id'] === 'number' ? message['id'] : undefined
    methods.push(method ?? 'reply')
    const say = (answer: Json): void => void stream.write(event(answer))
    if (method === 'initialize') {
      say({ jsonrpc: '2.0', id: id ?? null, result: { protocolVersion: '2024-11-05', capabilities, serverInfo: { name: 'old', version: '1' } } })
    } else if (method === undefined || id !== undefined) {
      script({ id, method, params: (message['params'] ?? {}) as JsonObject, message }, say)
    }
  })
  return Object.assign(server, { url: `${server.origin}/sse`, streams, methods })
}
