import type { JWK } from 'jose'
import { record } from '../ledger/index.ts'
import { type Clock, sha256, type WorkspaceId } from '../lib/index.ts'
import { SIGNING_ALGORITHM, type SigningKey } from '../oauth-client/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Storage, write } from '../storage/index.ts'

const place = (kid: string): string => `oauth-client-key:${kid}`

/** The key by which this installation proves itself at authorization servers (RFC 7523). Made at first use; the public half is at `/connect/jwks.json`. */
export class SigningKeys {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #sealing: Sealing
  readonly #workspace: WorkspaceId
  #current: Promise<SigningKey> | undefined

  constructor(needs: { storage: Storage; clock: Clock; sealing: Sealing; workspace: WorkspaceId }) {
    this.#storage = needs.storage
    this.#clock = needs.clock
    this.#sealing = needs.sealing
    this.#workspace = needs.workspace
  }

  current(): Promise<SigningKey> {
    this.#current ??= this.#load().catch((error: unknown) => {
      this.#current = undefined
      throw error
    })
    return this.#current
  }

  /** Key set for whoever checks our proofs. */
  async publicKeys(): Promise<{ readonly keys: readonly JWK[] }> {
    await this.current()
    const rows = await this.#storage.db.selectFrom('oauth_client_keys').select('public_jwk').orderBy('created_at').execute()
    return { keys: rows.map((row) => JSON.parse(row.public_jwk) as JWK) }
  }

  async #load(): Promise<SigningKey> {
    // Of several processes that start at once each may make one: all are published, and the oldest signs.
    const oldest = () => this.#storage.db.selectFrom('oauth_client_keys').selectAll().orderBy('created_at').orderBy('kid').limit(1).executeTakeFirst()
    let row = await oldest()
    if (row === undefined) {
      await this.#make()
      row = await oldest()
    }
    if (row === undefined) throw new Error('the signing key that was made is not there')
    const { importJWK } = await import('jose')
    const key = await importJWK(JSON.parse(this.#sealing.open(place(row.kid), row.sealed_private_jwk)) as JWK, SIGNING_ALGORITHM)
    if (key instanceof Uint8Array) throw new Error('the signing key is not an asymmetric key')
    return { kid: row.kid, key }
  }

  async #make(): Promise<void> {
    const { exportJWK, generateKeyPair } = await import('jose')
    const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true })
    const open = await exportJWK(publicKey)
    const kid = sha256(JSON.stringify([open.crv, open.kty, open.x, open.y])).slice(0, 16)
    const at = this.#clock.now()
    const row = {
      kid,
      public_jwk: JSON.stringify({ ...open, kid, alg: SIGNING_ALGORITHM, use: 'sig' }),
      sealed_private_jwk: this.#sealing.seal(place(kid), JSON.stringify(await exportJWK(privateKey))),
      created_at: at,
    }
    await this.#storage.write([
      write(this.#storage.db.insertInto('oauth_client_keys').values(row)),
      record(this.#storage.db, {
        event: 'key.created',
        workspace: this.#workspace,
        subject: kid,
        by: 'system',
        at,
        facts: { purpose: 'oauth client' },
      }),
    ])
  }
}
