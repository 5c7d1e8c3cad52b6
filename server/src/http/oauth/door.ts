import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import proxyAddress from '@fastify/proxy-addr'
import { type AuthorizationServer, TooManyRequestsError, type Visit } from '../../authorization/index.ts'
import type { Clock } from '../../lib/index.ts'
import { networkOf, type People } from '../../people/index.ts'
import type { FaultLog, Site } from '../api/index.ts'
import { SessionCookie } from '../api/session-cookie.ts'
import { securityHeaders } from '../api/site.ts'
import { BROWSER_COOKIE_SECONDS, browserCookie } from './browser-cookie.ts'
import { protectedResource, RESOURCE_METADATA } from './metadata.ts'
import { register } from './registration.ts'

export type OAuthNeeds = {
  readonly server: AuthorizationServer
  readonly people: Pick<People, 'session'>
  readonly site: Site
  readonly clock: Clock
  readonly log: FaultLog
  /** What this installation is called. */
  readonly name: string
  readonly trustedProxies: readonly string[]
}

/** What goes on to the provider. Whatever else lies below `/oauth/` or `/.well-known/` is not there. */
const PROTOCOL = /^\/oauth\/(?:authorize(?:\/[A-Za-z0-9_-]{1,64})?|token|revoke|introspect|jwks|device-authorization)$/
const DISCOVERY: ReadonlySet<string> = new Set(['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'])

/** `/oauth/…` and the documents that say where everything is. */
export class OAuthDoor {
  readonly #needs: OAuthNeeds
  readonly #origin: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #session: SessionCookie
  readonly #browser: SessionCookie
  readonly #trusts: (address: string, hop: number) => boolean

  constructor(needs: OAuthNeeds) {
    this.#needs = needs
    this.#origin = needs.site.publicUrl.origin
    this.#headers = { ...securityHeaders(needs.site.https), 'cache-control': 'no-store' }
    this.#session = new SessionCookie(needs.site.https)
    this.#browser = browserCookie(needs.site.https)
    this.#trusts = needs.trustedProxies.length === 0 ? () => false : proxyAddress.compile([...needs.trustedProxies])
  }

  handle(req: IncomingMessage, res: ServerResponse, path: string): void {
    for (const [name, value] of Object.entries(this.#headers)) res.setHeader(name, value)
    this.#answer(req, res, path).catch((error: unknown) => this.#fail(req, res, path, error))
  }

  async #answer(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    if (path === RESOURCE_METADATA || path.startsWith(`${RESOURCE_METADATA}/`)) return this.#describeResource(req, res, path)
    const { server, clock } = this.#needs
    if (path === '/oauth/register' && server.registrationIsOn) {
      if (req.method !== 'POST') return void res.writeHead(405, { allow: 'POST' }).end()
      return await register(server, req, res, this.#addressOf(req), clock.now())
    }
    if (!PROTOCOL.test(path) && !DISCOVERY.has(path)) return nothing(res)
    // RFC 6749 section 5.1: for caches that know nothing newer.
    if (path === '/oauth/token') res.setHeader('pragma', 'no-cache')
    if (DISCOVERY.has(path)) res.setHeader('cache-control', 'public, max-age=300')
    await server.handle(req, res, req.url ?? path, await this.#visitOf(req, res, path))
  }

  #describeResource(req: IncomingMessage, res: ServerResponse, path: string): void {
    const found = protectedResource(this.#origin, this.#needs.name, path)
    if (found === null) return void nothing(res)
    if (req.method !== 'GET' && req.method !== 'HEAD') return void res.writeHead(405, { allow: 'GET, HEAD' }).end()
    const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' }
    res.writeHead(200, headers).end(req.method === 'HEAD' ? undefined : JSON.stringify(found))
  }

  async #visitOf(req: IncomingMessage, res: ServerResponse, path: string): Promise<Visit> {
    const { cookie } = req.headers
    const isPage = path.startsWith('/oauth/authorize')
    const secret = isPage ? this.#session.read(cookie) : null
    const session = secret === null ? null : await this.#needs.people.session(secret)
    return {
      address: this.#addressOf(req),
      browser: isPage ? this.#browser.read(cookie) : null,
      user: session?.user ?? null,
      giveBrowser: (given) => void res.setHeader('set-cookie', this.#browser.set(given, BROWSER_COOKIE_SECONDS)),
      tell: (to, error) => tellPerson(to, error),
    }
  }

  #addressOf(req: IncomingMessage): string {
    return networkOf(proxyAddress(req, this.#trusts))
  }

  #fail(req: IncomingMessage, res: ServerResponse, path: string, error: unknown): void {
    const isPage = path.startsWith('/oauth/authorize')
    if (req.destroyed && !req.complete) return void res.destroy()
    if (res.headersSent) return void res.end()
    if (error instanceof TooManyRequestsError) {
      res.setHeader('retry-after', String(error.retryAfter))
      return void (isPage ? tellPerson(res, 'too_many', 429) : sayError(res, 429, 'temporarily_unavailable', error.message))
    }
    const ref = randomBytes(9).toString('base64url')
    // The path without its query: that holds what only the two sides should know.
    this.#needs.log.error({ ref, err: error, path }, 'a request to the authorization server failed')
    if (isPage) tellPerson(res, 'server_error', 500)
    else sayError(res, 500, 'server_error', `The operator finds it in the log under ${ref}.`)
  }
}

function sayError(res: ServerResponse, status: number, error: string, description: string): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error, error_description: description }))
}

function nothing(res: ServerResponse): void {
  res.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not_found"}')
}

/**
 * A person came here with a request that cannot go on, and the assistant must not be told by a redirect (RFC 6749 section 4.1.2.1). The page of the
 * console that says why is one step further; the status is for programs.
 */
function tellPerson(res: ServerResponse, error: string, status = 400): void {
  res.removeHeader('set-cookie')
  const page = `/authorize-problem?error=${encodeURIComponent(error)}`
  res.writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
  res.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>This request cannot go on</title><meta http-equiv="refresh" content="0; url=${page}"><p>This request cannot go on (${error.replaceAll(/[^a-z_]/g, '')}). <a href="${page}">What happened</a></p></html>`,
  )
}
