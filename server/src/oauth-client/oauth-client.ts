import { asFetch, type Egress, type FetchLike } from '../egress/index.ts'
import { type Begun, beginAuthorization, finishAuthorization, type Returned, type Wish } from './authorize.ts'
import type { Challenge } from './challenge.ts'
import { methodOfSecret, type OAuthClientIdentity, type SigningKey } from './client.ts'
import { type ClientSite, clientSite } from './client-document.ts'
import { discoverResource, discoverServer, type Resource } from './discover.ts'
import type { OAuthFetch, Tokens } from './exchange.ts'
import { type AccountIdentity, askUserinfo, identityOf, NOBODY } from './identity.ts'
import { documentIdentity, type Registered, registerClient } from './register.ts'
import { type Revocation, revokeToken } from './revoke.ts'
import type { AddressRule, AuthorizationServer } from './server-metadata.ts'
import { type Asked, type AskNeeds, clientCredentials, exchangeToken, refreshTokens } from './tokens.ts'

export type OAuthClientNeeds = {
  readonly egress: Egress
  readonly rule: AddressRule
  /** Read anew each time: it is known once the port is open. */
  readonly publicUrl: () => string
  readonly name: () => string
  readonly signingKey: () => Promise<SigningKey>
}

/** An OAuth client that knows no person and no connector: it finds servers out, introduces itself, and asks for tokens. It keeps nothing. */
export class OAuthClient {
  readonly #needs: OAuthClientNeeds
  readonly #fetch: OAuthFetch
  readonly site: ClientSite

  constructor(needs: OAuthClientNeeds) {
    this.#needs = needs
    this.#fetch = (purpose) => {
      const send: FetchLike = asFetch(needs.egress, { purpose })
      return (url, init) => send(url, init as Parameters<FetchLike>[1])
    }
    this.site = clientSite(needs.publicUrl)
  }

  get rule(): AddressRule {
    return this.#needs.rule
  }

  resource(called: URL, challenge?: Challenge): Promise<Resource> {
    return discoverResource(this.#needs, called, challenge)
  }

  server(issuer: string): Promise<AuthorizationServer> {
    return discoverServer(this.#needs, issuer)
  }

  redirectUri(server: AuthorizationServer): string {
    return this.site.redirectUri(server.issuer, server.namesIssuer)
  }

  /** Our metadata document, where the server reads those. */
  byDocument(server: AuthorizationServer): OAuthClientIdentity | null {
    return documentIdentity(server, this.site)
  }

  /** A client that somebody registered by hand. */
  byHand(server: AuthorizationServer, clientId: string, secret: string | null): OAuthClientIdentity {
    return { issuer: server.issuer, clientId, secret, method: methodOfSecret(server, secret !== null) }
  }

  register(server: AuthorizationServer): Promise<Registered> {
    const { publicUrl, name } = this.#needs
    return registerClient({ fetch: this.#fetch }, server, { redirectUri: this.redirectUri(server), publicUrl: publicUrl(), name: name() })
  }

  begin(server: AuthorizationServer, client: OAuthClientIdentity, wish: Wish): Promise<{ readonly url: string; readonly begun: Begun }> {
    return beginAuthorization(server, client, wish)
  }

  async finish(server: AuthorizationServer, client: OAuthClientIdentity, begun: Begun, returned: Returned): Promise<Tokens> {
    return finishAuthorization(await this.#asking(), server, client, begun, returned)
  }

  async refresh(asked: Asked, refreshToken: string): Promise<Tokens> {
    return refreshTokens(await this.#asking(), asked, refreshToken)
  }

  async clientCredentials(asked: Asked, scopes: readonly string[]): Promise<Tokens> {
    return clientCredentials(await this.#asking(), asked, scopes)
  }

  async exchange(asked: Asked, subjectToken: string, wanted: { readonly audience?: string; readonly scopes: readonly string[] }): Promise<Tokens> {
    return exchangeToken(await this.#asking(), asked, subjectToken, wanted)
  }

  async revoke(asked: Asked, kind: Revocation['token'], token: string): Promise<Revocation> {
    return revokeToken(await this.#asking(), asked, kind, token)
  }

  /** Whose account these tokens are for, as far as the provider says. */
  async identity(server: AuthorizationServer, tokens: Tokens): Promise<AccountIdentity> {
    const said = tokens.claims === null ? NOBODY : identityOf(tokens.claims)
    if (said.email !== null) return said
    const asked = await askUserinfo(asFetch(this.#needs.egress, { purpose: 'account-identity' }), server, tokens.accessToken, said.id)
    return asked ?? said
  }

  async #asking(): Promise<AskNeeds> {
    return { fetch: this.#fetch, signing: await this.#needs.signingKey() }
  }
}
