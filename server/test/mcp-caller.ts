import { LATEST_LEGACY, LATEST_MODERN, META_CLIENT_CAPABILITIES, META_PROTOCOL_VERSION } from '../src/protocol/mcp/index.ts'
import { ANSWER, hear } from './vigil.ts'

/** A JSON-RPC answer as it came. */
export type Told = {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, member by member
  readonly body: any
  readonly events: readonly unknown[]
}

/** The least that speaks MCP to a Handfast, so that a test can also say things that no client library would. */
export class McpCaller {
  readonly #url: string
  readonly #token: string
  #id = 0

  constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  /** Posts exactly this. Headers given as null are left out. */
  async post(path: string, body: string, headers: Readonly<Record<string, string | null>> = {}, signal?: AbortSignal): Promise<Told> {
    const all: Record<string, string | null> = {
      authorization: `Bearer ${this.#token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    }
    const response = await fetch(this.#url + path, {
      method: 'POST',
      body,
      headers: Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null)),
      ...(signal === undefined ? {} : { signal }),
    })
    const answer = await told(response)
    hear(ANSWER, JSON.stringify([[...answer.headers], answer.body, answer.events]))
    return answer
  }

  /** A request of the stateless revision. */
  modern(
    method: string,
    params: Record<string, unknown> = {},
    options: { path?: string; capabilities?: object; meta?: object; signal?: AbortSignal; headers?: Record<string, string | null> } = {},
  ): Promise<Told> {
    const name = typeof params['name'] === 'string' ? { 'mcp-name': params['name'] } : {}
    const meta = { [META_PROTOCOL_VERSION]: LATEST_MODERN, [META_CLIENT_CAPABILITIES]: options.capabilities ?? {}, ...options.meta }
    const body = { jsonrpc: '2.0', id: ++this.#id, method, params: { ...params, _meta: meta } }
    return this.post(
      options.path ?? '/mcp',
      JSON.stringify(body),
      { 'mcp-protocol-version': LATEST_MODERN, 'mcp-method': method, ...name, ...options.headers },
      options.signal,
    )
  }

  call(name: string, args: object = {}, options: Parameters<McpCaller['modern']>[2] = {}): Promise<Told> {
    return this.modern('tools/call', { name, arguments: args }, options)
  }

  /** Opens a session of the older revisions. */
  async legacy(path = '/mcp', capabilities: object = {}, protocolVersion: string = LATEST_LEGACY): Promise<LegacyCaller> {
    const body = {
      jsonrpc: '2.0',
      id: ++this.#id,
      method: 'initialize',
      params: { protocolVersion, capabilities, clientInfo: { name: 'a test', version: '1' } },
    }
    const opened = await this.post(path, JSON.stringify(body))
    return new LegacyCaller(this, path, opened.headers.get('mcp-session-id') ?? '', opened)
  }
}

/** A session of the older revisions. */
export class LegacyCaller {
  readonly session: string
  readonly opened: Told
  readonly #caller: McpCaller
  readonly #path: string
  #id = 100

  constructor(caller: McpCaller, path: string, session: string, opened: Told) {
    this.#caller = caller
    this.#path = path
    this.session = session
    this.opened = opened
  }

  request(
    method: string,
    params: object = {},
    id: number | string = ++this.#id,
    headers: Readonly<Record<string, string | null>> = {},
  ): Promise<Told> {
    return this.#caller.post(this.#path, JSON.stringify({ jsonrpc: '2.0', id, method, params }), {
      'mcp-session-id': this.session,
      'mcp-protocol-version': LATEST_LEGACY,
      ...headers,
    })
  }

  notify(method: string, params: object = {}): Promise<Told> {
    return this.#caller.post(this.#path, JSON.stringify({ jsonrpc: '2.0', method, params }), {
      'mcp-session-id': this.session,
      'mcp-protocol-version': LATEST_LEGACY,
    })
  }

  call(name: string, args: object = {}, meta?: object): Promise<Told> {
    return this.request('tools/call', { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) })
  }
}

async function told(response: Response): Promise<Told> {
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('text/event-stream')) {
    const events = text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => JSON.parse(line.slice(6)) as unknown)
    return { status: response.status, headers: response.headers, body: events.at(-1), events }
  }
  return { status: response.status, headers: response.headers, body: type.startsWith('application/json') ? JSON.parse(text) : text, events: [] }
}
