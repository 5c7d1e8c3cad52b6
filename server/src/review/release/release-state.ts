import type { ReleaseId } from '../../lib/index.ts'

/** What happens to a release between its hand-in and its end, as the log of decisions and the claims say it. */
export type ReviewStepKind = 'submit' | 'claim' | 'agree' | 'approve' | 'reject' | 'request-changes' | 'withdraw' | 'reopen'

export type ReviewStep = {
  readonly kind: ReviewStepKind
  readonly release: ReleaseId
  /** The digest that was handed in or looked at; null: of no matter, as for a claim. */
  readonly digest: string | null
  readonly by: string
  /** UTC milliseconds. */
  readonly at: number
  /** Of a hand-in: how many different reviewers have to say yes. */
  readonly reviewersNeeded?: number
  /** Of a claim: when it ends by itself, and when it was given back. */
  readonly until?: number
  readonly endedAt?: number | null
}

export type ReleaseState = 'submitted' | 'in-review' | 'changes-requested' | 'approved' | 'rejected' | 'withdrawn' | 'superseded'

export type ReleaseStanding = {
  readonly state: ReleaseState
  readonly digest: string
  readonly submittedAt: number
  /** Who has it in hand now. */
  readonly claimedBy: string | null
  readonly claimedUntil: number | null
  /** Who has said yes, in order. The approval is the last of them. */
  readonly agreedBy: readonly string[]
  readonly reviewersNeeded: number
  /** When it came to its end; null while it waits. */
  readonly decidedAt: number | null
}

type Open = { state: ReleaseState; digest: string; submittedAt: number; agreedBy: string[]; reviewersNeeded: number; decidedAt: number | null }

/** States in which somebody may still decide. */
export function isWaiting(state: ReleaseState): boolean {
  return state === 'submitted' || state === 'in-review'
}

/**
 * Where every release of one connector stands (clause 2d-review): a pure function of its log and the clock. A release counts from the digest it was
 * handed in with, and a step about another digest is none. One release waits at a time: handing in the next one supersedes it. Approving one ends the
 * one before. A release with fewer different yeses than it needs is not approved, whatever the log says.
 * @param steps in the order in which they happened
 */
export function releaseStates(steps: readonly ReviewStep[], now: number): ReadonlyMap<ReleaseId, ReleaseStanding> {
  const found = new Map<ReleaseId, Open>()
  const claims = new Map<ReleaseId, ReviewStep>()
  for (const step of steps) {
    const one = found.get(step.release)
    if (step.kind === 'submit') {
      if (one === undefined && step.digest !== null) found.set(step.release, submitted(found, step, step.digest))
    } else if (step.kind === 'claim') claims.set(step.release, step)
    else if (one !== undefined && one.digest === step.digest) take(found, one, step)
  }
  return new Map([...found].map(([release, one]) => [release, standing(one, claims.get(release), now)]))
}

function submitted(found: ReadonlyMap<ReleaseId, Open>, step: ReviewStep, digest: string): Open {
  for (const other of found.values()) if (isWaiting(other.state)) end(other, 'superseded', step.at)
  return { state: 'submitted', digest, submittedAt: step.at, agreedBy: [], reviewersNeeded: step.reviewersNeeded ?? 1, decidedAt: null }
}

function end(one: Open, state: ReleaseState, at: number): void {
  one.state = state
  one.decidedAt = at
}

function take(found: ReadonlyMap<ReleaseId, Open>, one: Open, step: ReviewStep): void {
  if (step.kind === 'reopen') {
    if (one.state !== 'rejected' && one.state !== 'changes-requested') return
    for (const other of found.values()) if (isWaiting(other.state)) end(other, 'superseded', step.at)
    Object.assign(one, { state: 'submitted', agreedBy: [], decidedAt: null })
    return
  }
  if (!isWaiting(one.state)) return
  switch (step.kind) {
    case 'agree':
      if (!one.agreedBy.includes(step.by)) one.agreedBy.push(step.by)
      return
    case 'approve':
      if (!one.agreedBy.includes(step.by)) one.agreedBy.push(step.by)
      if (one.agreedBy.length < one.reviewersNeeded) return
      for (const other of found.values()) if (other.state === 'approved') other.state = 'superseded'
      end(one, 'approved', step.at)
      return
    case 'reject':
      end(one, 'rejected', step.at)
      return
    case 'request-changes':
      end(one, 'changes-requested', step.at)
      return
    case 'withdraw':
      end(one, 'withdrawn', step.at)
      return
  }
}

function standing(one: Open, claim: ReviewStep | undefined, now: number): ReleaseStanding {
  const held = isWaiting(one.state) && claim !== undefined && (claim.endedAt ?? null) === null && (claim.until ?? 0) > now
  const state = one.state === 'submitted' && (held || one.agreedBy.length > 0) ? 'in-review' : one.state
  return { ...one, state, claimedBy: held ? claim.by : null, claimedUntil: held ? (claim.until ?? null) : null }
}
