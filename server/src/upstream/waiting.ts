import { UpstreamCancelledError, UpstreamTimedOutError } from './upstream-errors.ts'

/** Waits for work that others share, so that one who gives up does not stop it for the rest. Before anything of the caller's own was sent. */
export function waitFor<T>(shared: Promise<T>, signal: AbortSignal, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new UpstreamCancelledError('no'))
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    const timer = setTimeout(() => reject(new UpstreamTimedOutError('no')), Math.max(ms, 0))
    shared.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    })
  })
}
