import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Eras, eraOf, isRecord, type Json, LEGACY, type Message, MODERN, metaOf, readMessage, rejectModern } from '../fixtures/mcp-wire.ts'
import { askingTools, type Step, type Turn } from './asking-tools.ts'
import { LegacyTalk, Session } from './legacy-talk.ts'
import { ModernTalk } from './modern-talk.ts'
import { listedPrompts, prompts } from './suite-prompts.ts'
import { read, resources, templates } from './suite-resources.ts'
import { listedTools, plainTools, type Running } from './suite-tools.ts'

/** How one request is answered, in the words of its era. */
export interface Talk {
  readonly message: Message
  readonly capabilities: Json
  wantsLog(level: string): boolean
  notify(method: string, params: Json): void
  result(result: Json): void
  error(code: number, message: string, options?: { readonly status?: number; readonly data?: Json }): void
  /** Runs something that may ask the caller, to its end. */
  converse(step: (turn: Turn) => Step): Promise<void>
  breakOff(): void
}

const PAGE = 'io.modelcontextprotocol/'
const server = { name: 'suite', version: '1.0.0' }
const capabilities = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
}
/** What a careless connector would say; whoever passes it on has to say something else. */
const hints = { ttlMs: 3_600_000, cacheScope: 'public' }

export type SuiteConnector = AsyncDisposable & { readonly url: string }

/** A connector with everything that the conformance suite asks of a server, in the eras that it is told to speak. */
export async function startSuiteConnector(eras: Eras = 'both', port = 0): Promise<SuiteConnector> {
  const sessions = new Map<string, Session>()
  const listeners = new Set<(kind: 'tools' | 'prompts') => void>()

  const receive = (request: IncomingMessage, response: ServerResponse, body: string): unknown => {
    const host = request.headers.host?.replace(/:\d+$/, '') ?? ''
    const origin = request.headers.origin === undefined ? undefined : URL.parse(request.headers.origin)?.hostname
    const local = ['localhost', '127.0.0.1', '[::1]']
    if (!local.includes(host) || (origin !== undefined && !local.includes(origin ?? ''))) return void response.writeHead(403).end()
    const session = sessions.get(String(request.headers['mcp-session-id']))
    if (request.method !== 'POST') {
      if (eras === 'modern') return void response.writeHead(405).end()
      if (session === undefined) return void response.writeHead(404).end()
      if (request.method === 'GET') return session.listen(request, response)
      sessions.delete(session.id)
      return void response.writeHead(200).end()
    }
    const message = readMessage(body)
    if (message === undefined) return fail(response, 400, null, -32700, 'Not a message.')
    if (eraOf(message, request.headers) === 'modern' || eras === 'modern') return modern(message, request, response)
    if (message.method === 'initialize') return initialize(message, response)
    if (session === undefined)
      return fail(response, request.headers['mcp-session-id'] === undefined ? 400 : 404, message.id ?? null, -32001, 'No session.')
    if (message.id === undefined || message.method === '') {
      session.hear(message, body)
      return void response.writeHead(202).end()
    }
    void answer(new LegacyTalk(message, session, response))
  }

  const modern = (message: Message, request: IncomingMessage, response: ServerResponse): unknown => {
    if (eras === 'legacy') return fail(response, 400, null, -32000, 'Bad Request: no valid session.')
    const rejection = rejectModern(message, request.headers)
    if (rejection !== undefined) return fail(response, rejection.status, message.id ?? null, rejection.code, rejection.message, rejection.data)
    if (message.id === undefined) return void response.writeHead(202).end()
    const talk = new ModernTalk(message, response)
    if (message.method === 'server/discover')
      return talk.result({ supportedVersions: eras === 'both' ? [MODERN, ...LEGACY] : [MODERN], capabilities, ...hints })
    if (message.method === 'subscriptions/listen') return listen(talk)
    void answer(talk)
  }

  const initialize = (message: Message, response: ServerResponse): void => {
    const asked = message.params['protocolVersion']
    const protocolVersion = typeof asked === 'string' && LEGACY.includes(asked) ? asked : LEGACY[0]
    const offered = message.params['capabilities']
    const session = new Session(randomUUID(), isRecord(offered) ? offered : {})
    sessions.set(session.id, session)
    response.setHeader('mcp-session-id', session.id)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { protocolVersion, capabilities, serverInfo: server } }))
  }

  const listen = (talk: ModernTalk): void => {
    const { notifications } = talk.message.params
    const wanted = isRecord(notifications) ? notifications : {}
    const _meta = { [`${PAGE}subscriptionId`]: talk.message.id }
    talk.notify('notifications/subscriptions/acknowledged', { notifications: wanted, _meta })
    const hear = (kind: 'tools' | 'prompts'): void => {
      if (wanted[`${kind}ListChanged`] === true) talk.notify(`notifications/${kind}/list_changed`, { _meta })
    }
    listeners.add(hear)
    talk.onClose(() => listeners.delete(hear))
  }

  const answer = async (talk: Talk): Promise<void> => {
    const { method, params } = talk.message
    const name = String(params['name'])
    const uri = String(params['uri'])
    switch (method) {
      case 'tools/list':
        return talk.result({ tools: listedTools([...Object.keys(plainTools), ...Object.keys(askingTools)]), ...hints })
      case 'tools/call': {
        const plain = plainTools[name]
        const asking = askingTools[name]
        if (asking !== undefined) return await talk.converse(asking)
        if (plain === undefined) return talk.error(-32602, `Unknown tool: ${name}`)
        return talk.result(await plain(running(talk)))
      }
      case 'resources/list':
        return talk.result({ resources, ...hints })
      case 'resources/templates/list':
        return talk.result({ resourceTemplates: templates, ...hints })
      case 'resources/read': {
        const contents = read(uri)
        return contents === undefined ? talk.error(-32602, 'Resource not found', { data: { uri } }) : talk.result({ contents: [contents], ...hints })
      }
      case 'prompts/list':
        return talk.result({ prompts: listedPrompts, ...hints })
      case 'prompts/get': {
        const prompt = prompts[name]
        return prompt === undefined ? talk.error(-32602, `Unknown prompt: ${name}`) : await talk.converse(prompt)
      }
      case 'completion/complete':
        return talk.result({ completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false } })
    }
    if (talk instanceof LegacyTalk && talk.answersItself()) return
    talk.error(-32601, 'Method not found.', { status: 404 })
  }

  const running = (talk: Talk): Running => {
    const { progressToken } = metaOf(talk.message)
    return {
      arguments: (talk.message.params['arguments'] ?? {}) as Json,
      progressToken,
      capabilities: talk.capabilities,
      log: (level, data) => talk.wantsLog(level) && talk.notify('notifications/message', { level, logger: 'suite', data }),
      progress: (progress, total) => progressToken !== undefined && talk.notify('notifications/progress', { progressToken, progress, total }),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      listChanged: (kind) => {
        for (const hear of listeners) hear(kind)
        for (const session of sessions.values()) session.tell({ jsonrpc: '2.0', method: `notifications/${kind}/list_changed` })
      },
      breakOff: () => talk.breakOff(),
    }
  }

  const http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => receive(request, response, Buffer.concat(chunks).toString('utf8')))
  })
  http.listen(port, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('the connector listens on no port')
  return {
    url: `http://127.0.0.1:${address.port}/mcp`,
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

function fail(response: ServerResponse, status: number, id: string | number | null, code: number, message: string, data?: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } }))
}
