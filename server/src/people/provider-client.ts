import type { ClientAuth, Configuration } from 'openid-client'
import { asFetch, type Egress, refusalBehind } from '../egress/index.ts'
import { type Clock, HOUR } from '../lib/index.ts'
import { type Arrival, readArrival, type SignInProvider } from './provider.ts'
import { ProviderFailedError } from './provider-errors.ts'

export type Begun = { readonly state: string; readonly nonce: string; readonly verifier: string }
/** How recently the provider has to have seen the person, where that is asked for. */
const FRESH_SECONDS = 120

// Loaded at first use.
const library = () => import('openid-client')

/** Talks to OpenID providers, through the one way out. What they publish is kept for an hour. */
export class ProviderClient {
  readonly #egress: Egress | null
  readonly #clock: Clock
  readonly #httpLoopback: boolean
  readonly #kept = new Map<string, { readonly until: number; readonly configuration: Promise<Configuration> }>()

  /** @param httpLoopback whether a provider on this machine may be asked without TLS: for development */
  constructor(egress: Egress | null, clock: Clock, httpLoopback: boolean) {
    this.#egress = egress
    this.#clock = clock
    this.#httpLoopback = httpLoopback
  }

  /** Where to send the person, and what has to fit together when they come back. @throws ProviderFailedError */
  async begin(provider: SignInProvider, redirectUri: string, fresh: boolean): Promise<{ readonly url: string; readonly begun: Begun }> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge, randomNonce, randomPKCECodeVerifier, randomState } = await library()
    const configuration = await this.#configuration(provider)
    const begun: Begun = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
    const parameters = {
      redirect_uri: redirectUri,
      scope: [...new Set(['openid', ...provider.scopes])].join(' '),
      response_type: 'code',
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
      ...(fresh ? { prompt: 'login', max_age: '0' } : {}),
    }
    try {
      const url = buildAuthorizationUrl(configuration, parameters)
      this.#check(provider, url.href)
      return { url: url.href, begun }
    } catch (error) {
      throw failed(provider, error)
    }
  }

  /**
   * Takes the answer apart: state, issuer of the answer (RFC 9207), code against token with PKCE, and the id token with signature, issuer,
   * audience, times and nonce (OpenID Connect Core section 3.1.3.7).
   * @throws ProviderFailedError
   */
  async finish(provider: SignInProvider, begun: Begun, returned: URL, fresh: boolean): Promise<Arrival> {
    const { authorizationCodeGrant, fetchUserInfo } = await library()
    const configuration = await this.#configuration(provider)
    try {
      const tokens = await authorizationCodeGrant(configuration, returned, {
        expectedState: begun.state,
        expectedNonce: begun.nonce,
        pkceCodeVerifier: begun.verifier,
        idTokenExpected: true,
        ...(fresh ? { maxAge: FRESH_SECONDS } : {}),
      })
      const claims = tokens.claims()
      if (claims === undefined || tokens.id_token === undefined) throw new Error('no id token')
      const wantsMore = claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
      const more = wantsMore ? await fetchUserInfo(configuration, tokens.access_token, claims.sub) : {}
      // What is signed outranks what is told.
      return readArrival(provider, { ...more, ...claims }, tokens.id_token)
    } catch (error) {
      throw failed(provider, error)
    }
  }

  /** Where the person ends their session at the provider, if it has such a place. Never throws: signing out here does not depend on it. */
  async endAddress(provider: SignInProvider, idToken: string | null, returnTo: string): Promise<string | null> {
    const { buildEndSessionUrl } = await library()
    try {
      const configuration = await this.#configuration(provider)
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null
      const hint: Record<string, string> = idToken === null ? {} : { id_token_hint: idToken }
      const url = buildEndSessionUrl(configuration, { ...hint, post_logout_redirect_uri: returnTo })
      this.#check(provider, url.href)
      return url.href
    } catch {
      return null
    }
  }

  async #configuration(provider: SignInProvider): Promise<Configuration> {
    const now = this.#clock.now()
    const kept = this.#kept.get(provider.id)
    if (kept !== undefined && kept.until > now) return kept.configuration
    const configuration = this.#discover(provider)
    this.#kept.set(provider.id, { until: now + HOUR, configuration })
    // What failed is not kept.
    configuration.catch(() => this.#kept.delete(provider.id))
    return configuration
  }

  async #discover(provider: SignInProvider): Promise<Configuration> {
    const { allowInsecureRequests, ClientSecretBasic, ClientSecretPost, customFetch, discovery, enableNonRepudiationChecks, None } = await library()
    if (this.#egress === null) throw new ProviderFailedError(provider.name, 'there is no way out')
    const send = asFetch(this.#egress, { purpose: 'sign-in' })
    const { clientId, clientSecret, issuer } = provider
    this.#check(provider, issuer)
    // OpenID Connect Core section 9: basic, unless the provider lists others.
    const authenticate: ClientAuth = (server, ...rest) => {
      if (clientSecret === null) return None()(server, ...rest)
      const basic = server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true
      return (basic ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret))(server, ...rest)
    }
    try {
      return await discovery(new URL(issuer), clientId, undefined, authenticate, {
        [customFetch]: (url: string, options: unknown) => send(url, options as Parameters<typeof send>[1]),
        // Signatures are checked although the token came over TLS: a proxy in between is not believed either.
        execute: [enableNonRepudiationChecks, ...(this.#isHttpLoopback(issuer) ? [allowInsecureRequests] : [])],
      })
    } catch (error) {
      throw failed(provider, error)
    }
  }

  #isHttpLoopback(address: string): boolean {
    const url = URL.parse(address)
    return this.#httpLoopback && url?.protocol === 'http:' && (url.hostname === 'localhost' || url.hostname === '127.0.0.1')
  }

  /** A browser is sent there: nothing but https, or this machine where that is switched on. */
  #check(provider: SignInProvider, address: string): void {
    if (URL.parse(address)?.protocol !== 'https:' && !this.#isHttpLoopback(address))
      throw new ProviderFailedError(provider.name, 'an address is not https')
  }
}

function failed(provider: SignInProvider, error: unknown): ProviderFailedError {
  if (error instanceof ProviderFailedError) return error
  const refusal = refusalBehind(error)
  const { error: said } = error as { readonly error?: unknown }
  const declined = said === 'access_denied'
  const reason = refusal?.code ?? (typeof said === 'string' ? said.slice(0, 100) : error instanceof Error ? reasonIn(error) : 'unknown')
  return new ProviderFailedError(provider.name, reason, declined)
}

/** What the library says, with what it says underneath. */
function reasonIn(error: Error): string {
  const { cause } = error
  return `${error.message}${cause instanceof Error ? `: ${cause.message}` : ''}`.slice(0, 300)
}
