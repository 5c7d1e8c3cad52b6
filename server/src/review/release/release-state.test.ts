import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proves } from '../../../test/proves.ts'
import { rounds, timeFor } from '../../../test/rounds.ts'
import type { ReleaseId } from '../../lib/index.ts'
import { isWaiting, type ReviewStep, releaseStates } from './release-state.ts'

proves('review/people-decide', 'review/four-eyes')

const runs = rounds(100_000)
const people = ['rita', 'rob', 'ruth']
const kinds = ['claim', 'agree', 'approve', 'reject', 'request-changes', 'withdraw', 'reopen'] as const

const digestOf = (index: number) => `digest ${index}`
const idOf = (index: number) => `rel_${index}` as ReleaseId

/** Anything that could stand in a log, also what no desk would write: other digests, steps after the end, releases that were never handed in. */
const anyStep = fc.record({
  kind: fc.oneof({ weight: 3, arbitrary: fc.constant('submit' as const) }, { weight: 8, arbitrary: fc.constantFrom(...kinds) }),
  index: fc.nat({ max: 4 }),
  honest: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  by: fc.constantFrom(...people),
  needed: fc.constantFrom(1, 2),
  after: fc.nat({ max: 100 }),
  lasts: fc.nat({ max: 300 }),
})
const anyLog = fc.array(anyStep, { maxLength: 20, size: 'max' }).map((drawn) => {
  let at = 0
  return drawn.map(({ kind, index, honest, by, needed, after, lasts }): ReviewStep => {
    at += after
    const digest = kind === 'claim' ? null : honest ? digestOf(index) : digestOf(index + 1)
    return {
      kind,
      release: idOf(index),
      digest,
      by,
      at,
      ...(kind === 'submit' ? { reviewersNeeded: needed } : {}),
      ...(kind === 'claim' ? { until: at + lasts } : {}),
    }
  })
})

describe('where releases stand', { timeout: timeFor(runs, 10) }, () => {
  it('is approved only by as many different people as it needs, all of them about exactly the digest that was handed in', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        for (const [release, standing] of releaseStates(log, 10_000)) {
          if (standing.state !== 'approved') continue
          const handedIn = log.findIndex((step) => step.kind === 'submit' && step.release === release)
          const yes = log
            .slice(handedIn)
            .filter(({ kind, release: of, digest }) => of === release && digest === log[handedIn]?.digest && (kind === 'agree' || kind === 'approve'))
          expect(new Set(yes.map(({ by }) => by)).size).toBeGreaterThanOrEqual(log[handedIn]?.reviewersNeeded ?? 1)
          expect(yes.at(-1)).toBeDefined()
          expect(yes.some(({ kind }) => kind === 'approve')).toBe(true)
        }
      }),
      { numRuns: runs },
    )
  })

  it('has at most one release that waits and at most one that is approved, whatever happened', () => {
    fc.assert(
      fc.property(anyLog, fc.nat({ max: 3_000 }), (log, now) => {
        const states = [...releaseStates(log, now).values()]
        expect(states.filter(({ state }) => isWaiting(state)).length).toBeLessThanOrEqual(1)
        expect(states.filter(({ state }) => state === 'approved').length).toBeLessThanOrEqual(1)
        for (const { state, claimedBy, decidedAt } of states) {
          if (claimedBy !== null) expect(isWaiting(state)).toBe(true)
          expect(decidedAt === null).toBe(isWaiting(state))
        }
      }),
      { numRuns: runs },
    )
  })

  it('never comes back from a withdrawal, and from a no only by an appeal', () => {
    fc.assert(
      fc.property(anyLog, anyLog, (before, after) => {
        const now = 10_000
        const first = releaseStates(before, now)
        const later = releaseStates([...before, ...after], now)
        for (const [release, { state, digest }] of first) {
          const next = later.get(release)?.state
          if (state === 'withdrawn') expect(next).toBe('withdrawn')
          const reopened = after.some((step) => step.kind === 'reopen' && step.release === release && step.digest === digest)
          if ((state === 'rejected' || state === 'changes-requested') && !reopened) expect(next).toBe(state)
          if (state === 'superseded') expect(next).toBe('superseded')
        }
      }),
      { numRuns: runs },
    )
  })

  const step = (kind: ReviewStep['kind'], change: Partial<ReviewStep> = {}): ReviewStep => ({
    kind,
    release: idOf(0),
    digest: digestOf(0),
    by: 'rita',
    at: 1,
    ...change,
  })
  const stateOf = (log: readonly ReviewStep[], now = 10) => releaseStates(log, now).get(idOf(0))

  it('is in review while somebody has it in hand, and no longer', () => {
    const log = [step('submit', { by: 'dora' }), step('claim', { digest: null, at: 2, until: 100 })]

    expect(stateOf(log, 99)).toMatchObject({ state: 'in-review', claimedBy: 'rita', claimedUntil: 100 })
    expect(stateOf(log, 100)).toMatchObject({ state: 'submitted', claimedBy: null })
    expect(stateOf([...log.slice(0, 1), step('claim', { digest: null, at: 2, until: 100, endedAt: 50 })], 60)).toMatchObject({ state: 'submitted' })
  })

  it('waits for a second person, and one who says it twice is one', () => {
    const log = [step('submit', { by: 'dora', reviewersNeeded: 2 }), step('agree')]

    expect(stateOf(log)).toMatchObject({ state: 'in-review', agreedBy: ['rita'] })
    expect(stateOf([...log, step('approve')])).toMatchObject({ state: 'in-review' })
    expect(stateOf([...log, step('approve', { by: 'rob' })])).toMatchObject({ state: 'approved', agreedBy: ['rita', 'rob'] })
  })

  it('is not touched by a yes to other bytes', () => {
    expect(stateOf([step('submit', { by: 'dora' }), step('approve', { digest: digestOf(1) })])).toMatchObject({ state: 'submitted', agreedBy: [] })
  })

  it('ends when the next one is handed in', () => {
    const log = [step('submit', { by: 'dora' }), step('submit', { release: idOf(1), digest: digestOf(1), by: 'dora', at: 5 }), step('approve')]

    expect(stateOf(log)).toMatchObject({ state: 'superseded', decidedAt: 5 })
  })
})
