import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import type { Assertions, AuthorizationServer } from '../src/authorization/index.ts'
import type { AssistantId, Clock, UserId, WorkspaceId } from '../src/lib/index.ts'

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const PAGE_LINK = 'urn:handfast:params:oauth:token-type:page-link'

type Place = { readonly server: AuthorizationServer; readonly workspace: WorkspaceId; readonly by: UserId; readonly clock: Clock }
type Rule = Partial<Parameters<Assertions['set']>[2]>
// biome-ignore lint/suspicious/noExplicitAny: a test knows what it expects
type Body = any
export type Said = { readonly status: number; readonly body: Body }
export type Header = Readonly<Record<string, unknown>>

/** A product that is registered as an assistant with a secret, and signs for users of its own. */
export class Product {
  readonly id: AssistantId
  readonly clientId: string
  readonly secret: string
  readonly issuer: string
  readonly key: CryptoKey
  readonly publicKey: JWK
  readonly #clock: Clock
  #made = 0

  private constructor(of: Pick<Product, 'id' | 'clientId' | 'secret' | 'issuer' | 'key' | 'publicKey'>, clock: Clock) {
    this.id = of.id
    this.clientId = of.clientId
    this.secret = of.secret
    this.issuer = of.issuer
    this.key = of.key
    this.publicKey = of.publicKey
    this.#clock = clock
  }

  static async registers({ server, workspace, by, clock }: Place, name: string, rule: Rule | null = {}): Promise<Product> {
    const given = {
      client_name: name,
      redirect_uris: [`https://${name.toLowerCase()}.example/callback`],
      token_endpoint_auth_method: 'client_secret_basic',
    }
    const { row, secret } = await server.assistants.register(workspace, by, given)
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: `${name}-1`, alg: 'ES256', use: 'sig' }
    const issuer = `https://${name.toLowerCase()}.example`
    const product = new Product({ id: row.id, clientId: row.clientId ?? '', secret: secret ?? '', issuer, key: privateKey, publicKey: jwk }, clock)
    if (rule !== null) await server.assertions.set(workspace, by, product.rule(rule))
    return product
  }

  get issuers() {
    return [
      { issuer: this.issuer, kind: 'assistant' as const, algorithms: ['ES256' as const], jwksUri: null, jwks: { keys: [this.publicKey] } },
    ] as const
  }

  /** What an operator says about it unless told otherwise. */
  rule(change: Rule = {}): Parameters<Assertions['set']>[2] {
    const scopes = ['connectors:read', 'connectors:write'] as const
    return { assistant: this.id, issuers: this.issuers, scopes, createsUsers: true, ownUsersOnly: false, ...change }
  }

  claims(audience: string, subject: string): JWTPayload {
    const now = Math.floor(this.#clock.now() / 1_000)
    this.#made += 1
    return {
      iss: this.issuer,
      sub: subject,
      aud: audience,
      client_id: this.clientId,
      jti: `${this.clientId}-${this.#made}`,
      iat: now,
      exp: now + 120,
    }
  }

  /** An assertion; undefined in `change` leaves a claim out. */
  async says(
    audience: string,
    subject: string,
    change: Readonly<Record<string, unknown>> = {},
    header: Header = {},
    key: CryptoKey | Uint8Array = this.key,
  ) {
    const claims = { ...this.claims(audience, subject), ...change }
    const kept = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
    const head = { alg: 'ES256', kid: this.publicKey.kid, typ: 'JWT', ...header }
    return await new SignJWT(kept)
      .setProtectedHeader(Object.fromEntries(Object.entries(head).filter(([, value]) => value !== undefined)) as never)
      .sign(key, { crit: { 'urn:x': true } })
  }

  async posts(origin: string, form: Readonly<Record<string, string>>): Promise<Said> {
    const authorization = `Basic ${Buffer.from(`${encodeURIComponent(this.clientId)}:${encodeURIComponent(this.secret)}`).toString('base64')}`
    const answer = await fetch(`${origin}/oauth/token`, { method: 'POST', body: new URLSearchParams(form), headers: { authorization } })
    return { status: answer.status, body: await answer.json() }
  }

  bears(origin: string, assertion: string, more: Readonly<Record<string, string>> = {}): Promise<Said> {
    return this.posts(origin, { grant_type: JWT_BEARER, assertion, ...more })
  }

  exchanges(origin: string, assertion: string, more: Readonly<Record<string, string>> = {}): Promise<Said> {
    const subject_token_type = 'urn:ietf:params:oauth:token-type:jwt'
    return this.posts(origin, { grant_type: TOKEN_EXCHANGE, subject_token: assertion, subject_token_type, ...more })
  }
}
