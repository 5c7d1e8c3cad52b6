import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { median, medianOf, ratioOf, type Sample } from './ratios.ts'
import { bestPeer, figures, ratios } from './report.ts'

function sample(name: string, round: number, rps: number, more: Partial<Sample> = {}): Sample {
  return {
    ...{ name, round, rps, concurrency: 64, p50Ms: 1000 / rps, p99Ms: 2000 / rps, cpuMsPerCall: 800 / rps, rssMiB: 100, pssMiB: 90 },
    ...{ commitMsPerCall: null, errors: 0, checked: 1, stolen: 0, loadCores: 0.5 },
    ...more,
  }
}

describe('medians and ratios', () => {
  it('take the middle value, and the mean of two in the middle', () => {
    expect(median([])).toBeNull()
    expect(median([3])).toBe(3)
    expect(median([9, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })

  it('leave as many values below the median as above, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values) ?? Number.NaN

        const below = values.filter((value) => value < middle).length
        const above = values.filter((value) => value > middle).length

        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2)
      }),
    )
  })

  it('do not move when the whole machine is slower in one round', () => {
    const rounds = [1, 0.2, 1, 0.5, 3]
    const samples = rounds.flatMap((speed, round) => [sample('raw-proxy', round, 1000 * speed), sample('handfast-modern', round, 550 * speed)])

    expect(ratioOf(samples, ['handfast-modern', 'raw-proxy'], 64, 'rps')).toBeCloseTo(0.55)
  })

  it('compare only what was measured in the same round at the same concurrency', () => {
    const samples = [sample('a', 0, 10), sample('b', 0, 20), sample('a', 1, 1000), sample('b', 2, 1), sample('b', 1, 1, { concurrency: 1 })]

    expect(ratioOf(samples, ['a', 'b'], 64, 'rps')).toBe(0.5)
    expect(ratioOf(samples, ['a', 'b'], 16, 'rps')).toBeNull()
  })

  it('ignore what could not be read, and say so when nothing could', () => {
    const samples = [sample('a', 0, 10, { cpuMsPerCall: null }), sample('a', 1, 10, { cpuMsPerCall: 4 }), sample('b', 0, 10, { p50Ms: Number.NaN })]

    expect(medianOf(samples, 'a', 64, 'cpuMsPerCall')).toBe(4)
    expect(medianOf(samples, 'b', 64, 'p50Ms')).toBeNull()
  })
})

describe('the report', () => {
  it('compares with the peer that answered most calls', () => {
    const samples = [sample('slow', 0, 10), sample('fast', 0, 40), sample('handfast-modern', 0, 200)]

    expect(bestPeer(samples, ['slow', 'fast', 'absent'], 64)).toBe('fast')
    expect(ratios(samples, ['slow', 'fast'], [64])).toMatchObject({ governedToBestPeer64: 5, governedModernToRawProxy64: null })
  })

  it('gives the added time at one connection with and without the commits', () => {
    const at1 = { concurrency: 1 }
    const samples = [sample('direct', 0, 1, { ...at1, p50Ms: 0.2 }), sample('handfast-modern', 0, 1, { ...at1, p50Ms: 1.5, commitMsPerCall: 1 })]

    expect(ratios(samples, [], [1])).toMatchObject({ addedMedianMs1: 1.3, commitMsPerCall1: 1, addedMedianLessCommitMs1: 0.3 })
  })

  it('adds errors up and never averages them away', () => {
    const samples = [sample('a', 0, 10, { errors: 1 }), sample('a', 1, 30), sample('a', 2, 20)]

    expect(figures(samples, ['a', 'absent'], [64])).toMatchObject([{ name: 'a', concurrency: 64, rps: 20, errors: 1, checked: 3 }])
  })
})
