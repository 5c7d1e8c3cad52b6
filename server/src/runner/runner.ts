import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SandboxMissingError } from './runner-errors.ts'
import type { RunnerFile } from './runner-file.ts'
import { hasBubblewrap } from './sandbox.ts'
import { RunnerSession } from './session.ts'
import { Reply, readMessage, refuse } from './transport.ts'

export type RunnerOptions = {
  readonly file: RunnerFile
  /** Variables of the runner's own environment. */
  readonly environment: (name: string) => string | undefined
  readonly log: (line: string) => void
  readonly memoryCheckMs?: number
}

type Held = { readonly server: string; readonly credential: string; readonly session: RunnerSession }
/** `address` is what a connector's manifest names. */
export type RunnerAddress = {
  readonly server: string
  readonly address: string
  readonly credential: 'the key of the runner' | 'the key of each person'
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * Runs stdio servers for a gateway, apart from it: the gateway itself never starts a process. Each server of the file is reached as an MCP server over
 * Streamable HTTP (2025-11-25), and each session there is a process of its own.
 */
export class Runner {
  readonly #options: RunnerOptions
  readonly #server: Server
  readonly #sessions = new Map<string, Held>()
  readonly #sandbox: boolean
  readonly #key: string
  #port = 0

  /** @throws SandboxMissingError */
  constructor(options: RunnerOptions) {
    const { file } = options
    this.#options = options
    this.#sandbox = file.sandbox !== 'off' && hasBubblewrap()
    if (file.sandbox === 'require' && !this.#sandbox) throw new SandboxMissingError()
    this.#key = readKey(file.keyFile)
    this.#server = createServer({ requestTimeout: 60_000, headersTimeout: 10_000 }, (request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        options.log(`fault: ${error instanceof Error ? error.message : String(error)}`)
        if (!response.headersSent) refuse(response, 500, 'The runner failed.')
        else response.end()
      })
    })
  }

  get sandboxed(): boolean {
    return this.#sandbox
  }

  async open(): Promise<{ readonly url: string; readonly addresses: readonly RunnerAddress[] }> {
    const { host, port, servers } = this.#options.file
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, resolve)
    })
    this.#port = (this.#server.address() as AddressInfo).port
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${this.#port}`
    const addresses = Object.entries(servers).map(
      ([server, spec]): RunnerAddress =>
        spec.credentialEnv === undefined
          ? { server, address: `${url}/${server}/mcp`, credential: 'the key of the runner' }
          : { server, address: `${url}/${server}/${this.#key}/mcp`, credential: 'the key of each person' },
    )
    return { url, addresses }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const { session } of this.#sessions.values()) session.stop('the runner stops')
    await Promise.all([...this.#sessions.values()].map(({ session }) => session.exited))
    this.#server.closeAllConnections()
    await closed
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = this.#admit(request)
    if (typeof asked === 'string') return refuse(response, asked === 'no key' ? 401 : asked === 'not here' ? 404 : 403, said[asked])
    const { server, credential } = asked
    const id = request.headers['mcp-session-id']
    const held = typeof id === 'string' ? this.#sessions.get(id) : undefined
    const own = held !== undefined && held.server === server && held.credential === credential ? held.session : undefined
    if (request.method === 'POST') return this.#post(request, response, asked, typeof id === 'string', own)
    if (own === undefined) return refuse(response, id === undefined ? 405 : 404, said['no session'])
    if (request.method === 'DELETE') {
      own.stop('its session was ended')
      response.writeHead(204).end()
    } else if (request.method === 'GET') {
      const reply = new Reply(response, null)
      reply.stream()
      response.once('close', own.listen(reply.push))
    } else refuse(response, 405, 'POST, GET and DELETE are what is there.')
  }

  async #post(
    request: IncomingMessage,
    response: ServerResponse,
    asked: { readonly server: string; readonly credential: string; readonly secret: string | null },
    named: boolean,
    own: RunnerSession | undefined,
  ): Promise<void> {
    const message = await readMessage(request)
    if (message === null) return refuse(response, 400, 'One JSON-RPC message is what is read, of at most 4 MiB.')
    const { id, method } = message
    const starts = method === 'initialize' && id !== undefined && !named
    if (own === undefined && !starts) return refuse(response, named ? 404 : 400, said['no session'])
    let session = own
    let started: string | null = null
    if (session === undefined) {
      const spec = this.#options.file.servers[asked.server]
      const running = [...this.#sessions.values()].filter(({ server }) => server === asked.server).length
      if (spec === undefined || running >= spec.maxProcesses)
        return refuse(response, 503, 'As many processes run as the runner file allows. Try again.')
      started = randomBytes(24).toString('base64url')
      session = this.#start(started, asked)
    }
    if (id === undefined || method === undefined) {
      session.tell(message)
      response.writeHead(202).end()
      return
    }
    const reply = new Reply(response, started)
    const takeBack = session.ask({ ...message, id }, reply)
    response.once('close', () => {
      if (!response.writableFinished) takeBack()
    })
  }

  #start(id: string, { server, credential, secret }: { readonly server: string; readonly credential: string; readonly secret: string | null }) {
    const spec = this.#options.file.servers[server]
    if (spec === undefined) throw new Error('no such server')
    const { environment, log, memoryCheckMs } = this.#options
    const session = new RunnerSession(spec, secret, {
      sandbox: this.#sandbox,
      environment,
      said: (line) => log(`${server}: ${line}`),
      ended: (reason) => {
        this.#sessions.delete(id)
        log(`${server}: stopped, ${reason}`)
      },
      ...(memoryCheckMs === undefined ? {} : { memoryCheckMs }),
    })
    this.#sessions.set(id, { server, credential, session })
    log(`${server}: started`)
    return session
  }

  /** Who knocks, by address and key. Pages in a browser are told nothing: they bring an Origin, or a Host that is not ours. */
  #admit({ headers, url }: IncomingMessage): Refused | { readonly server: string; readonly credential: string; readonly secret: string | null } {
    const hosts = [this.#options.file.host, 'localhost', '127.0.0.1', '[::1]'].map((host) => `${host}:${this.#port}`)
    if (headers.origin !== undefined || !hosts.includes(headers.host ?? '')) return 'from a page'
    const [, server, ...rest] = (url ?? '').split('/')
    const spec = server === undefined ? undefined : Object.hasOwn(this.#options.file.servers, server) ? this.#options.file.servers[server] : undefined
    const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
    const shown = rest.length === 2 ? rest[0] : bearer
    if (shown === undefined || !timingSafeEqual(digest(shown), digest(this.#key))) return 'no key'
    if (server === undefined || spec === undefined || rest.at(-1) !== 'mcp' || rest.length > 2) return 'not here'
    if (spec.credentialEnv === undefined) return { server, credential: '', secret: null }
    if (rest.length !== 2 || bearer === undefined) return 'no key'
    return { server, credential: digest(bearer).toString('hex'), secret: bearer }
  }
}

type Refused = 'no key' | 'not here' | 'from a page'
const said = {
  'no key': 'Show the key of this runner; it lies in its key file.',
  'not here': 'No server of this runner has that name.',
  'from a page': 'A runner talks to gateways, not to pages.',
  'no session': 'There is no such session. Begin one with initialize.',
}

/** The key that a gateway shows, made at the first start and readable by its owner alone. */
function readKey(file: string): string {
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  return readFileSync(file, 'utf8').trim()
}
