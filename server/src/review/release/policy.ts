import { DAY } from '../../lib/index.ts'

/** What the settings say about reviews. */
export type ReviewPolicy = {
  /** `house`: whoever stands behind a connector may review it, and it is recorded as that. `public`: somebody else has to. */
  readonly profile: 'house' | 'public'
  /** Releases of that risk need two different reviewers. Absent: from 40 in public, none in the house. */
  readonly secondReviewFromRisk?: number | undefined
  /** How long a reviewer keeps a release in hand. */
  readonly claimMs: number
  /** How often a live connector is looked at again. */
  readonly rescanMs: number
}

/** A decision of a review can be appealed for that long: 180 times 24 hours, in UTC. */
export const APPEAL_PERIOD = 180 * DAY
/** Until then an appeal should be decided; later, the operator is reminded. */
export const APPEAL_ANSWER = 14 * DAY

/** From this risk on, the public profile asks a second reviewer. */
const PUBLIC_SECOND = 40

export function reviewersFor(risk: number, { profile, secondReviewFromRisk }: ReviewPolicy): number {
  const from = secondReviewFromRisk ?? (profile === 'public' ? PUBLIC_SECOND : Number.POSITIVE_INFINITY)
  return risk >= from ? 2 : 1
}

/** Rules whose findings no reviewer puts aside: what they find does harm whoever says yes, or cannot work. */
const stays: ReadonlySet<string> = new Set([
  'hidden-characters',
  'target-address',
  'operation-server',
  'privacy-notice',
  'credential-placement',
  'manifest-field',
])

export function canBeDismissed(rule: string): boolean {
  return !stays.has(rule)
}
