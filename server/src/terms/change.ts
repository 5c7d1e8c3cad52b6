import { DAY, type EditionId, type Id } from '../lib/index.ts'

export type ChangeId = Id<'chg'>

/** What a change is, in the words of clause 7a. Only material ones wait. */
export const changeClasses = ['material', 'required-by-law', 'other'] as const
export type ChangeClass = (typeof changeClasses)[number]

/**
 * How long a material change waits after its notice (clause 7a-changes): 15 times 24 hours, counted in UTC. Daylight-saving changes and time zones move
 * what a wall clock shows at the end, and nothing else.
 */
export const MATERIAL_PERIOD = 15 * DAY

/** A change that was posted: an edition that comes into force by the clock, unless it is withdrawn before. */
export type PostedChange = {
  readonly id: ChangeId
  readonly document: string
  readonly edition: EditionId
  readonly label: string
  readonly sha256: string
  readonly class: ChangeClass
  /** Times in milliseconds, UTC. */
  readonly postedAt: number
  readonly effectiveAt: number
  readonly withdrawnAt: number | null
}

export type ChangeState = 'draft' | 'posted' | 'in-force' | 'withdrawn'

/** The earliest moment at which a change of a class that is posted now can take effect. Nobody can shorten it. */
export function earliestEffect(changeClass: ChangeClass, postedAt: number): number {
  return changeClass === 'material' ? postedAt + MATERIAL_PERIOD : postedAt
}

/** What is to become of a change, by its times and the clock. */
export function changeState(
  change: { readonly postedAt: number | null; readonly effectiveAt: number | null; readonly withdrawnAt: number | null },
  now: number,
): ChangeState {
  if (change.withdrawnAt !== null) return 'withdrawn'
  if (change.postedAt === null || change.effectiveAt === null) return 'draft'
  return change.effectiveAt <= now ? 'in-force' : 'posted'
}

/**
 * From when a change can bind a developer, by the time at which its notice was served on them; null: no notice was served, and the old edition goes on
 * binding. The days of a material change run from the service, where that was later than the posting.
 */
export function bindsFrom({ class: changeClass, effectiveAt }: Pick<PostedChange, 'class' | 'effectiveAt'>, servedAt: number | null): number | null {
  return servedAt === null ? null : Math.max(effectiveAt, earliestEffect(changeClass, servedAt))
}

/**
 * The moment that decides how a connector stood when a change began to bind it: the last one before (clause 7a-changes). Whatever is said in the moment
 * itself came too late, on whichever node it was said, so the answer never changes afterwards.
 */
export function judgedAt(from: number): number {
  return from - 1
}
