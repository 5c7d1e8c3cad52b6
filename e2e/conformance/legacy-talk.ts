import type { IncomingMessage, ServerResponse } from 'node:http'
import { isRecord, type Json, type Message } from '../fixtures/mcp-wire.ts'
import type { Step, Turn } from './asking-tools.ts'
import type { Talk } from './suite-connector.ts'

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']

/** A session of 2025-11-25 and 2025-06-18. */
export class Session {
  readonly id: string
  readonly capabilities: Json
  level = 'debug'
  readonly subscribed = new Set<string>()
  readonly #waiting = new Map<string, (answer: Json) => void>()
  #stream: ServerResponse | undefined
  #asked = 0
  /** Streams that were broken off, with what was said on them since. */
  readonly #broken = new Map<string, { said: string[]; stream: ServerResponse | undefined; ended: boolean }>()

  constructor(id: string, capabilities: Json) {
    this.id = id
    this.capabilities = capabilities
  }

  /** The stream on which a session hears what belongs to no request, or the rest of one that was broken off. */
  listen(request: IncomingMessage, response: ServerResponse): void {
    const last = request.headers['last-event-id']
    const broken = this.#broken.get(String(last))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (broken !== undefined) {
      for (const event of broken.said) response.write(event)
      broken.stream = response
      if (broken.ended) response.end()
      return
    }
    response.write(': here\n\n')
    this.#stream = response
  }

  /** Answers of the caller to what we asked, and its notifications. */
  hear(message: Message, body: string): void {
    if (message.method !== '') return
    const answer = JSON.parse(body) as Json
    const resolve = this.#waiting.get(String(message.id))
    this.#waiting.delete(String(message.id))
    resolve?.(isRecord(answer['result']) ? answer['result'] : { refused: answer['error'] })
  }

  /** A request of ours: its id, and the answer that will come. */
  asking(): { readonly id: string; readonly answer: Promise<Json> } {
    const id = `ask-${++this.#asked}`
    return { id, answer: new Promise((resolve) => this.#waiting.set(id, resolve)) }
  }

  tell(message: Json): void {
    this.#stream?.write(`data: ${JSON.stringify(message)}\n\n`)
  }

  /** Keeps what is said on a stream after it was broken off. @returns writes to it */
  breakOff(eventId: string): (event: string, last: boolean) => void {
    const kept: { said: string[]; stream: ServerResponse | undefined; ended: boolean } = { said: [], stream: undefined, ended: false }
    this.#broken.set(eventId, kept)
    return (event, last) => {
      kept.said.push(event)
      kept.ended = last
      if (last) kept.stream?.end(event)
      else kept.stream?.write(event)
    }
  }
}

/** A request of the older revisions: we may ask the caller things on the stream of its answer. */
export class LegacyTalk implements Talk {
  readonly message: Message
  readonly capabilities: Json
  readonly #session: Session
  readonly #response: ServerResponse
  #later: ((event: string, last: boolean) => void) | undefined

  constructor(message: Message, session: Session, response: ServerResponse) {
    this.message = message
    this.capabilities = session.capabilities
    this.#session = session
    this.#response = response
  }

  wantsLog(level: string): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(this.#session.level)
  }

  notify(method: string, params: Json): void {
    this.#write({ jsonrpc: '2.0', method, params })
  }

  result(result: Json): void {
    const { ttlMs: _, cacheScope: __, ...rest } = result
    this.#end({ jsonrpc: '2.0', id: this.message.id, result: rest })
  }

  error(code: number, message: string, options: { readonly data?: Json } = {}): void {
    const error = { code, message, ...(options.data === undefined ? {} : { data: options.data }) }
    this.#end({ jsonrpc: '2.0', id: this.message.id, error })
  }

  async converse(step: (turn: Turn) => Step): Promise<void> {
    const { params } = this.message
    let state: string | null = null
    let responses: Json = {}
    for (;;) {
      const next = step({ arguments: (params['arguments'] ?? {}) as Json, responses, state, capabilities: this.capabilities })
      if (next.kind === 'done') return this.result(next.result)
      if (next.kind !== 'ask') return this.result({ content: [{ type: 'text', text: `It cannot be done: ${JSON.stringify(next)}` }], isError: true })
      const answers = await Promise.all(Object.entries(next.requests).map(async ([key, request]) => [key, await this.#ask(request as Json)] as const))
      const refused = answers.find(([, answer]) => 'refused' in answer)
      if (refused !== undefined) return this.result({ content: [{ type: 'text', text: `Refused: ${JSON.stringify(refused)}` }], isError: true })
      responses = Object.fromEntries(answers)
      state = next.state ?? null
    }
  }

  breakOff(): void {
    const id = `event-${this.message.id}`
    this.#write({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'debug', data: 'Back soon.' } }, id, 100)
    this.#later = this.#session.breakOff(id)
    this.#response.end()
  }

  /** Requests that only this era has. */
  answersItself(): boolean {
    const { method, params } = this.message
    if (method === 'logging/setLevel') this.#session.level = String(params['level'])
    else if (method === 'resources/subscribe') this.#session.subscribed.add(String(params['uri']))
    else if (method === 'resources/unsubscribe') this.#session.subscribed.delete(String(params['uri']))
    else if (method !== 'ping') return false
    this.result({})
    return true
  }

  async #ask(request: Json): Promise<Json> {
    const { id, answer } = this.#session.asking()
    this.#write({ jsonrpc: '2.0', id, ...request })
    return await answer
  }

  #write(message: Json, eventId?: string, retry?: number): void {
    if (!this.#response.headersSent) this.#response.writeHead(200, { 'content-type': 'text/event-stream' })
    const head = `${eventId === undefined ? '' : `id: ${eventId}\n`}${retry === undefined ? '' : `retry: ${retry}\n`}`
    const event = `${head}data: ${JSON.stringify(message)}\n\n`
    if (this.#later !== undefined) this.#later(event, false)
    else this.#response.write(event)
  }

  #end(body: Json): void {
    const event = `data: ${JSON.stringify(body)}\n\n`
    if (this.#later !== undefined) this.#later(event, true)
    else if (this.#response.headersSent) this.#response.end(event)
    else this.#response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}
