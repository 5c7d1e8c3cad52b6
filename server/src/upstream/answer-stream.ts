import type { EgressBody } from '../egress/index.ts'
import type { Json } from '../lib/index.ts'
import { type ErrorMessage, readServerMessage, type ServerMessage, SseReader, SseTooLargeError } from '../protocol/mcp/index.ts'
import { type MayHaveRun, UpstreamNotUnderstoodError, UpstreamTooLargeError } from './upstream-errors.ts'

/** Who wants to know what a stream says before its answer. */
export type StreamListener = {
  /** The stream is open; nothing was said on it yet. */
  readonly onOpen?: () => void
  readonly onNotification?: (message: Extract<ServerMessage, { kind: 'notification' }>) => void
  /** Legacy connectors may ask us things on the stream of a call. */
  readonly onRequest?: (message: Extract<ServerMessage, { kind: 'request' }>) => void
}

export type StreamAnswer =
  | { readonly kind: 'result'; readonly id: number | string; readonly result: Json }
  | ErrorMessage
  | { readonly kind: 'broken-off'; readonly lastEventId: string; readonly retryMs: number | undefined }

/** Connectors close the stream right after the answer; waiting this long for it keeps the connection for the next call. */
const DRAIN_MS = 200

/** Reads an event stream up to the answer to our request. The limits of egress bound its time and its bytes as a whole. */
export async function readStream(
  body: EgressBody,
  id: number,
  maxChars: number,
  mayHaveRun: MayHaveRun,
  listener: StreamListener | undefined,
): Promise<StreamAnswer> {
  const reader = new SseReader({ maxLine: maxChars, maxEvent: maxChars })
  const chunks = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await chunks.next()
      if (done === true) return { kind: 'broken-off', lastEventId: reader.lastEventId, retryMs: reader.retryMs }
      for (const event of reader.push(value)) {
        const answer = take(event.data, id, listener)
        if (answer === undefined) continue
        if (answer === 'stranger') {
          throw new UpstreamNotUnderstoodError('The connector answered something that is not the answer to this call.', mayHaveRun)
        }
        void drain(chunks)
        return answer
      }
    }
  } catch (error) {
    await chunks.return?.()
    if (error instanceof SseTooLargeError)
      throw new UpstreamTooLargeError('The connector sent a message that is larger than allowed.', mayHaveRun, {}, error)
    throw error
  }
}

/** What an event means for our request. Text that is no JSON-RPC message is passed over, like the comments of the stream. */
function take(data: string, id: number, listener: StreamListener | undefined): StreamAnswer | 'stranger' | undefined {
  if (data === '') return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch {
    return undefined
  }
  const message = readServerMessage(parsed)
  switch (message.kind) {
    case 'result':
      return message.id === id ? message : 'stranger'
    case 'error':
      return message.id === id || message.id === null ? message : 'stranger'
    case 'notification':
      listener?.onNotification?.(message)
      return undefined
    case 'request':
      listener?.onRequest?.(message)
      return undefined
    case 'unreadable':
      return undefined
  }
}

async function drain(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  const timer = setTimeout(() => void chunks.return?.(), DRAIN_MS)
  timer.unref()
  try {
    while ((await chunks.next()).done !== true) {
      // What follows the answer belongs to nobody.
    }
  } catch {
    // Closed by either side: there is nothing left that anyone waits for.
  } finally {
    clearTimeout(timer)
  }
}
