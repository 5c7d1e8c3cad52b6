import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rounds } from '../../test/rounds.ts'
import { DAY } from '../lib/index.ts'
import { type Channel, canBecome, channels, type DeliveryState, deliveryStates, type Step, servedAt } from './delivery.ts'

/** Any history that the rules let through, with the clock going on as it likes. */
const histories = fc
  .tuple(
    fc.constantFrom(...channels),
    fc.boolean(),
    fc.array(fc.tuple(fc.constantFrom(...deliveryStates), fc.nat(3 * DAY), fc.boolean()), { maxLength: 30 }),
  )
  .map(([channel, legal, wanted]) => {
    const steps: Pick<Step, 'state' | 'at'>[] = [{ state: channel === 'in-app' ? 'accepted' : 'queued', at: 0 }]
    let firm = false
    let at = 0
    for (const [state, pause, delivered] of wanted) {
      at += pause
      if (!canBecome({ state: steps.at(-1)?.state ?? 'queued', firm }, state)) continue
      steps.push({ state, at })
      firm ||= state === 'accepted' && delivered
    }
    return { channel, legal, steps, firm }
  })

describe('what becomes of a delivery', () => {
  it('is one of the states at any time, and ends: nothing comes after an acknowledgement', () => {
    for (const state of deliveryStates) expect(canBecome({ state: 'acknowledged', firm: false }, state)).toBe(false)
  })

  it('never takes back what the recipient’s own server delivered', () => {
    for (const state of deliveryStates) expect(canBecome({ state, firm: true }, 'bounced')).toBe(false)
  })

  it('is served, in any history, by the channel’s own event and not before it, and not by what came back', () => {
    const serving: Readonly<Record<Channel, (legal: boolean) => readonly DeliveryState[]>> = {
      'e-mail': () => ['accepted', 'seen', 'acknowledged'],
      post: () => ['handed over'],
      'in-app': (legal) => (legal ? ['acknowledged'] : ['seen', 'acknowledged']),
      webhook: (legal) => (legal ? [] : ['accepted']),
    }

    fc.assert(
      fc.property(histories, ({ channel, legal, steps }) => {
        const served = servedAt(channel, legal, steps)
        const last = steps.findLastIndex(({ state }) => state === 'bounced' || state === 'failed')
        const since = steps.slice(last + 1)
        const first = since.find(({ state }) => serving[channel](legal).includes(state))
        expect(served).toBe(first?.at ?? null)
      }),
      { numRuns: rounds(100_000) },
    )
  })

  it('once served, stays served on that date as long as nothing comes back', () => {
    fc.assert(
      fc.property(histories, ({ channel, legal, steps }) => {
        for (let end = 1; end < steps.length; end++) {
          const before = servedAt(channel, legal, steps.slice(0, end))
          const next = steps[end]?.state
          if (before === null || next === 'bounced' || next === 'failed') continue
          expect(servedAt(channel, legal, steps.slice(0, end + 1))).toBe(before)
        }
      }),
      { numRuns: rounds(20_000) },
    )
  })
})
