import { expect } from 'vitest'
import type { JsonObject, ReleaseId } from '../../src/lib/index.ts'
import { fromEntries as lifecycleFrom, NOTICE_PERIOD, statusOf } from '../../src/lifecycle/index.ts'
import { ReleaseStore, type ReviewEntry, releaseStates, fromEntries as reviewFrom } from '../../src/review/index.ts'
import { MATERIAL_PERIOD, fromEntries as termsFrom } from '../../src/terms/index.ts'
import { keptState } from '../kept-state.ts'
import type { Life } from './life.ts'
import { stands } from './stands.ts'

/** What must hold in any history, whoever did what and wherever processes died. */
export async function holds(life: Life): Promise<void> {
  const entries = (await life.bodies()).map((facts): ReviewEntry & { readonly facts: JsonObject } => ({
    event: String(facts['event']),
    subject: String(facts['subject']),
    by: String(facts['by']),
    at: Number(facts['at']),
    facts: facts as JsonObject,
  }))
  await isToldByTheLedger(life, entries)
  await isReviewedAndAccepted(life, entries)
  await isNotEarly(life, entries)
  await isNotified(life)
}

type Entries = readonly (ReviewEntry & { readonly facts: JsonObject })[]

/** Every state is explained by entries alone. */
async function isToldByTheLedger(life: Life, entries: Entries): Promise<void> {
  const { workspace, connector, rooms, clock, storage } = life
  const now = clock.now()
  const decisions = await rooms.lifecycle.decisions(workspace, connector)
  const rebuilt = lifecycleFrom(entries.map(({ facts }) => facts)).get(connector)
  expect(stands(rebuilt?.decisions ?? [], rebuilt?.releases ?? [], now)).toEqual(
    stands(decisions, await rooms.directory.releases(workspace, connector), now),
  )
  const states = releaseStates(await new ReleaseStore(storage).steps(await life.standing(), decisions), now)
  expect(releaseStates(reviewFrom(entries, connector), now)).toEqual(states)
  expect(termsFrom(entries)).toEqual(await keptState(storage, workspace))
}

/** Nothing is live without a review of exactly that digest, and without the editions in force. */
async function isReviewedAndAccepted(life: Life, entries: Entries): Promise<void> {
  const { workspace, connector, rooms, clock, dora } = life
  const releases = await rooms.directory.releases(workspace, connector)
  const { status, release: id } = statusOf(await rooms.lifecycle.decisions(workspace, connector), releases, clock.now())
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

/** No date is earlier than the terms allow. */
async function isNotEarly(life: Life, entries: Entries): Promise<void> {
  const material = new Set<unknown>()
  for (const { event, subject, at, facts } of entries) {
    if (event === 'change.posted') {
      const waits = facts['class'] === 'material'
      if (waits) material.add(subject)
      expect(Number(facts['effectiveAt']) - at).toBeGreaterThanOrEqual(waits ? MATERIAL_PERIOD : 0)
    }
    if (event === 'terms.deemed') {
      const served = life.servedAt(String(facts['change']))
      expect(facts['servedAt']).toBe(served)
      expect(Number(facts['dueAt']) - Number(served)).toBeGreaterThanOrEqual(material.has(facts['change']) ? MATERIAL_PERIOD : 0)
      expect(facts['dueAt']).toBeLessThanOrEqual(at)
    }
    if (facts['decides'] === 'give-notice') expect(Number(facts['effectiveAt']) - at).toBeGreaterThanOrEqual(NOTICE_PERIOD)
  }
}

/** Every decision has its notice. */
async function isNotified(life: Life): Promise<void> {
  const { workspace, connector, rooms, storage } = life
  const rows = await storage.db.selectFrom('notices').select(['kind', 'subject']).where('workspace_id', '=', workspace).execute()
  for (const decision of await rooms.lifecycle.decisions(workspace, connector)) {
    const subjects: readonly (string | null)[] = [decision.id, decision.about, decision.release]
    expect(
      rows.filter(({ subject }) => subjects.includes(subject)).map(({ kind }) => kind),
      `${decision.kind} ${decision.id}`,
    ).not.toEqual([])
  }
}
