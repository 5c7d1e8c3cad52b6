import type { OAuthDeclaration, Target } from '@handfast/contract'
import { type Clock, MINUTE } from '../lib/index.ts'
import {
  type AuthorizationServer,
  type Challenge,
  chooseScopes,
  declaredServer,
  MetadataRefusedError,
  NO_CHALLENGE,
  type OAuthClient,
  type Resource,
  SignInNotFoundError,
} from '../oauth-client/index.ts'

/** Where people sign in for a connector, and what they are asked for. */
export type SignInPlace = { readonly server: AuthorizationServer; readonly scopes: readonly string[]; readonly resource: string | null }

type Asked = { readonly declaration: OAuthDeclaration; readonly target: Target; readonly challenge?: Challenge; readonly earlier?: readonly string[] }

/** Long enough for a person to read what they are asked before they go there. */
const KEPT_FOR = 5 * MINUTE
const MOST_KEPT = 1_000

/** Finds out where people sign in: what the reviewed release spells out comes first, then what the API says about itself. */
export class SignInPlaces {
  readonly #oauth: OAuthClient
  readonly #clock: Clock
  readonly #kept = new Map<string, { readonly until: number; readonly found: Promise<unknown> }>()

  constructor(needs: { oauth: OAuthClient; clock: Clock }) {
    this.#oauth = needs.oauth
    this.#clock = needs.clock
  }

  /** @throws MetadataRefusedError, SignInNotFoundError, ServerUnreachableError, refusals of egress */
  async find({ declaration, target, challenge = NO_CHALLENGE, earlier = [] }: Asked): Promise<SignInPlace> {
    const resource = target.kind === 'mcp' ? await this.#resource(new URL(target.url), challenge) : null
    const server = await this.#server(declaration, target, resource)
    const scopes = chooseScopes({ declared: declaration.scopes, challenge, resource, server, earlier })
    return { server, scopes, resource: resource?.indicator ?? declaration.resource ?? null }
  }

  async #server(declaration: OAuthDeclaration, target: Target, resource: Resource | null): Promise<AuthorizationServer> {
    const { issuer, tokenEndpoint } = declaration
    if (issuer !== undefined && tokenEndpoint !== undefined) return declaredServer({ ...declaration, issuer, tokenEndpoint }, this.#oauth.rule)
    const { host } = new URL(target.url)
    if (issuer !== undefined) {
      // The release was reviewed with this issuer; an API that names another one now is not followed there.
      if (resource?.described === true && !resource.issuers.includes(issuer))
        throw new MetadataRefusedError(host, 'it names another authorization server than the one that was reviewed')
      return this.#known(`server ${issuer}`, () => this.#oauth.server(issuer))
    }
    if (resource === null) throw new SignInNotFoundError(host)
    let last: unknown = new SignInNotFoundError(host)
    for (const candidate of resource.issuers) {
      try {
        return await this.#known(`server ${candidate}`, () => this.#oauth.server(candidate))
      } catch (error) {
        last = error
      }
    }
    throw last
  }

  #resource(called: URL, challenge: Challenge): Promise<Resource> {
    return this.#known(`resource ${called.href} ${challenge.resourceMetadata ?? ''}`, () => this.#oauth.resource(called, challenge))
  }

  /** What failed is not kept. */
  #known<Found>(key: string, find: () => Promise<Found>): Promise<Found> {
    const now = this.#clock.now()
    const kept = this.#kept.get(key)
    if (kept !== undefined && kept.until > now) return kept.found as Promise<Found>
    const found = find()
    this.#kept.delete(key)
    this.#kept.set(key, { until: now + KEPT_FOR, found })
    found.catch(() => this.#kept.delete(key))
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT) break
      this.#kept.delete(oldest)
    }
    return found
  }
}
