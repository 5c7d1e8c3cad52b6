import { randomBytes } from 'node:crypto'
import { DAY, type DeveloperId, type Id, MINUTE } from '../lib/index.ts'

export type ContactPurpose = 'legal' | 'security' | 'support'
export const contactPurposes: readonly ContactPurpose[] = ['legal', 'security', 'support']

/** An address that an organisation gave. Times in milliseconds, UTC. */
export type Contact = {
  readonly id: Id<'dct'>
  readonly developer: DeveloperId
  readonly purpose: ContactPurpose
  readonly email: string
  readonly createdAt: number
  /** The last code that was sent; its text is nowhere. */
  readonly code: { readonly hash: string; readonly sentAt: number; readonly expiresAt: number } | null
  readonly codesSent: number
  readonly codesSince: number | null
  readonly attempts: number
  readonly verifiedAt: number | null
  readonly verifiedUntil: number | null
  readonly removedAt: number | null
}

/**
 * `asked`: a code is out and nobody brought it back yet. `unasked`: none is, or it ran out. `verified`: it came back. `due`: that was long ago and it is
 * asked again; it still counts. `stale`: nobody answered for so long that it does not count any more.
 */
export type ContactState = 'unasked' | 'asked' | 'verified' | 'due' | 'stale' | 'removed'

/** A code opens for so long. */
export const CODE_LASTS = 2 * DAY
/** So many wrong codes, and the code is worth nothing: of 2^50 that is no guess. */
export const MOST_ATTEMPTS = 5
/** Codes for one address: not more often than this, and not more than this in a day, whoever asks. */
const CODE_PAUSE = 2 * MINUTE
export const MOST_CODES = 5
/** An address is asked again after half a year, and counts for another month meanwhile. */
export const ASK_AGAIN = 180 * DAY
export const GRACE = 30 * DAY
export const MOST_CONTACTS = 5

type Facts = Pick<Contact, 'code' | 'verifiedAt' | 'verifiedUntil' | 'removedAt'>

/** What is known about the address now. */
export function stateOfContact({ code, verifiedAt, verifiedUntil, removedAt }: Facts, now: number): ContactState {
  if (removedAt !== null) return 'removed'
  if (verifiedAt !== null && verifiedUntil !== null && now < verifiedUntil) return now < verifiedAt + ASK_AGAIN ? 'verified' : 'due'
  if (code !== null && now < code.expiresAt) return 'asked'
  return verifiedAt === null ? 'unasked' : 'stale'
}

/** Whether mail for the organisation goes there. */
export function counts(contact: Facts, now: number): boolean {
  const state = stateOfContact(contact, now)
  return state === 'verified' || state === 'due'
}

/** When the next code may be sent, or null: at once. */
export function nextCodeAt({ code, codesSent, codesSince }: Pick<Contact, 'code' | 'codesSent' | 'codesSince'>, now: number): number | null {
  if (codesSince !== null && now < codesSince + DAY && codesSent >= MOST_CODES) return codesSince + DAY
  const pause = code === null ? 0 : code.sentAt + CODE_PAUSE
  return pause > now ? pause : null
}

// Crockford's: no letter that is read for another.
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ten letters out of 32, 50 bits, in two halves as people read them. */
export function newCode(): string {
  const text = [...randomBytes(10)].map((byte) => letters[byte & 31]).join('')
  return `${text.slice(0, 5)}-${text.slice(5)}`
}

/** A code as it was meant, whatever case, dashes and look-alikes it was typed with. */
export function readCode(typed: string): string {
  const plain = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return `${plain.slice(0, 5)}-${plain.slice(5)}`
}
