import { DAY, type DeveloperId, type Id, type UserId } from '../lib/index.ts'

/** Why an organisation is held: a party check found a potential match, or the operator has a concern. */
export type HoldCause = 'party-check' | 'operator'

/** Something that stops an organisation from publishing until a person has looked (clauses 7c-export and 2d-remove). Times in milliseconds, UTC. */
export type Hold = {
  readonly id: Id<'hld'>
  readonly developer: DeveloperId
  readonly cause: HoldCause
  readonly check: string | null
  /** What was found, in words that the organisation was told. */
  readonly facts: string
  readonly redress: string
  /** A person, or `system`. */
  readonly placedBy: string
  readonly at: number
  /** Until when a person looks. */
  readonly lookBy: number
  readonly appeal: { readonly text: string; readonly by: UserId; readonly at: number } | null
  readonly answer: { readonly text: string; readonly by: UserId; readonly at: number } | null
  readonly released: { readonly reason: string; readonly by: UserId; readonly at: number } | null
}

/** `placed`: nobody looked yet. `appealed`: the organisation answered. `kept`: somebody looked at the appeal and it stays. `released`: over. */
export type HoldState = 'placed' | 'appealed' | 'kept' | 'released'

/** A person looks within so many days. */
export const LOOK_WITHIN = 10 * DAY

/** What stands, from what was written down about it. */
export function stateOfHold({ appeal, answer, released }: Pick<Hold, 'appeal' | 'answer' | 'released'>): HoldState {
  if (released !== null) return 'released'
  if (appeal === null) return 'placed'
  return answer === null ? 'appealed' : 'kept'
}

/** Whether a person should have looked by now and did not. After an answer the look was taken. */
export function isOverdue(hold: Hold, now: number): boolean {
  const state = stateOfHold(hold)
  return (state === 'placed' || state === 'appealed') && now >= hold.lookBy
}

/** Whether this person may decide about the appeal: in the public profile not whoever placed the hold. */
export function mayDecide(hold: Pick<Hold, 'placedBy'>, by: UserId, profile: 'house' | 'public'): boolean {
  return profile === 'house' || hold.placedBy !== by
}
