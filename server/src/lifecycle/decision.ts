import type { ClauseId, DecisionKindWord, Ground } from '@handfast/contract'
import type { DecisionId, ReleaseId, UserId } from '../lib/index.ts'

export type DecisionKind = DecisionKindWord

/**
 * In what role something was decided. `self-review`: whoever reviewed also stands behind the connector. `system`: a rule or the clock, on the
 * operator's side.
 */
export type DecidedAs = 'operator' | 'developer' | 'reviewer' | 'self-review' | 'system'

/** Who holds a suspension. Each side lifts its own only: neither can overrule the other's no. */
export type Side = 'operator' | 'developer'

/** One line of a connector's log. Lines are only ever added; what stands today is computed from them and the clock. */
export type Decision = {
  /** UUIDv7 with a prefix: the order of ids is the order of decisions. */
  readonly id: DecisionId
  readonly kind: DecisionKind
  readonly release: ReleaseId | null
  /** The digest that was handed in, approved or rejected. */
  readonly digest: string | null
  /** The one tool that it is about; null: the whole connector. */
  readonly tool: string | null
  /** The facts, in words. They stay out of the ledger. */
  readonly reason: string
  readonly ground: Ground | null
  readonly clause: ClauseId | null
  readonly decidedAs: readonly DecidedAs[]
  readonly by: UserId | 'system'
  /** When it was written down. Milliseconds, UTC, as all times here. */
  readonly at: number
  /** When it takes effect; null: at once. */
  readonly effectiveAt: number | null
  /** When it ends by itself; null: it lasts until somebody decides otherwise. */
  readonly until: number | null
  /** The decision that this one answers. */
  readonly about: DecisionId | null
  readonly redress: { readonly how: string; readonly until: number } | null
  /** Where a law forbids telling: when that is looked at again. */
  readonly withheldUntil: number | null
}

/** When a decision takes effect. */
export function effectOf({ effectiveAt, at }: Decision): number {
  return effectiveAt ?? at
}

/** Whether it has by now. One without a time of its own does as soon as it is written down, also by a node whose clock is ahead of ours. */
export function hasEffect(decision: Decision, now: number): boolean {
  return effectOf(decision) <= Math.max(now, decision.at)
}

/** Reviewers and the clock act for the operator. Whoever is both acts as the operator when stopping, which is the stronger of the two. */
export function sideOf(decidedAs: readonly DecidedAs[]): Side {
  return decidedAs.includes('operator') || decidedAs.includes('reviewer') || decidedAs.includes('system') ? 'operator' : 'developer'
}

/** Whoever is both lifts both. */
export function sidesOf(decidedAs: readonly DecidedAs[]): readonly Side[] {
  const operator = sideOf(decidedAs) === 'operator' && decidedAs.length > 0
  return [...(operator ? (['operator'] as const) : []), ...(decidedAs.includes('developer') ? (['developer'] as const) : [])]
}
