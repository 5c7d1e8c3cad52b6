import type { JWK } from 'jose'
import { type MakeKey, makeSigningKey } from '../src/authorization/index.ts'
import type { HashCost } from '../src/people/index.ts'

const made = new Map<string, Promise<JWK>>()

/** Keys that sign identity tokens, found once for all tests of a file: the search for primes takes longer than most tests. */
export const sameKey: MakeKey = (algorithm) => {
  const known = made.get(algorithm) ?? makeSigningKey(algorithm)
  made.set(algorithm, known)
  return known
}

/** The least that argon2id takes. A test that signs somebody in is not about how long a thief would need. */
export const cheapHash: HashCost = { memoryCost: 8, timeCost: 1, parallelism: 1 }
