import type { Approvers } from '@handfast/contract'
import { canonicalJson, MINUTE, sha256 } from '../lib/index.ts'
import type { PolicyPerson } from './policy-rules.ts'

/** Whose rule it is: the workspace's, the person's for one connector, or the person's for all. In this order one outranks the next. */
export type Level = 'workspace' | 'connector' | 'default'

/** Whose yes a call needs, and what asks for it. */
export type Need = {
  /** `person`, or the rule that names who approves. */
  readonly key: string
  /** Null: the person whose call it is. */
  readonly approvers: Approvers | null
  readonly level: Level
  /** The rule that asks, and the version of the policy that it stands in; null where the person's own level asks. */
  readonly rule: string | null
  readonly version: number | null
  readonly because: string
  /** Whether a lasting yes of the person may be given here, and is enough. */
  readonly lasting: boolean
  readonly openMs: number
}

export const PERSON = 'person'
export const OWN_QUESTION_OPEN = 10 * MINUTE
export const DELEGATED_OPEN = 60 * MINUTE

/** The person's own yes, by their own level: what every approval needed before there were policies. */
export const ownNeed: Need = {
  key: PERSON,
  approvers: null,
  level: 'default',
  rule: null,
  version: null,
  because: '',
  lasting: true,
  openMs: OWN_QUESTION_OPEN,
}

/**
 * What an approval is bound to beside the call: whose yes was asked for. Null for the person's own alone. A policy that asks for more meanwhile makes
 * another question of it; one that changed elsewhere does not.
 */
export function needsDigest(needs: readonly Need[]): string | null {
  if (needs.every(({ key }) => key === PERSON)) return null
  return sha256(canonicalJson(needs.map(({ key, approvers }) => ({ key, approvers })).toSorted((a, b) => (a.key < b.key ? -1 : 1))))
}

/** How long the question stays open: as long as the slowest answer may take. */
export function openFor(needs: readonly Need[]): number {
  return Math.max(OWN_QUESTION_OPEN, ...needs.map(({ openMs }) => openMs))
}

/** Whether this person's yes meets the need of a call that `asker` makes. */
export function mayMeet({ approvers }: Need, person: PolicyPerson, asker: string): boolean {
  if (approvers === null) return person.user === asker
  if (approvers.notWhoAsks && person.user === asker) return false
  return (
    (approvers.owners && person.owner) ||
    approvers.people.some((id) => id === person.user) ||
    approvers.groups.some((group) => person.groups.has(group))
  )
}

/** Whether the yes that was given answers everything that is asked now: of the same people, whatever else the policy says by now. */
export function covers({ needs: given }: { readonly needs: readonly Need[] }, needs: readonly Need[]): boolean {
  return needs.every((need) => given.some(({ key, approvers }) => key === need.key && sameApprovers(approvers, need.approvers)))
}

function sameApprovers(one: Approvers | null, other: Approvers | null): boolean {
  return canonicalJson(one) === canonicalJson(other)
}
