import type { JsonObject } from '../lib/index.ts'
import type { ServerMessage } from '../protocol/mcp/index.ts'
import type { StreamListener } from './answer-stream.ts'
import type { Exchanged } from './exchange.ts'
import { withoutHop } from './questions.ts'
import { UpstreamCancelledError, UpstreamTimedOutError } from './upstream-errors.ts'

export type Asked = { readonly kind: 'asks'; readonly inputRequests: JsonObject; readonly requestState: string }
type Request = Extract<ServerMessage, { kind: 'request' }>

/**
 * A request to a legacy connector that may ask the assistant something on the way. Its stream stays open while the question is out, so it lives longer
 * than the request of the assistant that began it, and ends with the answer, when it is given up, or when nobody came back in time.
 */
export class Conversation {
  /** Whom it belongs to: only the same person, credential and capabilities go on with it. */
  readonly owner: string
  readonly session: unknown
  readonly listener: StreamListener
  /** Aborts the request to the connector. */
  readonly #giveUp = new AbortController()
  readonly #open = new Map<string, Request>()
  #news = Promise.withResolvers<void>()
  #ended: Promise<Exchanged> = new Promise(() => {})
  #timedOut = false
  #asked = 0
  /** Hears notifications of the round that is under way. */
  hear: StreamListener['onNotification'] = undefined

  constructor(owner: string, session: unknown, onRequest: (asked: Request, conversation: Conversation) => void) {
    this.owner = owner
    this.session = session
    this.listener = { onNotification: (message) => this.hear?.(message), onRequest: (asked) => onRequest(asked, this) }
  }

  get signal(): AbortSignal {
    return this.#giveUp.signal
  }

  begin(ended: Promise<Exchanged>): void {
    this.#ended = ended
    ended.catch(() => {})
  }

  /** Takes a question of the connector, to be asked with the next round. */
  take(asked: Request): void {
    this.#asked++
    this.#open.set(`${asked.method.split('/')[0]}_${this.#asked}`, asked)
    this.#news.resolve()
  }

  get questions(): number {
    return this.#asked
  }

  /** The question under a key, which is no longer open after this. */
  settle(key: string): Request | undefined {
    const asked = this.#open.get(key)
    this.#open.delete(key)
    return asked
  }

  get openKeys(): readonly string[] {
    return [...this.#open.keys()]
  }

  /** Waits for the answer, or for a question, for at most so long. */
  async next(signal: AbortSignal, ms: number): Promise<Exchanged | 'asks'> {
    const stop = (): void => this.#giveUp.abort()
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    const timer = setTimeout(() => {
      this.#timedOut = true
      stop()
    }, ms)
    try {
      if (this.#open.size > 0) return 'asks'
      return await Promise.race([this.#ended, this.#news.promise.then(() => 'asks' as const)])
    } catch (error) {
      // The room below only knows that we gave up, and not why.
      if (this.#timedOut && error instanceof UpstreamCancelledError) throw new UpstreamTimedOutError(error.mayHaveRun, error)
      throw error
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      this.#news = Promise.withResolvers<void>()
      this.hear = undefined
    }
  }

  /** The questions that are open, as an assistant of the newer era is asked. */
  asks(id: string): Asked {
    const inputRequests = Object.fromEntries([...this.#open].map(([key, { method, params }]) => [key, { method, params: withoutHop(params) }]))
    return { kind: 'asks', inputRequests, requestState: id }
  }

  end(): void {
    this.#giveUp.abort()
  }
}
