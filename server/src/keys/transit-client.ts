import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { asFetch, createEgress, type Egress, type Resolver, refusalBehind } from '../egress/index.ts'
import { KeysUnavailableError } from './keys-errors.ts'

export type TransitSettings = {
  /** Origin of the service. */
  readonly url: string
  readonly mount: string
  /** Name of the key inside the service. */
  readonly key: string
  readonly namespace: string | undefined
  /** Given, or in a file that an agent of the service keeps fresh. */
  readonly token: string | undefined
  readonly tokenFile: string | undefined
  /** Certificate authority of the operator, in PEM. */
  readonly authority: string | undefined
  readonly timeoutMs?: number
  readonly resolve?: Resolver
}

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/)
const dataKey = z.object({ data: z.object({ plaintext: base64, ciphertext: z.string().min(1).max(8_192) }) })
const decrypted = z.object({ data: z.object({ plaintext: base64 }) })
const token = z.object({ data: z.object({ ttl: z.number(), renewable: z.boolean().optional(), policies: z.array(z.string()).optional() }) })
const complaint = z.object({ errors: z.array(z.string()) })

/**
 * The transit engine of HashiCorp Vault and of OpenBao (API v1): a key that never leaves the service wraps and unwraps ours. The way out is
 * one of its own, opened for this service alone: a rule in the common one would open the service to every connector.
 */
export class TransitClient {
  readonly #settings: TransitSettings
  readonly #egress: Egress & AsyncDisposable
  readonly #fetch: ReturnType<typeof asFetch>

  constructor(settings: TransitSettings) {
    this.#settings = settings
    const { hostname, port, protocol, origin } = new URL(settings.url)
    this.#egress = createEgress({
      allow: [{ name: 'key service', host: hostname.replace(/^\[|\]$/g, ''), ports: [Number(port) || (protocol === 'https:' ? 443 : 80)] }],
      connections: 4,
      ...(settings.resolve === undefined ? {} : { resolve: settings.resolve }),
      ...(settings.authority === undefined ? {} : { authorities: [settings.authority] }),
    })
    this.#fetch = asFetch(this.#egress, { purpose: 'key-service', origins: [origin], timeoutMs: settings.timeoutMs ?? 5_000 })
  }

  /** Makes 32 random bytes there: once as they are, once wrapped. */
  async dataKey(): Promise<{ readonly plain: Buffer; readonly wrapped: string }> {
    const { data } = dataKey.parse(await this.#send('POST', this.#path('datakey/plaintext'), { bits: 256 }))
    return { plain: Buffer.from(data.plaintext, 'base64'), wrapped: data.ciphertext }
  }

  async decrypt(ciphertext: string): Promise<Buffer> {
    return Buffer.from(decrypted.parse(await this.#send('POST', this.#path('decrypt'), { ciphertext })).data.plaintext, 'base64')
  }

  /** How long our token lasts, in seconds; 0 is for ever. */
  async lookUp(): Promise<{ readonly seconds: number; readonly renewable: boolean; readonly policies: readonly string[] }> {
    const { data } = token.parse(await this.#send('GET', 'auth/token/lookup-self'))
    return { seconds: data.ttl, renewable: data.renewable === true, policies: data.policies ?? [] }
  }

  async renew(): Promise<void> {
    await this.#send('POST', 'auth/token/renew-self', {})
  }

  close(): Promise<void> {
    return this.#egress.close()
  }

  #path(operation: string): string {
    return `${this.#settings.mount}/${operation}/${encodeURIComponent(this.#settings.key)}`
  }

  /** @throws KeysUnavailableError for every way of not getting an answer */
  async #send(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const { url, namespace } = this.#settings
    let status: number
    let said: unknown
    try {
      const answer = await this.#fetch(`${url}/v1/${path}`, {
        method,
        headers: {
          'x-vault-token': this.#token(),
          'x-vault-request': 'true',
          accept: 'application/json',
          ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      status = answer.status
      said = await answer.json()
    } catch (error) {
      if (error instanceof KeysUnavailableError) throw error
      throw new KeysUnavailableError(refusalBehind(error)?.message ?? 'it answers in another way than a key service', error)
    }
    if (status === 200) return said
    const { success, data } = complaint.safeParse(said)
    throw new KeysUnavailableError(`${status}: ${success ? data.errors.join('; ').slice(0, 300) : 'no reason given'}`)
  }

  #token(): string {
    const { token: given, tokenFile } = this.#settings
    if (tokenFile === undefined) return given ?? ''
    try {
      return readFileSync(tokenFile, 'utf8').trim()
    } catch (error) {
      throw new KeysUnavailableError(`the file with the token cannot be read (${(error as NodeJS.ErrnoException).code})`)
    }
  }
}
