import { type Clock, MINUTE } from '../lib/index.ts'
import type { Handlers } from '../schedule/index.ts'
import type { Storage } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { closeUnfinishedCalls } from './unfinished.ts'

/** Closes, now and then, calls whose process is gone. */
export function historyHandlers({ storage, clock, log }: { readonly storage: Storage; readonly clock: Clock; readonly log: Log }): Handlers {
  return {
    'history.close-unfinished': {
      every: 5 * MINUTE,
      work: async () => {
        const closed = await closeUnfinishedCalls(storage, clock)
        if (closed > 0) log.warn({ calls: closed }, 'calls without an outcome were closed as unknown')
      },
    },
  }
}
