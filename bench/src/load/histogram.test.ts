import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Histogram } from './histogram.ts'

describe('the histogram', () => {
  it('gives each percentile within 1.2 % of the exact one', () => {
    const durations = fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 })

    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.9, 0.99, 1), (values, share) => {
        const histogram = new Histogram()
        for (const value of values) histogram.record(value)
        const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1] ?? Number.NaN

        const error = Math.abs(histogram.percentile(share) / exact - 1)

        expect(histogram.count).toBe(values.length)
        expect(error).toBeLessThan(0.012)
      }),
    )
  })

  it('has no percentile of nothing', () => {
    expect(new Histogram().percentile(0.5)).toBeNaN()
  })

  it('never loses a duration that is out of its range', () => {
    const histogram = new Histogram()

    for (const value of [0, -1, 1e9]) histogram.record(value)

    expect(histogram.count).toBe(3)
    expect(histogram.percentile(1)).toBeGreaterThan(histogram.percentile(0.5))
  })
})
