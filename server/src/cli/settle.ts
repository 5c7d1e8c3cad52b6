import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void

const QUIET_MS = 1_000
/** The share of a second in which the process had something to do. */
const QUIET = 0.1

/**
 * Collects garbage once, in the first quiet second after the start. Starting leaves half as much garbage as it leaves data, and the engine looks for it
 * when it needs room: in a house where nobody calls, never. Whoever calls just then waits for a fifth to a third of a second, once in the life of a
 * process; from then on the engine decides, as ever.
 */
export function settle(): void {
  let before = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(before)
    before = performance.eventLoopUtilization()
    if (utilization > QUIET) return
    clearInterval(timer)
    collectGarbage()
  }, QUIET_MS)
  timer.unref()
}

/** A full collection that gives what is free back to the system at once. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
