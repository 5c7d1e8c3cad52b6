import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { sha256 } from '../lib/index.ts'
import { KEY_BYTES } from './envelope.ts'

/** The keys that wrap all other keys. The first one seals; the others only open what they sealed before. */
export type MasterKeys = { readonly current: MasterKey; readonly byId: ReadonlyMap<string, MasterKey> }
export type MasterKey = { readonly id: string; readonly bytes: Buffer; readonly key: KeyObject }

export class MasterKeyMalformedError extends Error {
  override readonly name = 'MasterKeyMalformedError'
}

function toKey(text: string): MasterKey {
  return masterKeyOf(Buffer.from(text.trim(), 'base64'))
}

/** @throws MasterKeyMalformedError */
export function masterKeyOf(bytes: Buffer): MasterKey {
  if (bytes.length !== KEY_BYTES)
    throw new MasterKeyMalformedError(`A master key is ${KEY_BYTES} random bytes in base64; this one has ${bytes.length} bytes.`)
  return { id: sha256(bytes).slice(0, 8), bytes, key: createSecretKey(bytes) }
}

/**
 * Reads keys from text: one base64 key of 32 bytes a line, the newest first.
 * @throws MasterKeyMalformedError
 */
export function parseMasterKeys(text: string): MasterKeys {
  const keys = text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(toKey)
  const [current] = keys
  if (current === undefined) throw new MasterKeyMalformedError('There is no master key: nothing would be sealed, so nothing starts.')
  return { current, byId: new Map(keys.map((key) => [key.id, key])) }
}

/**
 * Reads the key file, and makes it at the first start. Whoever holds this file and the database can read everything: back it up apart.
 * @throws MasterKeyMalformedError
 */
export function masterKeysFromFile(file: string): MasterKeys {
  if (!existsSync(file)) makeKeyFile(file)
  return parseMasterKeys(readFileSync(file, 'utf8'))
}

/** On disk before anything is sealed with it, whole or not at all. Of two processes that start at once, one key wins and both read it. */
function makeKeyFile(file: string): void {
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  syncFolder(folder)
}

/**
 * Puts a new key first in the file. The file is replaced as a whole and is on disk when this returns, so a crash leaves the old one or the new one.
 * @throws MasterKeyMalformedError when the file is not one of keys
 */
export function addKeyToFile(file: string): MasterKey {
  const before = readFileSync(file, 'utf8')
  parseMasterKeys(before)
  const key = masterKeyOf(randomBytes(KEY_BYTES))
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${key.bytes.toString('base64')}\n${before.trimStart()}`, { mode: 0o600, flush: true })
  renameSync(draft, file)
  syncFolder(dirname(file))
  return key
}

function syncFolder(folder: string): void {
  const entries = openSync(folder, 'r')
  fsyncSync(entries)
  closeSync(entries)
}

/** A key for one purpose, the same on every node that holds the same master key (HKDF, RFC 5869). */
export function deriveKey(keys: Pick<MasterKeys, 'current'>, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', keys.current.bytes, '', `handfast ${purpose}`, KEY_BYTES))
}
