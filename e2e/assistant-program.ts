import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import {
  Client,
  type OAuthClientInformationMixed,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type OAuthTokens,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { localCertificate, testKey } from '../server/test/certificates.ts'

export type ProgramOptions = {
  readonly name: string
  /** Where it is told that the tools are. */
  readonly url: string
  /** Shows a page to its user, and comes back when they are done there. */
  readonly shows: (url: string) => Promise<void>
}

/**
 * An assistant on somebody's computer, on the official client: it describes itself in a document at an https address of its own, waits on a port of its
 * own for the answer, and shows its user the pages that calls ask for.
 */
export class AssistantProgram implements OAuthClientProvider, AsyncDisposable {
  readonly clientMetadataUrl: string
  readonly redirectUrl: string
  /** Tokens as they came, oldest first. */
  readonly received: OAuthTokens[] = []
  /** Client of each kind that it was: the id that it goes by. */
  client: OAuthClientInformationMixed | undefined
  /** How often its document was read. */
  readonly reads: () => number
  #opened = Promise.withResolvers<URL>()
  #landed: Promise<URL>
  #verifier = ''
  #discovery: OAuthDiscoveryState | undefined
  readonly #options: ProgramOptions
  readonly #close: () => void

  private constructor(options: ProgramOptions, places: Places) {
    this.#options = options
    this.clientMetadataUrl = places.document
    this.redirectUrl = places.callback
    this.reads = places.reads
    this.#landed = places.landed
    this.#close = places.close
  }

  static async open(options: ProgramOptions): Promise<AssistantProgram> {
    return new AssistantProgram(options, await openPlaces(options.name))
  }

  get origin(): string {
    return new URL(this.redirectUrl).origin
  }

  get clientMetadata() {
    return describe(this.#options.name, this.redirectUrl)
  }

  /** A connection by what it holds now. */
  transport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(new URL(this.#options.url), { authProvider: this })
  }

  async connect(transport = this.transport()): Promise<Client> {
    const client = new Client(
      { name: this.#options.name, version: '1' },
      { capabilities: { elicitation: { url: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
    )
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      if (params.mode !== 'url') throw new Error('only pages can be shown')
      await this.#options.shows(params.url)
      return { action: 'accept' }
    })
    await client.connect(transport)
    return client
  }

  /** Where it wants its user's browser to go. */
  opened(): Promise<URL> {
    return this.#opened.promise
  }

  /** Where the browser came back to. */
  landed(): Promise<URL> {
    return this.#landed
  }

  state() {
    return 'a-state-of-its-own'
  }
  clientInformation() {
    return this.client
  }
  saveClientInformation(client: OAuthClientInformationMixed) {
    this.client = client
  }
  tokens() {
    return this.received.at(-1)
  }
  saveTokens(tokens: OAuthTokens) {
    this.received.push(tokens)
  }
  redirectToAuthorization(url: URL) {
    this.#opened.resolve(url)
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier
  }
  codeVerifier() {
    return this.#verifier
  }
  saveDiscoveryState(state: OAuthDiscoveryState) {
    this.#discovery = state
  }
  discoveryState() {
    return this.#discovery
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close()
  }
}

type Places = {
  readonly document: string
  readonly callback: string
  readonly landed: Promise<URL>
  readonly reads: () => number
  readonly close: () => void
}

function describe(client_name: string, redirect: string) {
  return {
    client_name,
    redirect_uris: [redirect],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }
}

async function openPlaces(name: string): Promise<Places> {
  const landed = Promise.withResolvers<URL>()
  let reads = 0
  const back = createServer((request, response) => {
    const url = new URL(request.url ?? '/', callback)
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Done</title><h1>Back in the program</h1>')
    if (url.pathname === '/callback') landed.resolve(url)
  })
  const site = createTlsServer({ key: testKey, cert: localCertificate }, (_: IncomingMessage, response: ServerResponse) => {
    reads++
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ client_id: document, ...describe(name, callback) }))
  })
  const portOf = async (server: typeof back | typeof site) => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return (server.address() as AddressInfo).port
  }
  const callback = `http://127.0.0.1:${await portOf(back)}/callback`
  const document = `https://127.0.0.1:${await portOf(site)}/client.json`
  const close = () => {
    for (const server of [back, site]) {
      server.closeAllConnections()
      server.close()
    }
  }
  return { document, callback, landed: landed.promise, reads: () => reads, close }
}
