import ipaddr from 'ipaddr.js'
import { sql } from 'kysely'
import { type Clock, HOUR, MINUTE, SECOND, sha256 } from '../lib/index.ts'
import { type Storage, type Write, write, writeOne } from '../storage/index.ts'
import { TooManyAttemptsError } from './people-errors.ts'

/**
 * What is counted. So many attempts are free; after each further one the next has to wait, twice as long each time up to a limit. A count is
 * forgotten when nothing was attempted for a while.
 */
type Rule = { readonly free: number; readonly firstWait: number; readonly longestWait: number; readonly forgotten: number }

/** One account from one network. */
const pair: Rule = { free: 10, firstWait: 30 * SECOND, longestWait: 15 * MINUTE, forgotten: 15 * MINUTE }
/** One network, whichever the accounts. */
const network: Rule = { free: 100, firstWait: 10 * SECOND, longestWait: 5 * MINUTE, forgotten: 15 * MINUTE }
/**
 * One account, from networks that its person was never signed in from. The wait stays short: a stranger may slow down who comes from a new
 * place, and nobody else.
 */
const account: Rule = { free: 50, firstWait: SECOND, longestWait: 30 * SECOND, forgotten: HOUR }
/** Codes of a second factor. Whoever gets so far knows the password, so this may lock: six digits are soon tried through. */
const code: Rule = { free: 5, firstWait: 30 * SECOND, longestWait: HOUR, forgotten: 24 * HOUR }

/** Forgotten counts that each attempt takes away, more than it adds: the table stays as small as the last hours were busy. */
const SWEPT = 8

/** What an attempt counts as. `settled` belongs into the transaction of what it was for, once the right person made it. */
export type Counted = { readonly settled: readonly Write[] }

/**
 * Counts attempts to sign in, for all nodes on one database together. Unknown and known accounts count alike. Keys are hashes: the table
 * names nobody.
 */
export class Attempts {
  readonly #storage: Storage
  readonly #clock: Clock

  constructor(storage: Storage, clock: Clock) {
    this.#storage = storage
    this.#clock = clock
  }

  /**
   * Counts one attempt before it is looked at, so that attempts at the same moment cannot pass together.
   * @param known whether the person of that account was signed in from this network before
   * @throws TooManyAttemptsError when one of the counts says to wait; nothing is counted then
   */
  take(name: string, address: string, known: boolean): Promise<Counted> {
    const from = networkOf(address)
    return this.#count([['pair', `${from} ${name}`, pair], ['network', from, network], ...(known ? [] : ([['account', name, account]] as const))])
  }

  /** The same where no account is named, such as before a passkey. @throws TooManyAttemptsError */
  takeUnnamed(address: string): Promise<Counted> {
    return this.#count([['network', networkOf(address), network]])
  }

  /** Counts one code of a second factor. @throws TooManyAttemptsError */
  takeCode(user: string): Promise<Counted> {
    return this.#count([['code', user, code]])
  }

  async #count(counts: readonly (readonly [kind: string, what: string, rule: Rule])[]): Promise<Counted> {
    const { db } = this.#storage
    const now = this.#clock.now()
    const keyed = counts.map(([kind, what, rule]) => ({ key: sha256(`${kind} ${what}`), rule, shared: kind === 'network' }))
    const old = db.selectFrom('attempt_counts').select('key_hash').where('until_at', '<=', now).orderBy('until_at').limit(SWEPT)
    try {
      await this.#storage.write([
        ...keyed.map(({ key, rule }) => this.#counting(key, rule, now)),
        write(db.deleteFrom('attempt_counts').where('key_hash', 'in', old)),
      ])
    } catch (error) {
      if (!(error instanceof WaitError)) throw error
      const hashes = keyed.map(({ key }) => key)
      const rows = await db.selectFrom('attempt_counts').select('next_at').where('key_hash', 'in', hashes).where('until_at', '>', now).execute()
      const wait = Math.max(0, ...rows.map((row) => row.next_at - now))
      throw new TooManyAttemptsError(Math.max(1, Math.ceil(wait / SECOND)))
    }
    return {
      settled: keyed.map(({ key, shared }) =>
        shared
          ? // Somebody else behind the same address may be guessing: one success does not wipe that out.
            write(
              db
                .updateTable('attempt_counts')
                .set({ attempts: sql`attempts - 1` as never })
                .where('key_hash', '=', key)
                .where('attempts', '>', 0),
            )
          : write(db.deleteFrom('attempt_counts').where('key_hash', '=', key)),
      ),
    }
  }

  /** Adds one, and says until when the next has to wait. Touches no row while it has to wait. */
  #counting(key: string, { free, firstWait, longestWait, forgotten }: Rule, now: number): Write {
    const { db } = this.#storage
    const at = sql.lit(now)
    const over = sql`(attempt_counts.attempts + 1 - ${sql.lit(free)})`
    const steps = Math.ceil(Math.log2(longestWait / firstWait))
    const wait = sql`case when ${over} < 0 then 0 when ${over} >= ${sql.lit(steps)} then ${sql.lit(longestWait)} else ${sql.lit(firstWait)} * (1 << ${over}) end`
    const fresh = sql`attempt_counts.until_at <= ${at}`
    return writeOne(
      db
        .insertInto('attempt_counts')
        .values({ key_hash: key, attempts: 1, next_at: now, until_at: now + forgotten })
        .onConflict((conflict) =>
          conflict
            .column('key_hash')
            .doUpdateSet({
              attempts: sql<number>`case when ${fresh} then 1 else attempt_counts.attempts + 1 end`,
              next_at: sql<number>`case when ${fresh} then ${at} else ${at} + (${wait}) end`,
              until_at: sql<number>`${at} + ${sql.lit(forgotten)} + case when ${fresh} then 0 else (${wait}) end`,
            })
            .where(sql<boolean>`attempt_counts.next_at <= ${at} or ${fresh}`),
        ),
      () => new WaitError(),
    )
  }
}

class WaitError extends Error {}

/** One household holds a whole /64 of IPv6, so that is one address here. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const bytes = parsed.toByteArray()
  return bytes
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
