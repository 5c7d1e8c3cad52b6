import type { ServerResponse } from 'node:http'
import { isRecord, type Json, type Message, metaOf } from '../fixtures/mcp-wire.ts'
import type { Step, Turn } from './asking-tools.ts'
import type { Talk } from './suite-connector.ts'

const META = 'io.modelcontextprotocol/'
const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']

/** A request of 2026-07-28: everything it needs is in it, and one answer ends it. */
export class ModernTalk implements Talk {
  readonly message: Message
  readonly capabilities: Json
  readonly #response: ServerResponse
  readonly #level: unknown

  constructor(message: Message, response: ServerResponse) {
    this.message = message
    this.#response = response
    const meta = metaOf(message)
    this.capabilities = meta[`${META}clientCapabilities`] as Json
    this.#level = meta[`${META}logLevel`]
  }

  wantsLog(level: string): boolean {
    return typeof this.#level === 'string' && LEVELS.indexOf(level) >= LEVELS.indexOf(this.#level)
  }

  notify(method: string, params: Json): void {
    this.#stream()
    this.#response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method, params })}\n\n`)
  }

  result(result: Json): void {
    const whole = { resultType: 'complete', ...result, _meta: { [`${META}serverInfo`]: { name: 'suite', version: '1.0.0' } } }
    this.#end(200, { jsonrpc: '2.0', id: this.message.id, result: whole })
  }

  error(code: number, message: string, options: { readonly status?: number; readonly data?: Json } = {}): void {
    const error = { code, message, ...(options.data === undefined ? {} : { data: options.data }) }
    this.#end(options.status ?? 200, { jsonrpc: '2.0', id: this.message.id, error })
  }

  async converse(step: (turn: Turn) => Step): Promise<void> {
    const { params } = this.message
    const { inputResponses, requestState } = params
    const next = step({
      arguments: (params['arguments'] ?? {}) as Json,
      responses: isRecord(inputResponses) ? inputResponses : {},
      state: typeof requestState === 'string' ? requestState : null,
      capabilities: this.capabilities,
    })
    if (next.kind === 'done') return this.result(next.result)
    if (next.kind === 'tampered') return this.error(-32602, 'The request state is not one of ours.')
    if (next.kind === 'lacks') return this.#lacks(next.capabilities)
    const lacking = lackingFor(next.requests, this.capabilities)
    if (lacking !== undefined) return this.#lacks(lacking)
    this.result({
      resultType: 'input_required',
      inputRequests: next.requests,
      ...(next.state === undefined ? {} : { requestState: next.state }),
    })
  }

  breakOff(): void {
    // There is no coming back in this revision.
  }

  onClose(closed: () => void): void {
    this.#response.once('close', closed)
  }

  #lacks(requiredCapabilities: Json): void {
    this.error(-32021, 'A capability is missing.', { status: 400, data: { requiredCapabilities } })
  }

  #stream(): void {
    if (!this.#response.headersSent) this.#response.writeHead(200, { 'content-type': 'text/event-stream' })
  }

  #end(status: number, body: Json): void {
    if (this.#response.headersSent) return void this.#response.end(`data: ${JSON.stringify(body)}\n\n`)
    this.#response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

const CAPABILITY: Readonly<Record<string, string>> = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
}

/** The capabilities that these requests take and the caller did not declare. */
function lackingFor(requests: Json, capabilities: Json): Json | undefined {
  const needed = Object.values(requests).map((request) => CAPABILITY[String((request as Json)['method'])] ?? '')
  const lacking = needed.filter((name) => !isRecord(capabilities[name]))
  return lacking.length === 0 ? undefined : Object.fromEntries(lacking.map((name) => [name, {}]))
}
