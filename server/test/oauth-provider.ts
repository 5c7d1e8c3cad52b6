import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider'
import { localCertificate, testKey } from './certificates.ts'

export type ProviderOptions = {
  /** Refresh tokens change with each use, as for public clients of OAuth 2.1. */
  readonly rotates?: boolean
  readonly registration?: boolean
  readonly clients?: readonly ClientMetadata[]
  /** Seconds. */
  readonly accessTokenLives?: number
  /** Scopes of the API, beside `openid` and `offline_access`. */
  readonly scopes?: readonly string[]
  /** What it says about somebody, instead of a confirmed address that is their subject. */
  readonly claims?: (subject: string) => Readonly<Record<string, unknown>>
  /** Scopes that are never granted. */
  readonly withholds?: readonly string[]
  /** Speaks TLS, with the certificate for this machine. */
  readonly tls?: boolean
  /** People sign in and agree on pages; without, whoever arrives is signed in as `account`. */
  readonly pages?: boolean
  /** Reads clients' descriptions at their own addresses (client ID metadata documents). */
  readonly documents?: boolean
}

/** What a token request was answered with. */
export type Issued = { readonly access_token: string; readonly refresh_token?: string; readonly scope?: string }

/** A real authorization server (oidc-provider) on loopback, in which whoever arrives is signed in as `account` and consents. */
export type OAuthProvider = AsyncDisposable & {
  readonly issuer: string
  /** Who signs in next. */
  account: string
  /** What reached it, as `POST /token`. */
  readonly arrivals: readonly string[]
  /** Bodies of token requests. */
  readonly tokenRequests: readonly URLSearchParams[]
  /** Answers to token requests that were granted. */
  readonly issued: readonly Issued[]
  /** Answers everything with 503 while true. */
  down: boolean
  readonly provider: Provider
  /** What a token is good for, or null. */
  check(token: string): Promise<{ readonly account: string; readonly scopes: readonly string[]; readonly audience: string } | null>
  /** Opens an address as a browser would, signs in and agrees; answers the address that the person is sent back to. */
  visit(url: string): Promise<URL>
}

export async function openProvider(options: ProviderOptions = {}): Promise<OAuthProvider> {
  const arrivals: string[] = []
  const tokenRequests: URLSearchParams[] = []
  const issued: Issued[] = []
  const sockets = new Set<Socket>()
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => void response.writeHead(503).end()
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    arrivals.push(`${request.method} ${new URL(request.url ?? '/', 'http://x').pathname}`)
    if (state.down) return void response.writeHead(503, { 'content-type': 'text/plain' }).end('down')
    if (request.url !== '/token') {
      handle(request, response)
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      tokenRequests.push(new URLSearchParams(body.toString()))
      // oidc-provider takes a body that was read before it.
      Object.assign(request, { body: body.toString() })
      handle(request, response)
    })
  }
  const server = options.tls === true ? createTlsServer({ key: testKey, cert: localCertificate }, listen) : createServer(listen)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `${options.tls === true ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, configuration(options))
  const callback = provider.callback()
  provider.on('grant.success', (ctx) => void issued.push(ctx.body as Issued))
  const state = { account: 'ana@example.org', down: false }
  handle = (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return void callback(request, response)
    const answered = options.pages === true ? answerOnPages : answerInteraction
    answered(provider, request, response, state.account, options.withholds ?? []).catch((error: unknown) =>
      response.writeHead(500).end(String(error)),
    )
  }

  return Object.assign(state, {
    issuer,
    arrivals,
    tokenRequests,
    issued,
    provider,
    check: async (text: string) => {
      const token = await provider.AccessToken.find(text)
      if (token === undefined) return null
      return { account: token.accountId, scopes: (token.scope ?? '').split(' ').filter(Boolean), audience: String(token.aud ?? '') }
    },
    visit: (url: string) => visit(url, issuer),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
}

function configuration(options: ProviderOptions): Configuration {
  const scopes = options.scopes ?? ['notes.read', 'notes.write']
  return {
    clients: [...(options.clients ?? [])],
    scopes: ['openid', 'offline_access', 'email', ...scopes],
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'name', 'groups'] },
    conformIdTokenClaims: false,
    rotateRefreshToken: options.rotates ?? false,
    pkce: { required: () => true },
    discovery: { prompt_values_supported: ['none', 'login', 'consent'] },
    ttl: { AccessToken: options.accessTokenLives ?? 3600, RefreshToken: 86_400, Grant: 86_400, Interaction: 600, Session: 600, IdToken: 3600 },
    issueRefreshToken: async () => true,
    // On loopback, where the library's own protection would close the connection.
    fetch: (url, init) => fetch(url, { ...(init as object), dispatcher: undefined } as object),
    features: {
      ...(options.documents === true ? { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } } : {}),
      introspection: { enabled: true },
      devInteractions: { enabled: false },
      registration: { enabled: options.registration ?? false },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async (_ctx, _client, oneOf) => (oneOf === undefined ? [] : ([oneOf].flat()[0] ?? [])),
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_ctx, resource) => ({
          scope: scopes.join(' '),
          audience: resource,
          accessTokenFormat: 'opaque' as const,
          accessTokenTTL: options.accessTokenLives ?? 3600,
        }),
      },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: async (_ctx, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, ...(options.claims?.(sub) ?? { email: sub, email_verified: true }) }),
    }),
    cookies: { keys: ['a test'] },
    jwks: { keys: [signing] },
    renderError: async (ctx, out) => {
      ctx.type = 'json'
      ctx.body = out
    },
  }
}

const signing = {
  kty: 'EC',
  crv: 'P-256',
  alg: 'ES256',
  use: 'sig',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
}

async function answerInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  account: string,
  withholds: readonly string[],
): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId: account } }, { mergeWithLastSubmission: false })
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant = known ?? new provider.Grant({ accountId: session?.accountId ?? account, clientId: String(params['client_id']) })
  const asked = String(params['scope'] ?? '')
    .split(' ')
    .filter((scope) => scope !== '' && !withholds.includes(scope))
    .join(' ')
  grant.addOIDCScope(asked)
  for (const resource of [params['resource']].flat()) if (typeof resource === 'string') grant.addResourceScope(resource, asked)
  const resource = String(params['resource'] ?? '')
  for (const scope of withholds) {
    grant.rejectOIDCScope(scope)
    if (resource !== '') grant.rejectResourceScope(resource, scope)
  }
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true })
}

/** Shows what it asks on a page, and goes on as the person answers. */
async function answerOnPages(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  _account: string,
  withholds: readonly string[],
): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response)
  if (request.method === 'POST')
    return answerInteraction(provider, request, response, new URLSearchParams(await text(request)).get('account') ?? '', withholds)
  const asks =
    prompt.name === 'login'
      ? '<h1>Sign in here</h1><form method="post"><label>Account <input name="account"></label><button>Sign in</button></form>'
      : `<h1>Grant access?</h1><p id="scopes">${String(params['scope']).replace(/[^\w. -]/g, '')}</p><form method="post"><button>Allow</button></form>`
  response
    .writeHead(200, { 'content-type': 'text/html' })
    .end(`<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>The provider</title>${asks}`)
}

/** A browser without pages: keeps cookies, follows redirects, stops where the provider sends it away. */
async function visit(start: string, issuer: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = start
  for (let hop = 0; hop < 15; hop++) {
    const response = await fetch(url, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (/expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`the provider answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
    const next = new URL(location, url)
    if (next.origin !== issuer) return next
    url = next.href
  }
  throw new Error('the provider goes in a circle')
}
