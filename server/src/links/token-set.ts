import { HOUR, MINUTE, SECOND } from '../lib/index.ts'
import type { Tokens } from '../oauth-client/index.ts'

/** What is sealed for an account that people sign in to. */
export type TokenSet = {
  /** Sent to the connector. */
  readonly access: string
  readonly refresh: string | null
  /** The token that `access` was exchanged for (RFC 8693), so that both can be taken back. */
  readonly subject: string | null
  readonly obtainedAt: number
  /** By our clock, from the seconds that the server gave: its clock does not matter. */
  readonly expiresAt: number
  /** The server did not say how long it lasts. */
  readonly guessed: boolean
  /** The next one is asked for with our own client (RFC 6749 section 4.4): nobody has to sign in. */
  readonly byItself?: boolean
}

/** A server that does not say how long its tokens last is taken to mean this long: never forever. */
const GUESSED_LIFE = HOUR
/** Longer lives are checked back on all the same. */
const LONGEST_LIFE = 90 * 24 * HOUR
/** A token is not sent in its last moments: it would expire on the way. */
const LAST_MOMENTS = 30 * SECOND
const AHEAD = 5 * MINUTE
/** Links that nobody uses are renewed about this often, before the provider forgets them. */
const KEEP_ALIVE = 20 * HOUR

export function tokenSet(tokens: Tokens, earlier: TokenSet | null, now: number): TokenSet {
  const life = tokens.expiresIn === null ? GUESSED_LIFE : Math.min(tokens.expiresIn * 1_000, LONGEST_LIFE)
  return {
    access: tokens.accessToken,
    // A server that does not rotate leaves it out (RFC 6749 section 6).
    refresh: tokens.refreshToken ?? earlier?.refresh ?? null,
    subject: null,
    obtainedAt: now,
    expiresAt: now + life,
    guessed: tokens.expiresIn === null,
    ...(earlier?.byItself === true ? { byItself: true } : {}),
  }
}

/** Whether new access can be had without anybody. */
export function canRenew(set: TokenSet): boolean {
  return set.refresh !== null || set.byItself === true
}

/** A renewed sign-in whose access has still to be exchanged: nothing that a call may take, and no longer what the provider gave up. */
export function halfway(tokens: Tokens, earlier: TokenSet, now: number): TokenSet {
  return { ...tokenSet(tokens, earlier, now), access: earlier.access, subject: tokens.accessToken, expiresAt: now, guessed: false }
}

/** Until when a call may take it without asking for another. */
export function freshUntil(set: TokenSet): number {
  // Nothing to renew it with, and nobody said until when: good until the connector says otherwise, and for the longest life at most.
  if (!canRenew(set) && set.guessed) return set.obtainedAt + LONGEST_LIFE
  const life = set.expiresAt - set.obtainedAt
  return set.expiresAt - Math.min(LAST_MOMENTS, life / 4)
}

/** From when on it is renewed ahead of need, spread by a share of its life so that a thousand links made at once do not come at once. @param random from 0 up to below 1 */
export function renewFrom(set: TokenSet, random: number): number {
  const life = set.expiresAt - set.obtainedAt
  return Math.round(set.expiresAt - Math.min(AHEAD, life * 0.2) - random * Math.min(AHEAD, life * 0.1))
}

/** When a link is renewed although nobody uses it; null where it cannot be. */
export function keepAliveAt(set: TokenSet, random: number): number | null {
  return set.refresh === null ? null : Math.round(set.obtainedAt + KEEP_ALIVE * (0.8 + random * 0.4))
}

export function writeTokenSet(set: TokenSet): string {
  return JSON.stringify({ v: 1, ...set })
}

export function readTokenSet(text: string): TokenSet {
  const { v: _, ...set } = JSON.parse(text) as TokenSet & { v: number }
  return set
}
