import * as oauth from 'oauth4webapi'
import type { Town } from './town.ts'

/** oauth4webapi speaks https only, unless told that this is a test on one machine. */
export const here = { [oauth.allowInsecureRequests]: true }

export type Landed = {
  readonly status: number
  readonly location: string | null
  readonly cookies: readonly string[]
  readonly text: string
  readonly headers: Headers
}

/** Whatever came back, to look into. */
// biome-ignore lint/suspicious/noExplicitAny: a test knows what it expects
type Body = any

/** A browser: keeps its cookies, follows nothing by itself, and signs in to the console. */
export class Browser {
  readonly origin: string
  readonly #jar = new Map<string, string>()
  #csrf = ''

  constructor(origin: string) {
    this.origin = origin
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#jar
  }

  /** What a thief of cookies would have. */
  steals(from: Browser, name: string): void {
    const value = from.#jar.get(name)
    if (value !== undefined) this.#jar.set(name, value)
  }

  forgets(name: string): void {
    this.#jar.delete(name)
  }

  async goes(to: string | URL, method = 'GET', body?: string, headers: Readonly<Record<string, string>> = {}): Promise<Landed> {
    const url = new URL(to, this.origin)
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { body }),
    })
    const cookies = response.headers.getSetCookie()
    for (const set of cookies) {
      const [pair = ''] = set.split(';', 1)
      const cut = pair.indexOf('=')
      if (set.includes('Max-Age=0')) this.#jar.delete(pair.slice(0, cut))
      else this.#jar.set(pair.slice(0, cut), pair.slice(cut + 1))
    }
    return { status: response.status, location: response.headers.get('location'), cookies, text: await response.text(), headers: response.headers }
  }

  async signsIn(name: string): Promise<void> {
    await this.asks('POST', '/session', { email: `${name.toLowerCase()}@example.org`, password: 'correct horse battery' })
    this.#csrf = (await this.asks('GET', '/session')).body.csrf
  }

  /** What a page of the console asks the control API. */
  async asks(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly status: number; readonly body: Body; readonly headers: Headers }> {
    const own: Record<string, string> = {
      'x-handfast-csrf': this.#csrf,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      origin: this.origin,
    }
    const landed = await this.goes(`/api/v1${path}`, method, body === undefined ? undefined : JSON.stringify(body), { ...own, ...headers })
    return { status: landed.status, body: landed.text === '' ? {} : JSON.parse(landed.text), headers: landed.headers }
  }

  /** Opens what an assistant wants opened, and answers on the page. Returns where the browser is sent in the end. */
  async letsIn(url: URL, decision: Readonly<Record<string, unknown>> = { yes: true, stay: true }): Promise<URL> {
    const { id } = await this.isAsked(url)
    return await this.decides(id, decision)
  }

  /** Opens what an assistant wants opened. Returns what the page shows. */
  async isAsked(url: URL): Promise<{ readonly id: string; readonly request: Body }> {
    const begun = await this.goes(url)
    const id = /^\/authorize\/([\w-]+)$/.exec(new URL(begun.location ?? '', this.origin).pathname)?.[1]
    if (begun.status !== 303 || id === undefined) throw new Error(`the browser was sent to ${begun.location} with ${begun.status}: ${begun.text}`)
    const { body } = await this.asks('GET', `/authorizations/${id}`)
    return { id, request: body }
  }

  async decides(id: string, decision: Readonly<Record<string, unknown>>): Promise<URL> {
    const { status, body } = await this.asks('POST', `/authorizations/${id}/decision`, decision)
    if (status !== 200) throw new Error(`the decision was answered with ${status}: ${JSON.stringify(body)}`)
    const sent = await this.goes(body.redirect)
    if (sent.location === null) throw new Error(`the browser stays at ${body.redirect} with ${sent.status}: ${sent.text}`)
    return new URL(sent.location)
  }
}

export const CALLBACK = 'http://127.0.0.1:7777/callback'

/** An assistant with a standard OAuth client, which knows nothing but an address. */
export class Caller {
  readonly server: oauth.AuthorizationServer
  readonly client: oauth.Client
  readonly auth: oauth.ClientAuth
  verifier = oauth.generateRandomCodeVerifier()
  state = oauth.generateRandomState()
  readonly resource: string
  readonly redirect: string

  constructor(server: oauth.AuthorizationServer, client: oauth.Client, auth: oauth.ClientAuth, resource: string, redirect = CALLBACK) {
    this.server = server
    this.client = client
    this.auth = auth
    this.resource = resource
    this.redirect = redirect
  }

  /** From nothing: finds the server by RFC 8414 and registers by RFC 7591. */
  static async registers(origin: string, metadata: Readonly<Record<string, unknown>> = {}, path = '/mcp'): Promise<Caller> {
    const server = await discovers(origin)
    const asked = { client_name: 'Corvid', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none', ...metadata }
    const client = await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(server, asked, here))
    const auth = client.client_secret === undefined ? oauth.None() : oauth.ClientSecretBasic(String(client.client_secret))
    const [redirect] = client['redirect_uris'] as readonly string[]
    return new Caller(server, client, auth, origin + path, redirect)
  }

  async address(change: Readonly<Record<string, string | null>> = {}): Promise<URL> {
    const url = new URL(this.server.authorization_endpoint ?? '')
    const parameters: Record<string, string | null> = {
      client_id: this.client.client_id,
      redirect_uri: this.redirect,
      response_type: 'code',
      scope: 'connectors:read connectors:write',
      state: this.state,
      resource: this.resource,
      code_challenge: await oauth.calculatePKCECodeChallenge(this.verifier),
      code_challenge_method: 'S256',
      ...change,
    }
    for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value)
    return url
  }

  /** Checks the answer as RFC 9207 and RFC 6749 want it, and takes the code to the token endpoint. */
  async redeems(landed: URL, change: Readonly<Record<string, string>> = {}): Promise<oauth.TokenEndpointResponse> {
    const parameters = oauth.validateAuthResponse(this.server, this.client, landed, this.state)
    const options = { ...here, additionalParameters: { resource: this.resource, ...change } }
    const response = await oauth.authorizationCodeGrantRequest(this.server, this.client, this.auth, parameters, this.redirect, this.verifier, options)
    return await oauth.processAuthorizationCodeResponse(this.server, this.client, response)
  }

  async refreshes(token: string, change: Readonly<Record<string, string>> = {}): Promise<oauth.TokenEndpointResponse> {
    const options = { ...here, additionalParameters: { resource: this.resource, ...change } }
    return await oauth.processRefreshTokenResponse(
      this.server,
      this.client,
      await oauth.refreshTokenGrantRequest(this.server, this.client, this.auth, token, options),
    )
  }

  /** What the token endpoint says to a form, whatever it holds. */
  async posts(
    form: Readonly<Record<string, string>>,
    path: 'token' | 'revoke' | 'introspect' = 'token',
    headers: Readonly<Record<string, string>> = {},
  ) {
    const answer = await fetch(`${this.server.issuer}/oauth/${path}`, { method: 'POST', body: new URLSearchParams(form), headers })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Body }
  }
}

export async function discovers(origin: string): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(origin)
  return await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...here, algorithm: 'oauth2' }))
}

/** The origin under which this town is known. */
export function originOf(town: Town): string {
  return `http://localhost:${new URL(town.url).port}`
}
