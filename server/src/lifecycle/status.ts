import type { ReleaseId, UserId } from '../lib/index.ts'

export type DecisionKind = 'submit' | 'approve' | 'reject' | 'suspend' | 'reinstate' | 'remove'

/** In what role something was decided. `self-review`: whoever reviewed also stands behind the connector. */
export type DecidedAs = 'operator' | 'developer' | 'reviewer' | 'self-review'

/** One line of a connector's log. Lines are only ever added; what stands today is computed from them. */
export type Decision = {
  /** UUIDv7 with a prefix: the order of ids is the order of decisions. */
  readonly id: string
  readonly kind: DecisionKind
  readonly release: ReleaseId | null
  /** The digest that was handed in, approved or rejected. */
  readonly digest: string | null
  readonly reason: string
  readonly decidedAs: readonly DecidedAs[]
  readonly by: UserId
  /** Milliseconds, UTC. */
  readonly at: number
}

export type ConnectorStatus = 'draft' | 'in-review' | 'live' | 'suspended' | 'removed'

/** Who holds a suspension. Each side lifts its own only: neither can overrule the other's no. */
export type Side = 'operator' | 'developer'

export type StandingStatus = {
  readonly status: ConnectorStatus
  /** For whoever asks why: of the suspension, the removal or the last rejection. */
  readonly reason: string | null
  /** The release that calls go to once nothing stands against it. */
  readonly release: ReleaseId | null
  readonly suspendedBy: readonly Side[]
}

type KnownRelease = { readonly id: ReleaseId; readonly digest: string }

/**
 * What stands today (clauses 2d-review, 2d-remove). A release is approved when the first decision about it, after it was handed in, is an approval of
 * exactly its digest; of several, the one approved last is live. A suspension holds whatever is approved meanwhile, and a removal is final.
 * @param decisions in the order of their ids
 */
export function statusOf(decisions: readonly Decision[], releases: readonly KnownRelease[]): StandingStatus {
  const digests = new Map(releases.map((release) => [release.id, release.digest]))
  const waiting = new Set<ReleaseId>()
  const suspended = new Map<Side, string>()
  let live: ReleaseId | null = null
  let rejection: string | null = null
  for (const decision of decisions) {
    const { release } = decision
    if (decision.kind === 'remove') return { status: 'removed', reason: decision.reason, release: null, suspendedBy: [...suspended.keys()] }
    if (decision.kind === 'suspend') suspended.set(sideOf(decision.decidedAs), decision.reason)
    else if (decision.kind === 'reinstate') for (const side of sidesOf(decision.decidedAs)) suspended.delete(side)
    else if (release !== null && digests.get(release) === decision.digest) {
      if (decision.kind === 'submit') waiting.add(release)
      else if (waiting.delete(release)) {
        if (decision.kind === 'approve') live = release
        rejection = decision.kind === 'reject' ? decision.reason : null
      }
    }
  }
  const suspendedBy = [...suspended.keys()]
  if (suspendedBy.length > 0) return { status: 'suspended', reason: [...suspended.values()].at(-1) ?? null, release: live, suspendedBy }
  if (live !== null) return { status: 'live', reason: null, release: live, suspendedBy }
  return waiting.size > 0
    ? { status: 'in-review', reason: null, release: null, suspendedBy }
    : { status: 'draft', reason: rejection, release: null, suspendedBy }
}

/** Whoever is both acts as the operator when stopping, which is the stronger of the two. */
export function sideOf(decidedAs: readonly DecidedAs[]): Side {
  return decidedAs.includes('operator') ? 'operator' : 'developer'
}

/** Whoever is both lifts both. */
export function sidesOf(decidedAs: readonly DecidedAs[]): readonly Side[] {
  return (['operator', 'developer'] as const).filter((side) => decidedAs.includes(side))
}
