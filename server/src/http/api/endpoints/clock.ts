import { clockView, moveClock } from '@handfast/contract'
import { z } from 'zod'
import { type Clock, MovableClock, Refusal, rfc3339, SECOND } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { operator } from '../policy.ts'

class ClockStandsError extends Refusal {
  override readonly name = 'ClockStandsError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('The clock of this server cannot be moved. Start one for development with HANDFAST_MOVABLE_CLOCK=true.')
  }
}

/** The clock, and moving it on a server for development: what became due happens at once. */
export function clockEndpoints({ clock }: { readonly clock: Clock }): readonly AnyEndpoint[] {
  const view = () => ({ now: rfc3339(clock.now()), movable: clock instanceof MovableClock })
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/clock',
      summary: 'What time it is here, and whether that can be moved',
      policy: operator,
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: clockView,
      handle: async () => view(),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/clock',
      summary: 'Move the clock on; on servers for development only',
      policy: operator,
      ledger: { none: 'a server whose clock can be moved proves nothing about times' },
      input: moveClock,
      output: clockView,
      keepsAnswer: false,
      handle: async ({ seconds }) => {
        if (!(clock instanceof MovableClock)) throw new ClockStandsError()
        clock.advance(Math.round(seconds * SECOND))
        return view()
      },
    }),
  ]
}
