import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/** What a browser asks an authenticator with: the part of it that this one reads. */
type Asked = { readonly challenge: string; readonly rp?: { readonly id?: string }; readonly rpId?: string; readonly user?: { readonly id: string } }

/** What is wrong with an answer, for tests that have to be refused. */
export type Flaw = {
  readonly challenge?: string
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  /** Flags of the authenticator data: 1 present, 4 checked, 8 may be synced, 16 is synced, 64 with a key. */
  readonly flags?: number
  readonly counter?: number
  readonly userHandle?: string | null
  readonly credential?: string
  readonly signedBy?: SoftAuthenticator
  /** Attestation, as format and statement. */
  readonly attestation?: readonly [format: string, statement: Map<string, unknown>]
}

/** An authenticator in this process: one ES256 key, and a counter where it counts. */
export class SoftAuthenticator {
  readonly credential = randomBytes(16).toString('base64url')
  readonly origin: string
  readonly #key: KeyObject
  readonly #publicKey: KeyObject
  readonly #counts: boolean
  #user = ''
  #counter = 0

  constructor(origin: string, counts = true) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.origin = origin
    this.#key = privateKey
    this.#publicKey = createPublicKey(privateKey)
    this.#counts = counts
  }

  /** Answers `navigator.credentials.create`. */
  register(asked: Readonly<Record<string, unknown>>, flaw: Flaw = {}): RegistrationResponseJSON {
    const { challenge, rp, user } = asked as unknown as Asked
    this.#user = user?.id ?? ''
    const { x, y } = this.#publicKey.export({ format: 'jwk' })
    const key = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(Buffer.from(x ?? '', 'base64url'))],
      [-3, bytes(Buffer.from(y ?? '', 'base64url'))],
    ])
    const id = Buffer.from(flaw.credential ?? this.credential, 'base64url')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, id, isoCBOR.encode(key as never)])
    const data = Buffer.concat([this.#data(flaw.rpId ?? rp?.id ?? '', flaw.flags ?? 0x45, flaw.counter ?? this.#counter), attested])
    const [format, statement] = flaw.attestation ?? ['none', new Map<string, unknown>()]
    const attestation = isoCBOR.encode(
      new Map<string, unknown>([
        ['fmt', format],
        ['attStmt', statement],
        ['authData', bytes(data)],
      ]) as never,
    )
    const credential = flaw.credential ?? this.credential
    return {
      id: credential,
      rawId: credential,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#client('webauthn.create', challenge, flaw).toString('base64url'),
        attestationObject: Buffer.from(attestation).toString('base64url'),
        transports: ['internal'],
      },
    }
  }

  /** Answers `navigator.credentials.get`. */
  answer(asked: Readonly<Record<string, unknown>>, flaw: Flaw = {}): AuthenticationResponseJSON {
    const { challenge, rpId } = asked as unknown as Asked
    if (this.#counts) this.#counter++
    const data = this.#data(flaw.rpId ?? rpId ?? '', flaw.flags ?? 0x05, flaw.counter ?? this.#counter)
    const client = this.#client('webauthn.get', challenge, flaw)
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
    const signature = sign('sha256', signed, (flaw.signedBy ?? this).#key)
    const userHandle = flaw.userHandle === undefined ? this.#user : flaw.userHandle
    const credential = flaw.credential ?? this.credential
    return {
      id: credential,
      rawId: credential,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        ...(userHandle === null ? {} : { userHandle }),
      },
    }
  }

  #client(type: string, challenge: string, flaw: Flaw): Buffer {
    const { origin = this.origin, crossOrigin = false } = flaw
    return Buffer.from(JSON.stringify({ type: flaw.type ?? type, challenge: flaw.challenge ?? challenge, origin, crossOrigin }))
  }

  #data(rpId: string, flags: number, counter: number): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count])
  }
}

function bytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer)
}
