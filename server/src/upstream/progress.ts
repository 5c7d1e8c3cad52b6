import { shortText } from '../protocol/mcp/index.ts'
import type { StreamListener } from './answer-stream.ts'
import type { Progress } from './upstream-call.ts'

/** Passes on the progress of our own request. What does not increase is dropped, as the specification asks of senders. */
export function progressListener(token: number, onProgress: (progress: Progress) => void): NonNullable<StreamListener['onNotification']> {
  let last = Number.NEGATIVE_INFINITY
  return ({ method, params }) => {
    if (method !== 'notifications/progress' || params['progressToken'] !== token) return
    const { progress, total, message } = params
    if (typeof progress !== 'number' || !(progress > last)) return
    last = progress
    onProgress({
      progress,
      ...(typeof total === 'number' ? { total } : {}),
      ...(typeof message === 'string' ? { message: shortText(message, 500) } : {}),
    })
  }
}
