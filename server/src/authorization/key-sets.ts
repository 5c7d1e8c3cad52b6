import type { JWK } from 'jose'
import { type Clock, HOUR, isObject, MINUTE, parseJson, SECOND } from '../lib/index.ts'
import type { FetchLike } from './provider/create-provider.ts'

export type KeySet = { readonly keys: readonly JWK[] }
type Kept = { readonly set: KeySet | null; readonly at: number; readonly tried: number }

const MOST_KEYS = 50
const MOST_BYTES = 64 * 1024
/** A key that its owner took away counts this much longer at most. */
const FRESH = 10 * MINUTE
/** Its owner does not answer: what was read before counts this long. */
const STALE = HOUR
/** A key id that is not there makes us look again, not more often than this: whoever sends nonsense does not make us knock. */
const PATIENCE = 30 * SECOND
const MOST_ADDRESSES = 500

/** Public keys of whoever vouches for people, as they publish them (RFC 7517). */
export class KeySets {
  readonly #fetch: FetchLike
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()
  readonly #asking = new Map<string, Promise<Kept>>()

  constructor(fetch: FetchLike, clock: Clock) {
    this.#fetch = fetch
    this.#clock = clock
  }

  /** The keys at an address; null where nothing usable lies there. */
  async at(address: string, kid: string | undefined): Promise<KeySet | null> {
    const now = this.#clock.now()
    const kept = this.#kept.get(address)
    const knows = kept?.set != null && (kid === undefined || kept.set.keys.some((key) => key.kid === kid))
    if (kept !== undefined && ((knows && now - kept.at < FRESH) || now - kept.tried < PATIENCE)) return usable(kept, now)
    const asking = this.#asking.get(address) ?? this.#ask(address, kept).finally(() => this.#asking.delete(address))
    this.#asking.set(address, asking)
    return usable(await asking, this.#clock.now())
  }

  async #ask(address: string, before: Kept | undefined): Promise<Kept> {
    const set = await this.#read(address).catch(() => null)
    const now = this.#clock.now()
    const kept = set === null ? { set: before?.set ?? null, at: before?.at ?? 0, tried: now } : { set, at: now, tried: now }
    if (!this.#kept.has(address) && this.#kept.size >= MOST_ADDRESSES) this.#kept.delete(this.#kept.keys().next().value ?? '')
    this.#kept.set(address, kept)
    return kept
  }

  async #read(address: string): Promise<KeySet | null> {
    const answer = await this.#fetch(address, { headers: { accept: 'application/jwk-set+json, application/json' }, redirect: 'manual' })
    const text = answer.status === 200 ? await answer.text() : ''
    return text === '' || text.length > MOST_BYTES ? null : readKeySet(parseJson(text))
  }
}

function usable({ set, at }: Kept, now: number): KeySet | null {
  return now - at < STALE ? set : null
}

/** What may count of a key set: public halves of pairs. A secret among them is the other side's mistake, and never a way to sign here. */
export function readKeySet(given: unknown): KeySet | null {
  const keys: unknown = isObject(given) ? given['keys'] : undefined
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MOST_KEYS) return null
  const good = keys.filter(isPublicKey)
  return good.length === 0 ? null : { keys: good }
}

function isPublicKey(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return false
  const { kty, kid, alg, use, d, k } = key as Readonly<Record<string, unknown>>
  const texts = [kid, alg, use].every((one) => one === undefined || (typeof one === 'string' && one.length <= 255))
  return (kty === 'RSA' || kty === 'EC' || kty === 'OKP') && d === undefined && k === undefined && texts
}
