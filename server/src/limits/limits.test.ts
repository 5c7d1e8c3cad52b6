import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { MovableClock, newId, SECOND } from '../lib/index.ts'
import { Limits } from './limits.ts'

proves('limits/per-connector')

const generous = { perSecond: 1e9, burst: 1e9, concurrency: 1e9 }

describe('limits on our use of an API', () => {
  it('lets a burst through, then as many a second as declared', () => {
    const clock = new MovableClock(0)
    const limits = new Limits(clock, generous)
    const connector = newId('con')
    const take = () => limits.take(connector, { perSecond: 2, burst: 3 })

    for (let i = 0; i < 3; i++) take().release()

    expect(take).toThrowError(expect.objectContaining({ code: 'limits/rate', retryAfter: 1 }))
    clock.advance(SECOND / 2)
    take().release()
    expect(take).toThrowError(expect.objectContaining({ code: 'limits/rate' }))
  })

  it('counts calls under way and takes a released place again', () => {
    const limits = new Limits(new MovableClock(0), generous)
    const connector = newId('con')
    const first = limits.take(connector, { concurrency: 1 })

    expect(() => limits.take(connector, { concurrency: 1 })).toThrowError(expect.objectContaining({ code: 'limits/concurrency' }))
    first.release()

    limits.take(connector, { concurrency: 1 })
  })

  it('stays away for as long as the API asked', () => {
    const clock = new MovableClock(0)
    const limits = new Limits(clock, generous)
    const connector = newId('con')
    limits.take(connector, {}).release()
    limits.backOff(connector, 30 * SECOND)

    clock.advance(29 * SECOND)
    expect(() => limits.take(connector, {})).toThrowError(expect.objectContaining({ retryAfter: 1 }))
    clock.advance(SECOND)

    limits.take(connector, {})
  })

  it('never lets more through in any window than burst plus rate times its length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, perSecond, burst) => {
          const clock = new MovableClock(0)
          const limits = new Limits(clock, generous)
          const connector = newId('con')
          const taken: number[] = []
          for (const step of steps) {
            clock.advance(step)
            try {
              limits.take(connector, { perSecond, burst }).release()
              taken.push(clock.now())
            } catch {}
          }
          for (let from = 0; from < taken.length; from++) {
            for (let to = from; to < taken.length; to++) {
              const length = (taken[to] ?? 0) - (taken[from] ?? 0)
              expect(to - from + 1).toBeLessThanOrEqual(burst + (perSecond * length) / SECOND + 1e-9)
            }
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
