import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, type ReleaseId } from '../lib/index.ts'
import { agreementOf, type DecidedAs, type Decision, type DecisionKind, statusOf } from './index.ts'

const releases = (['a', 'b', 'c'] as const).map((name) => ({ id: `rel_${name}` as ReleaseId, digest: `digest of ${name}` }))

function decision(kind: DecisionKind, change: Partial<Decision> = {}): Decision {
  return {
    id: 'dcn_1',
    kind,
    release: null,
    digest: null,
    tool: null,
    reason: kind,
    ground: null,
    clause: null,
    decidedAs: ['reviewer'],
    by: 'usr_1',
    at: 0,
    effectiveAt: null,
    until: null,
    about: null,
    redress: null,
    withheldUntil: null,
    ...change,
  }
}
function about(kind: DecisionKind, index: number, digest = releases[index]?.digest ?? ''): Decision {
  return decision(kind, { release: releases[index]?.id ?? null, digest })
}

const kinds: readonly DecisionKind[] = ['submit', 'approve', 'reject', 'suspend', 'reinstate', 'remove']
const sides: readonly (readonly DecidedAs[])[] = [['operator'], ['developer'], ['operator', 'developer']]
const anyLog = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    index: fc.nat({ max: 2 }),
    honest: fc.boolean(),
    decidedAs: fc.constantFrom(...sides),
  }),
  { maxLength: 14 },
)
const logOf = anyLog.map((steps) =>
  steps.map(({ kind, index, honest, decidedAs }) => {
    const said = kind === 'submit' || kind === 'approve' || kind === 'reject'
    return said ? about(kind, index, honest ? undefined : 'digest of something else') : decision(kind, { decidedAs })
  }),
)

describe('what stands today', () => {
  it('is live only by an approval of exactly the digest that was handed in and is kept', () => {
    fc.assert(
      fc.property(logOf, (log) => {
        const { release, status } = statusOf(log, releases, 0)
        if (status !== 'live') return
        const digest = releases.find(({ id }) => id === release)?.digest
        const handedIn = log.findIndex((one) => one.kind === 'submit' && one.release === release && one.digest === digest)
        const approved = log.findIndex((one) => one.kind === 'approve' && one.release === release && one.digest === digest)
        expect(handedIn).toBeGreaterThanOrEqual(0)
        expect(approved).toBeGreaterThan(-1)
        expect(log.slice(handedIn).some((one) => one.kind === 'approve' && one.release === release && one.digest === digest)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('counts what a node wrote whose clock is ahead, and ends nothing early because of it', () => {
    const live = [about('submit', 0), about('approve', 0)]
    const ahead = 2 * HOUR
    const stopped = decision('suspend', { until: HOUR, decidedAs: ['operator'] })
    const notice = decision('give-notice', { effectiveAt: 30 * DAY, decidedAs: ['developer'] })
    const many = Array.from({ length: 200_000 }, () => decision('pause', { tool: 'book', decidedAs: ['operator'] }))
    const stands = (...more: readonly Decision[]) => statusOf([...live, ...more], releases, 1)

    expect(stands(stopped, about('submit', 1), { ...about('submit', 2), at: ahead })).toMatchObject({ status: 'suspended', changesAt: HOUR })
    expect(stands(notice, { ...about('submit', 2), at: 31 * DAY })).toMatchObject({ status: 'ending', endsAt: 30 * DAY })
    expect(stands(decision('remove', { at: ahead, decidedAs: ['operator'] })).status).toBe('removed')
    expect(stands(decision('end', { at: ahead, decidedAs: ['operator'] })).status).toBe('removed')
    expect(agreementOf([decision('end', { at: ahead, decidedAs: ['operator'] })], 1).state).toBe('ended')
    expect(statusOf([...live, ...many], releases, 1).status).toBe('live')
  })

  it('is removed for good once it was removed, whatever is decided afterwards', () => {
    fc.assert(
      fc.property(logOf, logOf, (before, after) => {
        const status = statusOf([...before, decision('remove'), ...after], releases, 0)
        expect(status).toMatchObject({ status: 'removed', release: null })
      }),
    )
  })

  it('is suspended after a suspension until the same side lifts it', () => {
    fc.assert(
      fc.property(logOf, logOf, fc.constantFrom('operator' as const, 'developer' as const), (before, after, side) => {
        fc.pre(!before.concat(after).some(({ kind }) => kind === 'remove'))
        fc.pre(!after.some(({ kind, decidedAs }) => kind === 'reinstate' && decidedAs.includes(side)))
        const { status, suspendedBy } = statusOf([...before, decision('suspend', { decidedAs: [side] }), ...after], releases, 0)
        expect(status).toBe('suspended')
        expect(suspendedBy).toContain(side)
      }),
    )
  })

  it('goes from draft by a review to live, and keeps the old release while a new one waits', () => {
    const steps = [about('submit', 0), about('approve', 0), about('submit', 1), about('reject', 1), about('submit', 2), about('approve', 2)]

    const seen = steps.map((_, i) => statusOf(steps.slice(0, i + 1), releases, 0))

    expect(statusOf([], releases, 0).status).toBe('draft')
    expect(seen.map(({ status, release }) => [status, release])).toEqual([
      ['in-review', null],
      ['live', 'rel_a'],
      ['live', 'rel_a'],
      ['live', 'rel_a'],
      ['live', 'rel_a'],
      ['live', 'rel_c'],
    ])
  })

  it('lets the first decision about a release count and no later one', () => {
    expect(statusOf([about('submit', 0), about('reject', 0), about('approve', 0)], releases, 0)).toMatchObject({ status: 'draft', reason: 'reject' })
    expect(statusOf([about('approve', 0), about('submit', 0)], releases, 0).status).toBe('in-review')
  })
})
