import type { EditionId } from '../lib/index.ts'
import type { AcceptedThen, KnownEdition } from './binding.ts'
import { bindsFrom, type PostedChange } from './change.ts'
import { isNewer } from './edition.ts'

/** What the clock says about a change and one connector. `due`: it may bind, if the connector was available then and nobody was leaving. */
export type Verdict =
  | { readonly kind: 'settled' }
  | { readonly kind: 'due'; readonly servedAt: number; readonly from: number }
  | { readonly kind: 'later'; readonly from: number }
  | { readonly kind: 'unserved' }

/** What is known about a change and one connector. */
export type Known = {
  /** That it was written down already. */
  readonly recorded: boolean
  /** Whether the agreement is over by now. */
  readonly ended: boolean
  /** From when this edition or a later one of the document binds without this change, such as by an acceptance in so many words; or null. */
  readonly coveredFrom: number | null
  readonly servedAt: number | null
  /** From when it was its developer's. */
  readonly since: number
}

/**
 * What is to be done about a change and one connector at a time. What came after the moment from which the change binds, such as an acceptance or the
 * end, does not undo that it did: it is written down all the same.
 */
export function verdictOf(change: PostedChange, { recorded, ended, coveredFrom, servedAt, since }: Known, now: number): Verdict {
  if (recorded || change.withdrawnAt !== null) return { kind: 'settled' }
  const from = bindsFrom(change, servedAt)
  const due = from !== null && from <= now
  if (coveredFrom !== null && coveredFrom <= (due ? from : now)) return { kind: 'settled' }
  if (!due && ended) return { kind: 'settled' }
  if (from === null || servedAt === null) return { kind: 'unserved' }
  if (!due) return { kind: 'later', from }
  // A connector that was made or handed over after that came under an acceptance of its own.
  return since > from ? { kind: 'settled' } : { kind: 'due', servedAt, from }
}

/** The edition of a change and those of its document that came after it, with the times from which they can bind: who has one of them is settled. */
export function coveringEditions(change: PostedChange, editions: readonly KnownEdition[]): ReadonlyMap<EditionId, number> {
  const own = { id: change.edition, effectiveAt: change.effectiveAt }
  const there = editions.filter(({ document, withdrawnAt }) => document === change.document && withdrawnAt === null)
  return new Map(there.filter((one) => one.id === own.id || isNewer(one, own)).map(({ id, effectiveAt }) => [id, effectiveAt]))
}

/** From when one of these editions binds, by what was accepted in so many words and by what was written down; null: none does. */
export function coverageOf(
  covering: ReadonlyMap<EditionId, number>,
  accepted: readonly Pick<AcceptedThen, 'edition' | 'at'>[],
  written: readonly { readonly edition: EditionId; readonly dueAt: number }[],
): number | null {
  const times = [
    ...accepted.flatMap(({ edition, at }) => (covering.has(edition) ? [Math.max(at, covering.get(edition) ?? 0)] : [])),
    ...written.flatMap(({ edition, dueAt }) => (covering.has(edition) ? [dueAt] : [])),
  ]
  return times.length === 0 ? null : Math.min(...times)
}
