import type { EditionId } from '../lib/index.ts'
import { bindsFrom, type ChangeId, type PostedChange } from './change.ts'

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

/** The edition of a document that binds a connector, and how it came to. */
export type Binding = {
  readonly document: string
  readonly edition: EditionId
  readonly sha256: string
  readonly how: 'accepted' | 'deemed'
  /** Id of the acceptance, or of the change whose time came. */
  readonly by: string
  readonly since: number
  /** Newer editions that were posted and do not bind, the oldest first, with the reason. `from`: when it will, where that is known. */
  readonly held: readonly { readonly change: ChangeId; readonly edition: EditionId; readonly why: Held; readonly from: number | null }[]
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
      if (binding?.edition === edition.id || binding?.sha256 === edition.sha256) return true
      const held = binding?.held.find((one) => one.edition === edition.id)
      return held !== undefined && held.why !== 'not-available'
    })
  )
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
  const held: { change: ChangeId; edition: EditionId; why: Held; from: number | null; effectiveAt: number }[] = []
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
  if (bound === undefined) return undefined
  const { edition, sha256, how, by, from } = bound
  const newer = held.filter((one) => one.effectiveAt > edition.effectiveAt || (one.effectiveAt === edition.effectiveAt && one.edition > edition.id))
  return {
    document,
    edition: edition.id,
    sha256,
    how,
    by,
    since: from,
    held: newer.toSorted((a, b) => a.effectiveAt - b.effectiveAt).map(({ effectiveAt: _, ...one }) => one),
  }
}

function isNewer(one: KnownEdition, other: KnownEdition): boolean {
  return one.effectiveAt > other.effectiveAt || (one.effectiveAt === other.effectiveAt && one.id > other.id)
}
