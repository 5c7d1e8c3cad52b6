import type { Release } from '../../directory/index.ts'
import type { UserId } from '../../lib/index.ts'
import type { DecidedAs } from '../../lifecycle/index.ts'
import type { ReleaseStanding } from './release-state.ts'

/** Whoever handed it in, or belongs to its developer. */
export function isSelf({ createdBy }: Release, by: UserId, standsBehind: boolean): boolean {
  return standsBehind || createdBy === by
}

export function rolesOf(self: boolean): readonly DecidedAs[] {
  return self ? ['reviewer', 'self-review'] : ['reviewer']
}

/** A release whose log says nothing, as of a row that was put there by hand: it waits for nobody. */
export function unknown({ digest, createdAt, decidedAt }: Release): ReleaseStanding {
  return { state: 'withdrawn', digest, submittedAt: createdAt, claimedBy: null, claimedUntil: null, agreedBy: [], reviewersNeeded: 1, decidedAt }
}
