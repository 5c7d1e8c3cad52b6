import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { equalSecrets } from '../../lib/index.ts'

const IV = 12
const TAG = 16

/** What the control API seals and proves, each with a key of its own derived from one injected key. */
export class Seals {
  readonly #key: Uint8Array
  /** @param key at least 32 random bytes, the same on every node and after a restart */
  constructor(key: Uint8Array) {
    if (key.byteLength < 32) throw new RangeError('The key of the control API needs at least 32 bytes')
    this.#key = key
  }

  #derived(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#key, '', `handfast api ${purpose}`, 32))
  }

  /** AES-256-GCM; `bound` has to be the same when it is opened. */
  seal(purpose: string, bound: string, text: string): string {
    const iv = randomBytes(IV)
    const cipher = createCipheriv('aes-256-gcm', this.#derived(purpose), iv)
    cipher.setAAD(Buffer.from(bound))
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
  }

  /** @returns null when it was not sealed here for this purpose and this binding */
  open(purpose: string, bound: string, sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.byteLength < IV + TAG) return null
    const decipher = createDecipheriv('aes-256-gcm', this.#derived(purpose), bytes.subarray(0, IV), { authTagLength: TAG })
    decipher.setAAD(Buffer.from(bound))
    decipher.setAuthTag(bytes.subarray(bytes.byteLength - TAG))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(IV, bytes.byteLength - TAG)), decipher.final()]).toString('utf8')
    } catch {
      return null
    }
  }

  /** What a page of ours sends back with each change, for one session. It ends with the session, whose hash goes into it. */
  csrfProof(session: string): string {
    return createHmac('sha256', this.#derived('csrf')).update(session).digest('base64url')
  }

  isCsrfProof(session: string, given: unknown): boolean {
    return typeof given === 'string' && equalSecrets(this.csrfProof(session), given)
  }
}
