import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What a secret of ours is: made by a person for an assistant, given to one under a grant, or good for another of those. */
const prefixes = { personal: 'hfp_', granted: 'hfo_', refresh: 'hfr_', client: 'hfc_' } as const
export type TokenKind = keyof typeof prefixes

const SHAPE = /^hf[pocr]_[A-Za-z0-9_-]{43}[0-9a-f]{8}$/
/** How much of a token is kept readable, so that a person recognises it: the prefix and five characters of the 43. */
const SHOWN = 9

/**
 * A secret of ours: a prefix that says which kind, 256 random bits in base64url, and the CRC-32 of both in hexadecimal. Prefix and checksum
 * let secret scanners find leaked ones without guessing, and let us turn away what cannot be one without asking the database.
 */
export function newTokenText(kind: TokenKind = 'personal'): string {
  const text = prefixes[kind] + randomBytes(32).toString('base64url')
  return text + checksum(text)
}

/** True when the text can be an access token of ours; says nothing about whether it is one. */
export function hasTokenShape(text: string): boolean {
  return (text.startsWith(prefixes.personal) || isGranted(text)) && SHAPE.test(text) && checksum(text.slice(0, -8)) === text.slice(-8)
}

/** Whether a token with our shape was given under a grant. */
export function isGranted(text: string): boolean {
  return text.startsWith(prefixes.granted)
}

export function shownPrefix(text: string): string {
  return text.slice(0, SHOWN)
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
