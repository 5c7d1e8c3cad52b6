import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const PREFIX = 'hfp_'
const SHAPE = /^hfp_[A-Za-z0-9_-]{43}[0-9a-f]{8}$/
/** How much of a token is kept readable, so that a person recognises it: the prefix and five characters of the 43. */
const SHOWN = 9

/**
 * A personal access token: `hfp_`, 256 random bits in base64url, and the CRC-32 of both in hexadecimal. Prefix and checksum let secret
 * scanners find leaked tokens without guessing, and let us turn away what cannot be one without asking the database.
 */
export function newTokenText(): string {
  const text = PREFIX + randomBytes(32).toString('base64url')
  return text + checksum(text)
}

/** True when the text can be a token of ours; says nothing about whether it is one. */
export function hasTokenShape(text: string): boolean {
  return SHAPE.test(text) && checksum(text.slice(0, -8)) === text.slice(-8)
}

export function shownPrefix(text: string): string {
  return text.slice(0, SHOWN)
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
