import type { JWK } from 'jose'
import { type MakeKey, makeSigningKey } from '../src/authorization/index.ts'

const made = new Map<string, Promise<JWK>>()

/** Keys that sign identity tokens, found once for all tests of a file: the search for primes takes longer than most tests. */
export const sameKey: MakeKey = (algorithm) => {
  const known = made.get(algorithm) ?? makeSigningKey(algorithm)
  made.set(algorithm, known)
  return known
}
