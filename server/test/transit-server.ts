import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import certificates from './bad-certificates.json' with { type: 'json' }
import { serve } from './loopback-server.ts'

/**
 * A stand-in for the transit engine of HashiCorp Vault and OpenBao, written from their API documentation: data keys, decryption, versions
 * (`vault:v2:…`), tokens that end, namespaces, being sealed, and the words of their complaints.
 */
export class TransitEngine {
  readonly #versions = [randomBytes(32)]
  /** Token and the seconds it still has; 0 is for ever. */
  readonly tokens = new Map<string, number>([['root', 0]])
  readonly asked: string[] = []
  sealed = false
  namespace: string | undefined
  minDecryptionVersion = 1
  renewed = 0
  /** Answers this instead, whatever is asked. */
  instead: ((response: ServerResponse) => void) | null = null

  /** As `vault write -f transit/keys/handfast/rotate`. */
  rotate(): void {
    this.#versions.push(randomBytes(32))
  }

  answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const path = request.url ?? ''
    this.asked.push(`${request.method} ${path}`)
    if (this.instead !== null) {
      this.instead(response)
      return
    }
    const say = (status: number, value: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    const refuse = (status: number, ...errors: string[]) => say(status, { errors })
    if (this.sealed) return void refuse(503, 'Vault is sealed')
    if (request.headers['x-vault-request'] !== 'true') return void refuse(412, 'missing required header')
    const token = String(request.headers['x-vault-token'] ?? '')
    if (!this.tokens.has(token) || request.headers['x-vault-namespace'] !== this.namespace) return void refuse(403, 'permission denied')
    const data = (value: unknown) => say(200, { request_id: 'r', lease_id: '', renewable: false, lease_duration: 0, data: value, warnings: null })
    if (request.method === 'GET' && path === '/v1/auth/token/lookup-self') {
      const ttl = this.tokens.get(token) ?? 0
      return void data({ ttl, renewable: ttl > 0, policies: ['handfast'] })
    }
    if (request.method === 'POST' && path === '/v1/auth/token/renew-self') {
      this.renewed++
      this.tokens.set(token, 86_400)
      return void say(200, { auth: { client_token: token, lease_duration: 86_400 } })
    }
    if (request.method === 'POST' && path === '/v1/transit/datakey/plaintext/handfast') {
      const plain = randomBytes(Number((JSON.parse(body) as { bits?: number }).bits ?? 256) / 8)
      return void data({ plaintext: plain.toString('base64'), ciphertext: this.#encrypt(plain), key_version: this.#versions.length })
    }
    if (request.method === 'POST' && path === '/v1/transit/decrypt/handfast') {
      const plain = this.#decrypt((JSON.parse(body) as { ciphertext: string }).ciphertext)
      return void (plain === null ? refuse(400, 'invalid ciphertext: could not decrypt') : data({ plaintext: plain.toString('base64') }))
    }
    refuse(404, 'no handler for route')
  }

  #encrypt(plain: Buffer): string {
    const version = this.#versions.length
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#versions[version - 1] ?? Buffer.alloc(0), iv)
    return `vault:v${version}:${Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')}`
  }

  #decrypt(text: string): Buffer | null {
    const found = /^vault:v(\d+):(.+)$/.exec(text)
    const key = this.#versions[Number(found?.[1]) - 1]
    if (found === null || key === undefined || Number(found[1]) < this.minDecryptionVersion) return null
    const bytes = Buffer.from(found[2] ?? '', 'base64')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
    decipher.setAuthTag(bytes.subarray(-16))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
    } catch {
      return null
    }
  }
}

export type TransitServer<Engine = TransitEngine> = AsyncDisposable & { readonly url: string; readonly engine: Engine }

/** Over plain http, as an agent on the same machine is. */
export async function serveTransit(): Promise<TransitServer>
export async function serveTransit<Engine extends TransitEngine>(engine: Engine): Promise<TransitServer<Engine>>
export async function serveTransit(engine = new TransitEngine()): Promise<TransitServer> {
  const server = await serve((request, response, body) => engine.answer(request, response, body))
  return { url: server.origin, engine, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** Over TLS, in the name of `api.example`, signed by an authority of the operator. */
export async function serveTransitTls(engine = new TransitEngine()): Promise<TransitServer & { readonly authority: string }> {
  const server = createServer({ key: certificates.good.key, cert: certificates.good.chain }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => engine.answer(request, response, Buffer.concat(chunks).toString()))
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://api.example:${(server.address() as AddressInfo).port}`,
    engine,
    authority: certificates.authority,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
