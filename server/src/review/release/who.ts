import type { Release } from '../../directory/index.ts'
import type { UserId } from '../../lib/index.ts'
import type { DecidedAs } from '../../lifecycle/index.ts'
import type { ReleaseStanding } from './release-state.ts'
import type { SubmissionRecord } from './release-store.ts'

type HandedIn = { readonly release: Pick<Release, 'createdBy'>; readonly submission: Pick<SubmissionRecord, 'behind'> | null }

/** Whoever handed it in, or belongs to its developer, now or when it was handed in. */
export function isSelf({ release, submission }: HandedIn, by: UserId, standsBehind: boolean): boolean {
  return standsBehind || release.createdBy === by || (submission?.behind.includes(by) ?? false)
}

export function rolesOf(self: boolean): readonly DecidedAs[] {
  return self ? ['reviewer', 'self-review'] : ['reviewer']
}

/** A release whose log says nothing, as of a row that was put there by hand: it waits for nobody. */
export function unknown({ digest, createdAt, decidedAt }: Release): ReleaseStanding {
  return { state: 'withdrawn', digest, submittedAt: createdAt, claimedBy: null, claimedUntil: null, agreedBy: [], reviewersNeeded: 1, decidedAt }
}
