import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'

/** The public key of a log (C2SP signed-note, Ed25519). */
export type VerifierKey = { readonly name: string; readonly id: Buffer; readonly key: KeyObject }

/** What a checkpoint says, once its signature holds. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Buffer }

/** Base64 that is written the one way there is; otherwise two texts would stand for the same bytes and a changed one would pass. */
function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

function strictText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Reads `name+id+base64(0x01 || public key)`; null when it is anything else, or when the id is not that of the key. */
export function readVerifierKey(text: string | Uint8Array): VerifierKey | null {
  const line = typeof text === 'string' ? text : strictText(text)
  const match = line === null ? null : /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n?$/u.exec(line)
  const [, name, id, encoded] = match ?? []
  if (name === undefined || id === undefined || encoded === undefined) return null
  const typed = strictBase64(encoded)
  if (typed === null || typed.length !== 33 || typed[0] !== 1) return null
  const expected = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4)
  if (expected.toString('hex') !== id) return null
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: typed.subarray(1).toString('base64url') }, format: 'jwk' })
    return { name, id: expected, key }
  } catch {
    return null
  }
}

/** Reads a signed checkpoint (C2SP tlog-checkpoint). A text says why it cannot be believed. */
export function readCheckpoint(note: string | Uint8Array, key: VerifierKey): Checkpoint | string {
  const whole = typeof note === 'string' ? note : strictText(note)
  if (whole === null) return 'it is not UTF-8'
  const cut = whole.lastIndexOf('\n\n')
  if (cut < 0 || !whole.endsWith('\n')) return 'it is not a signed note'
  const text = whole.slice(0, cut + 1)
  const signatures = whole.slice(cut + 2, -1).split('\n')
  let signed = false
  for (const line of signatures) {
    const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
    if (name === undefined || encoded === undefined) return 'a signature line cannot be read'
    const bytes = strictBase64(encoded)
    if (bytes === null) return 'a signature line cannot be read'
    if (name !== key.name || !bytes.subarray(0, 4).equals(key.id)) continue
    if (!verify(null, Buffer.from(text), key.key, bytes.subarray(4))) return 'its signature is wrong'
    signed = true
  }
  if (!signed) return `it is not signed by ${key.name}`
  const [origin, size, root] = text.split('\n')
  const hash = root === undefined ? null : strictBase64(root)
  if (origin !== key.name) return 'its first line is not the name of its key'
  if (size === undefined || !/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) return 'its size is not a number'
  if (hash === null || hash.length !== 32) return 'its root is not a hash'
  return { origin, size: Number(size), root: hash }
}
