import { generateKeyPair } from 'jose'
import type { Egress } from '../../server/src/egress/index.ts'
import { chooseScopes, OAuthClient, type OAuthClientIdentity, readChallenge } from '../../server/src/oauth-client/index.ts'
import { type Credential, CredentialRejectedError } from '../../server/src/upstream/index.ts'

/** Where the suite says that our description as a client lies. */
const DOCUMENT = 'https://conformance-test.local/client-metadata.json'
const MOST_TRIES = 3

/** What somebody registered by hand, where the suite hands that over. */
export type ByHand = { readonly client_id?: string; readonly client_secret?: string }

/** Alice's account at the suite's connector, linked with the code that links accounts; the page of the provider says yes by itself. */
export class Account {
  readonly #client: OAuthClient
  readonly #url: URL
  readonly #byHand: ByHand
  /** Who we are at each server. Another one never sees it. */
  readonly #identities = new Map<string, OAuthClientIdentity>()
  #scopes: readonly string[] = []
  #links = 0
  credential: Credential | null = null

  constructor(egress: Egress, url: string, byHand: ByHand) {
    this.#url = new URL(url)
    this.#byHand = byHand
    const signing = generateKeyPair('ES256').then(({ privateKey }) => ({ kid: 'suite', key: privateKey }))
    this.#client = new OAuthClient({
      egress,
      rule: { loopbackByHttp: true },
      publicUrl: () => new URL(DOCUMENT).origin,
      name: () => 'Handfast',
      signingKey: () => signing,
    })
  }

  /** Does something in the account's name, and links it, or links it anew, where the connector asks for that. */
  async with<T>(what: (credential: Credential | null) => Promise<T>): Promise<T> {
    for (let tried = 0; ; tried++) {
      try {
        return await what(this.credential)
      } catch (error) {
        if (!(error instanceof CredentialRejectedError) || tried === MOST_TRIES) throw error
        await this.#link(error.challenge)
      }
    }
  }

  async #link(header: string | undefined): Promise<void> {
    const client = this.#client
    const challenge = readChallenge(header)
    const resource = await client.resource(this.#url, challenge)
    const server = await client.server(resource.issuers[0] ?? '')
    const scopes = chooseScopes({ declared: [], challenge, resource, server, earlier: this.#scopes })
    const identity = this.#identities.get(server.issuer) ?? (await this.#introduce(server))
    this.#identities.set(server.issuer, identity)
    const wish = {
      scopes,
      resource: resource.described ? resource.indicator : null,
      redirectUri: client.redirectUri(server),
      chooseAccount: false as const,
    }
    const { url, begun } = await client.begin(server, identity, wish)
    const answer = await fetch(url, { redirect: 'manual' })
    const returned = new URL(answer.headers.get('location') ?? '').searchParams
    const read = (name: string): string | undefined => returned.get(name) ?? undefined
    const tokens = await client.finish(server, identity, begun, {
      state: read('state') ?? '',
      code: read('code'),
      iss: read('iss'),
      error: read('error'),
    })
    this.#scopes = tokens.scopes ?? begun.scopes
    this.credential = { placement: { type: 'bearer' }, secret: tokens.accessToken, id: `link-${++this.#links}` }
  }

  async #introduce(server: Awaited<ReturnType<OAuthClient['server']>>): Promise<OAuthClientIdentity> {
    const { client_id: id, client_secret: secret } = this.#byHand
    if (id !== undefined) return this.#client.byHand(server, id, secret ?? null)
    const document = this.#client.byDocument(server)
    // The suite knows the address of one description only, and that one is of a client without a secret.
    if (document !== null) return { ...document, clientId: DOCUMENT, method: 'none' }
    return await this.#client.register(server)
  }
}
