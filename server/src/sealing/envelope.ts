import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto'

/** Sealed text that does not open: wrong key, wrong place, or changed bytes. Which of them is not said. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError'
  constructor() {
    super('A sealed value does not open with this key at this place.')
  }
}

const IV_BYTES = 12
const TAG_BYTES = 16
export const KEY_BYTES = 32

const nonces = Buffer.alloc(512 * IV_BYTES)
let used = nonces.length

/** Random bytes, drawn for many nonces at once; each is handed out once. */
function freshNonce(): Buffer {
  if (used === nonces.length) {
    randomFillSync(nonces)
    used = 0
  }
  used += IV_BYTES
  return nonces.subarray(used - IV_BYTES, used)
}

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The associated data names the place the value belongs to, so that a sealed value
 * copied into another row does not open there. The result is base64 of nonce, ciphertext and tag.
 */
export function sealWith(key: KeyObject, associated: string, plain: string | Uint8Array): string {
  const iv = freshNonce()
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(associated))
  const head = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain)
  cipher.final()
  return Buffer.concat([iv, head, cipher.getAuthTag()]).toString('base64')
}

/** @throws SealBrokenError */
export function openWith(key: KeyObject, associated: string, sealed: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64')
  // Decoding passes over what is no base64, so that two texts could open as one.
  if (bytes.length < IV_BYTES + TAG_BYTES || bytes.toString('base64') !== sealed) throw new SealBrokenError()
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(associated))
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES)), decipher.final()])
  } catch {
    throw new SealBrokenError()
  }
}
