import type { EditionId } from '../lib/index.ts'
import { bindsFrom, type ChangeId, judgedAt, type PostedChange } from './change.ts'
import { isNewer } from './edition.ts'

/** How a connector stood when a change could begin to bind it. `leaving`: notice of its end had been given, or it had ended (clause 5a). */
export type StoodThen = { readonly available: boolean; readonly leaving: boolean }

/** One document that a developer accepted in so many words, at a time. */
export type AcceptedThen = {
  readonly acceptance: string
  readonly document: string
  readonly edition: EditionId
  readonly sha256: string
  readonly at: number
}

/** An edition that came into force, or will. */
export type KnownEdition = { readonly id: EditionId; readonly document: string; readonly effectiveAt: number; readonly withdrawnAt: number | null }

/** All that says which editions bind one connector. */
export type BindingFacts = {
  readonly editions: readonly KnownEdition[]
  /** What its developer accepted, in any order. */
  readonly accepted: readonly AcceptedThen[]
  readonly changes: readonly PostedChange[]
  /** When the notice of each change was served on its developer. */
  readonly servedAt: ReadonlyMap<ChangeId, number>
  /** How the connector stood at the moments at which changes could begin to bind it. */
  readonly stoodAt: ReadonlyMap<ChangeId, StoodThen>
}

/** Why a newer edition does not bind yet, or will not. `window`: its time has not come. */
export type Held = 'window' | 'not-served' | 'leaving' | 'not-available'

/** A newer edition that was posted and does not bind, with the reason. `from`: when it will, where that is known. */
export type HeldEdition = { readonly change: ChangeId; readonly edition: EditionId; readonly why: Held; readonly from: number | null }

/** The edition of a document that binds a connector, and how it came to. */
export type Bound = {
  readonly edition: EditionId
  readonly sha256: string
  readonly how: 'accepted' | 'deemed'
  /** Id of the acceptance, or of the change whose time came. */
  readonly by: string
  readonly since: number
}

/** How a connector stands to one document. */
export type Binding = {
  readonly document: string
  /** Null: none of its editions binds yet, as where the document is newer than the agreement. */
  readonly bound: Bound | null
  /** Newer editions that do not bind, the oldest first. */
  readonly held: readonly HeldEdition[]
}

/**
 * Which editions bind a connector at a time, and how they came to (clauses 7a-changes, 7d-entire). What was accepted in so many words counts from then,
 * or from when that edition came into force; a change counts as accepted where its notice had been served, the connector was available when the time of
 * the change came, and nobody had given notice of the end before. Otherwise the older edition goes on binding. No handler is needed for any of this:
 * the clock alone moves it.
 */
export function bindingsAt(facts: BindingFacts, at: number): readonly Binding[] {
  const documents = [...new Set(facts.editions.map(({ document }) => document))]
  return documents.flatMap((document) => bindingOf(document, facts, at) ?? [])
}

/**
 * Whether a release may be published as far as the editions in force go: each of them binds the connector, or goes on not binding it for a reason that its
 * developer may rely on. Not having been available is none: what was away then accepts what is in force before it comes back.
 */
export function mayPublish(
  current: readonly { readonly id: EditionId; readonly document: string; readonly sha256: string }[],
  bindings: readonly Binding[],
): boolean {
  return (
    current.length > 0 &&
    current.every((edition) => {
      const binding = bindings.find(({ document }) => document === edition.document)
      if (binding?.bound?.edition === edition.id || binding?.bound?.sha256 === edition.sha256) return true
      const held = binding?.held.find((one) => one.edition === edition.id)
      return held !== undefined && held.why !== 'not-available'
    })
  )
}

/** How what was written down counts, whatever is found out later about that time. */
export const writtenDown: StoodThen = { available: true, leaving: false }

/**
 * The moment that decides whether a change binds a connector, as of a time; null while there is none. @param since when it became its developer's:
 * whoever got it afterwards did not have it available before, and what they accepted themselves binds them
 */
export function momentOf(change: PostedChange, servedAt: number | null, since: number, at: number): number | null {
  const from = bindsFrom(change, servedAt)
  return from !== null && since <= from && from <= at ? judgedAt(from) : null
}

type Step = {
  readonly from: number
  readonly edition: KnownEdition
  readonly sha256: string
  readonly how: 'accepted' | 'deemed'
  readonly by: string
}

function bindingOf(document: string, facts: BindingFacts, at: number): Binding | undefined {
  const editions = new Map(facts.editions.filter((one) => one.document === document && one.withdrawnAt === null).map((one) => [one.id, one]))
  const steps: Step[] = []
  for (const { document: of, edition: id, sha256, acceptance, at: then } of facts.accepted) {
    const edition = editions.get(id)
    if (of === document && edition !== undefined)
      steps.push({ from: Math.max(then, edition.effectiveAt), edition, sha256, how: 'accepted', by: acceptance })
  }
  const held: (HeldEdition & { readonly effectiveAt: number })[] = []
  for (const change of facts.changes) {
    const edition = editions.get(change.edition)
    if (change.document !== document || edition === undefined || change.postedAt > at) continue
    const from = bindsFrom(change, facts.servedAt.get(change.id) ?? null)
    const stood = facts.stoodAt.get(change.id)
    const about = { change: change.id, edition: edition.id, from, effectiveAt: edition.effectiveAt }
    if (from === null) held.push({ ...about, why: change.effectiveAt > at ? 'window' : 'not-served' })
    else if (from > at) held.push({ ...about, why: 'window' })
    else if (stood?.leaving === true) held.push({ ...about, from: null, why: 'leaving' })
    else if (stood?.available !== true) held.push({ ...about, from: null, why: 'not-available' })
    else steps.push({ from, edition, sha256: change.sha256, how: 'deemed', by: change.id })
  }
  let bound: Step | undefined
  // Of two at the same moment, what was said counts before what is deemed; an older edition never takes the place of a newer one.
  for (const step of steps.filter(({ from }) => from <= at).toSorted((a, b) => a.from - b.from || (a.how < b.how ? -1 : 1))) {
    if (bound === undefined || isNewer(step.edition, bound.edition)) bound = step
  }
  const newer = held.filter(({ edition: id, effectiveAt }) => bound === undefined || isNewer({ id, effectiveAt }, bound.edition))
  if (bound === undefined && newer.length === 0) return undefined
  return {
    document,
    bound: bound === undefined ? null : { edition: bound.edition.id, sha256: bound.sha256, how: bound.how, by: bound.by, since: bound.from },
    held: newer.toSorted((a, b) => a.effectiveAt - b.effectiveAt).map(({ effectiveAt: _, ...one }) => one),
  }
}
