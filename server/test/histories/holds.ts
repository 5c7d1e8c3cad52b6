import { expect } from 'vitest'
import type { JsonObject, ReleaseId } from '../../src/lib/index.ts'
import { fromEntries as lifecycleFrom, NOTICE_PERIOD, statusOf } from '../../src/lifecycle/index.ts'
import { ReleaseStore, type ReviewEntry, releaseStates, fromEntries as reviewFrom } from '../../src/review/index.ts'
import { MATERIAL_PERIOD, fromEntries as termsFrom } from '../../src/terms/index.ts'
import { keptState } from '../kept-state.ts'
import type { Life } from './life.ts'
import { stands } from './stands.ts'

/** What the tables and the ledger hold of a history. */
type Kept = Awaited<ReturnType<typeof keptOf>>

/** What must hold in any history, whoever did what and wherever processes died. */
export class Holds {
  readonly #life: Life
  #kept: Kept | null = null
  #writes = -1
  /** Entries that were looked at one by one. */
  #judged = 0
  readonly #material: Set<unknown>

  constructor(life: Life, material: ReadonlySet<unknown> = new Set()) {
    this.#life = life
    this.#material = new Set(material)
  }

  /** The same for a life that goes on from here. */
  goOnFor(life: Life): Holds {
    const holds = new Holds(life, this.#material)
    holds.#judged = this.#judged
    return holds
  }

  /** After anything that may have happened, time passing among it. @throws AssertionError */
  async still(): Promise<void> {
    const { writes } = this.#life
    // What nobody wrote to holds what it held, so that only the time is another.
    if (this.#kept === null || this.#writes !== writes) {
      this.#kept = await keptOf(this.#life)
      this.#writes = writes
      isWrittenInTheLedger(this.#kept)
      this.#isNotEarly(this.#kept.entries)
      isNotified(this.#kept)
    }
    isToldByTheLedger(this.#life, this.#kept)
    await isReviewedAndAccepted(this.#life, this.#kept)
  }

  /** What has happened so far. */
  events(): ReadonlySet<string> {
    return new Set(this.#kept?.entries.map(({ event }) => event))
  }

  /** No date is earlier than the terms allow. */
  #isNotEarly(entries: Kept['entries']): void {
    for (const { event, subject, at, facts } of entries.slice(this.#judged)) {
      if (event === 'change.posted') {
        const waits = facts['class'] === 'material'
        if (waits) this.#material.add(subject)
        expect(Number(facts['effectiveAt']) - at).toBeGreaterThanOrEqual(waits ? MATERIAL_PERIOD : 0)
      }
      if (event === 'terms.deemed') {
        const served = this.#life.servedAt(String(facts['change']))
        expect(facts['servedAt']).toBe(served)
        expect(Number(facts['dueAt']) - Number(served)).toBeGreaterThanOrEqual(this.#material.has(facts['change']) ? MATERIAL_PERIOD : 0)
        expect(facts['dueAt']).toBeLessThanOrEqual(at)
      }
      if (facts['decides'] === 'give-notice') expect(Number(facts['effectiveAt']) - at).toBeGreaterThanOrEqual(NOTICE_PERIOD)
    }
    this.#judged = entries.length
  }
}

async function keptOf(life: Life) {
  const { workspace, connector, rooms, storage } = life
  const entries = (await life.bodies()).map((facts): ReviewEntry & { readonly facts: JsonObject } => ({
    event: String(facts['event']),
    subject: String(facts['subject']),
    by: String(facts['by']),
    at: Number(facts['at']),
    facts: facts as JsonObject,
  }))
  const decisions = await rooms.lifecycle.decisions(workspace, connector)
  return {
    entries,
    rebuilt: lifecycleFrom(entries.map(({ facts }) => facts)).get(connector),
    steps: reviewFrom(entries, connector),
    terms: termsFrom(entries),
    decisions,
    releases: await rooms.directory.releases(workspace, connector),
    keptSteps: await new ReleaseStore(storage).steps(await life.standing(), decisions),
    keptTerms: await keptState(storage, workspace),
    notices: await storage.db.selectFrom('notices').select(['kind', 'subject']).where('workspace_id', '=', workspace).execute(),
  }
}

/** The state of the terms is explained by entries alone. */
function isWrittenInTheLedger({ terms, keptTerms }: Kept): void {
  expect(terms).toEqual(keptTerms)
}

/** How a connector, its agreement and its releases stand is explained by entries alone, at whatever time. */
function isToldByTheLedger({ clock }: Life, { rebuilt, decisions, releases, steps, keptSteps }: Kept): void {
  const now = clock.now()
  expect(stands(rebuilt?.decisions ?? [], rebuilt?.releases ?? [], now)).toEqual(stands(decisions, releases, now))
  expect(releaseStates(steps, now)).toEqual(releaseStates(keptSteps, now))
}

/** Nothing is live without a review of exactly that digest, and without the editions in force. */
async function isReviewedAndAccepted(life: Life, { entries, decisions, releases }: Kept): Promise<void> {
  const { workspace, connector, rooms, clock, dora } = life
  const { status, release: id } = statusOf(decisions, releases, clock.now())
  if (status !== 'live' && status !== 'ending' && status !== 'paused') return
  const release = releases.find((one) => one.id === id)
  const about = (event: string) =>
    entries.filter((entry) => entry.event === event && entry.subject === (id as ReleaseId) && entry.facts['digest'] === release?.digest)
  const yes = [...about('release.agreed'), ...about('release.approved')].map(({ by }) => by)
  const needed = Math.max(1, ...about('release.submitted').map(({ facts }) => Number(facts['reviewersNeeded'] ?? 1)))
  expect(about('release.approved').length).toBeGreaterThan(0)
  expect(new Set(yes).size).toBeGreaterThanOrEqual(needed)
  expect(yes).not.toContain(dora)
  const { documents } = await rooms.terms.inForceFor(workspace, connector, clock.now())
  const approvedAt = about('release.approved').at(-1)?.at ?? Number.POSITIVE_INFINITY
  for (const edition of await rooms.terms.bundle(workspace)) {
    const binding = documents.find(({ document }) => document === edition.document)
    if (binding?.edition === edition.id || binding?.sha256 === edition.sha256) continue
    const held = binding?.held.find((one) => one.edition === edition.id)
    // An older edition goes on binding where the newer one waits for its days or its service, or where its end had been noticed before; and where the clock
    // ended what kept the connector away when its time came. Nothing new goes live then.
    if (held?.why === 'not-available') expect(approvedAt).toBeLessThan(edition.effectiveAt)
    else expect(['window', 'not-served', 'leaving']).toContain(held?.why)
  }
}

/** Every decision has its notice. */
function isNotified({ decisions, notices }: Kept): void {
  for (const decision of decisions) {
    const subjects: readonly (string | null)[] = [decision.id, decision.about, decision.release]
    expect(
      notices.filter(({ subject }) => subjects.includes(subject)).map(({ kind }) => kind),
      `${decision.kind} ${decision.id}`,
    ).not.toEqual([])
  }
}
