import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'

/** C2SP signed-note, "Signature types": Ed25519 over the text. */
const ED25519 = 1

/** The key of a log: who signs, and what others check signatures with. */
export type SigningKey = { readonly origin: string; readonly privateKey: KeyObject; readonly verifierKey: string; readonly keyId: Buffer }

function rawPublicKey(privateKey: KeyObject): Buffer {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  if (typeof x !== 'string') throw new TypeError('the key of the ledger is not an Ed25519 key')
  return Buffer.from(x, 'base64url')
}

/**
 * A signing key from its PKCS #8 bytes in base64, as kept sealed.
 * @throws RangeError when the origin has a character that a note cannot carry
 */
export function signingKey(origin: string, pkcs8: string): SigningKey {
  if (origin === '' || /[\s+\p{Cc}]/u.test(origin)) throw new RangeError('the origin of a log has no spaces and no plus sign')
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
  const typed = Buffer.concat([Buffer.of(ED25519), rawPublicKey(privateKey)])
  const keyId = hash('sha256', Buffer.concat([Buffer.from(`${origin}\n`), typed]), 'buffer').subarray(0, 4)
  return { origin, privateKey, keyId, verifierKey: `${origin}+${keyId.toString('hex')}+${typed.toString('base64')}` }
}

/** A fresh private key: PKCS #8 in base64. */
export function newPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
}

/** The signed statement that a tree of this size has this root (C2SP tlog-checkpoint). */
export function checkpointNote(key: SigningKey, size: number, root: Buffer): string {
  const text = `${key.origin}\n${size}\n${root.toString('base64')}\n`
  const signature = sign(null, Buffer.from(text), key.privateKey)
  return `${text}\n— ${key.origin} ${Buffer.concat([key.keyId, signature]).toString('base64')}\n`
}
