import { isAtLeast, LOG_LEVELS, shortText, valueNestsDeeperThan } from '../protocol/mcp/index.ts'
import type { StreamListener } from './answer-stream.ts'
import type { Progress, UpstreamCall } from './upstream-call.ts'

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

const MAX_LOG_DEPTH = 16
const MAX_LOGGER = 200

/** Progress and log messages of one request, for whoever wants to hear them. */
export function listenerFor(token: number, call: UpstreamCall): NonNullable<StreamListener['onNotification']> {
  const { onProgress, onLog, logLevel } = call
  const progress = onProgress === undefined ? undefined : progressListener(token, onProgress)
  return (message) => {
    if (message.method !== 'notifications/message') return progress?.(message)
    const { level, logger, data } = message.params
    if (onLog === undefined || logLevel === undefined || data === undefined) return
    if (typeof level !== 'string' || !(LOG_LEVELS as readonly string[]).includes(level) || !isAtLeast(level, logLevel)) return
    if (valueNestsDeeperThan(data, MAX_LOG_DEPTH)) return
    onLog({ level, ...(typeof logger === 'string' ? { logger: shortText(logger, MAX_LOGGER) } : {}), data })
  }
}
