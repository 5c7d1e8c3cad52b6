import { randomUUID } from 'node:crypto'
import type { Egress, EgressResponse } from '../egress/index.ts'
import { HOUR, MINUTE } from '../lib/index.ts'
import { HEADER_SESSION, HEADER_VERSION, readServerMessage, type ServerMessage, SseReader, SseTooLargeError } from '../protocol/mcp/index.ts'
import type { StreamListener } from './answer-stream.ts'
import { type Exchanged, type Exchanger, mediaType, type Outgoing } from './exchange.ts'
import { failure } from './failure.ts'
import { replyTo } from './legacy.ts'
import {
  UpstreamCancelledError,
  UpstreamNotUnderstoodError,
  UpstreamRefusal,
  UpstreamTimedOutError,
  UpstreamTooLargeError,
} from './upstream-errors.ts'

type Waiter = { readonly out: Outgoing; readonly settle: (answer: Exchanged) => void; readonly fail: (error: unknown) => void }

/** A stream that was open for so long takes no further requests, and is closed when the last answer came. */
const RETIRES_AFTER_MS = 30 * MINUTE
const LONGEST_MS = 2 * HOUR
const IDLE_MS = 10 * MINUTE
const MOST_BYTES = 1024 * 1024 * 1024
const REPLY_MS = 5_000
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** Ids of sessions begin with it, so that one that is gone is known from those that connectors give. */
export const STREAM_PREFIX = 'sse:'

/**
 * The one stream on which a connector of 2024 answers everything that it is sent (2024-11-05 basic/transports, HTTP with SSE). Its first event names
 * the address that messages go to, which has to be at the same origin.
 */
export class SseStream {
  readonly id: string = `${STREAM_PREFIX}${randomUUID()}`
  readonly key: string
  readonly #exchanger: Exchanger
  readonly #stop = new AbortController()
  readonly #opened = Promise.withResolvers<URL>()
  readonly #waiters = new Map<number, Waiter>()
  readonly #ears = new Set<{ readonly listener: StreamListener; readonly settle: (answer: Exchanged) => void }>()
  readonly #begun = performance.now()
  #response!: EgressResponse
  #endpoint!: URL
  #idle: NodeJS.Timeout | undefined
  #over = false

  private constructor(exchanger: Exchanger, key: string) {
    this.#exchanger = exchanger
    this.key = key
  }

  /**
   * Opens a stream at the address of a connector. @param onEnd told once when it is over
   * @throws UpstreamNotUnderstoodError when what is there is no such stream
   */
  static async open(egress: Egress, exchanger: Exchanger, out: Outgoing, onEnd: (stream: SseStream) => void): Promise<SseStream> {
    const stream = new SseStream(exchanger, out.route.key)
    const end = (): void => stream.#end(onEnd)
    // Whoever opens it may give up until it is open. From then on it is everybody's, and goes on without them.
    const giveUp = (): void => stream.close()
    out.signal.addEventListener('abort', giveUp, { once: true })
    if (out.signal.aborted) giveUp()
    let late: UpstreamTimedOutError | null = null
    // It is late also while nobody waits for its first event yet, because the connector has not even begun to answer.
    stream.#opened.promise.catch(() => undefined)
    const timer = setTimeout(
      () => {
        late = new UpstreamTimedOutError('no')
        stream.#opened.reject(late)
        stream.close()
      },
      Math.min(out.timeoutMs, LONGEST_TIMER_MS),
    )
    try {
      const response = await egress.request({
        url: out.route.url,
        method: 'GET',
        headers: { ...out.route.headers, accept: 'text/event-stream' },
        reason: out.reason,
        origins: out.route.origins,
        limits: { headersMs: out.timeoutMs, idleMs: LONGEST_MS, totalMs: LONGEST_MS, maxBytes: MOST_BYTES },
        signal: stream.#stop.signal,
      })
      if (response.status !== 200 || mediaType(response.headers['content-type'] ?? '') !== 'text/event-stream') {
        await response.body.discard()
        throw new UpstreamNotUnderstoodError('The connector opens no event stream at this address.', 'no', { status: response.status })
      }
      stream.#response = response
      void stream.#read(response, out.maxBytes).finally(end)
      stream.#endpoint = await stream.#opened.promise
      stream.#rest()
      return stream
    } catch (error) {
      stream.close()
      throw late ?? failure(error, out.signal, true)
    } finally {
      clearTimeout(timer)
      out.signal.removeEventListener('abort', giveUp)
    }
  }

  /** False for one that is over, or old enough to be followed by another. */
  get takesMore(): boolean {
    return !this.#over && performance.now() - this.#begun < RETIRES_AFTER_MS
  }

  get busy(): boolean {
    return this.#waiters.size > 0 || this.#ears.size > 0
  }

  close(): void {
    this.#stop.abort()
  }

  /** Sends one message to the address that the stream named, and waits on the stream for the answer where there is to be one. */
  async send(out: Outgoing): Promise<Exchanged> {
    const headers = Object.fromEntries(Object.entries(out.headers).filter(([name]) => name !== HEADER_SESSION && name !== HEADER_VERSION))
    const answered = out.id === undefined ? null : this.#wait(out)
    answered?.catch(() => undefined)
    try {
      const posted = await this.#exchanger.post({ ...out, headers, id: undefined, route: { ...out.route, url: this.#endpoint } })
      return posted.kind === 'accepted' && answered !== null ? await answered : posted
    } finally {
      if (out.id !== undefined) this.#waiters.delete(out.id)
      this.#rest()
    }
  }

  /** Listens to what belongs to no answer, until the signal ends it or the stream is over. */
  hear(listener: StreamListener, signal: AbortSignal): Promise<Exchanged> {
    return new Promise((settle) => {
      const ear = {
        listener,
        settle: (answer: Exchanged): void => {
          signal.removeEventListener('abort', leave)
          settle(answer)
        },
      }
      this.#ears.add(ear)
      const leave = (): void => {
        this.#ears.delete(ear)
        ear.settle(BROKEN_OFF)
        this.#rest()
      }
      if (this.#over || signal.aborted) leave()
      else signal.addEventListener('abort', leave, { once: true })
      listener.onOpen?.()
    })
  }

  #wait(out: Outgoing): Promise<Exchanged> {
    return new Promise((resolve, reject) => {
      const mayHaveRun = out.harmless ? 'no' : 'maybe'
      const done = (): void => {
        clearTimeout(timer)
        out.signal.removeEventListener('abort', cancel)
      }
      const fail = (error: unknown): void => {
        done()
        reject(error)
      }
      const settle = (answer: Exchanged): void => {
        done()
        resolve(answer)
      }
      const cancel = (): void => fail(new UpstreamCancelledError(mayHaveRun))
      const timer = setTimeout(() => fail(new UpstreamTimedOutError(mayHaveRun)), Math.min(Math.max(out.timeoutMs, 1), LONGEST_TIMER_MS))
      this.#waiters.set(out.id as number, { out, settle, fail })
      if (this.#over) settle(BROKEN_OFF)
      else if (out.signal.aborted) cancel()
      else out.signal.addEventListener('abort', cancel, { once: true })
    })
  }

  async #read(response: EgressResponse, maxChars: number): Promise<void> {
    const reader = new SseReader({ maxLine: maxChars, maxEvent: maxChars })
    try {
      for await (const piece of response.body) {
        for (const { type, data } of reader.push(piece)) {
          if (type === 'endpoint') this.#opened.resolve(endpointOf(data, response.url))
          else this.#take(data)
        }
      }
      this.#opened.reject(new UpstreamNotUnderstoodError('The connector closed its event stream before it named its address.', 'no'))
    } catch (error) {
      this.#opened.reject(error)
      if (error instanceof UpstreamRefusal) return
      for (const { fail, out } of this.#waiters.values()) fail(whyItEnded(error, out))
    }
  }

  #take(data: string): void {
    let message: ServerMessage
    try {
      message = readServerMessage(JSON.parse(data))
    } catch {
      return
    }
    if (message.kind === 'result' || message.kind === 'error') {
      const waiter = this.#waiters.get(message.id as number)
      if (waiter === undefined) return
      if (data.length > waiter.out.maxBytes) {
        waiter.fail(new UpstreamTooLargeError('The connector sent a message that is larger than allowed.', waiter.out.harmless ? 'no' : 'maybe'))
      } else if (message.kind === 'error') {
        waiter.settle({ kind: 'error', status: 200, error: message })
      } else {
        const headers = { ...this.#response.headers, [HEADER_SESSION]: this.id }
        waiter.settle({ kind: 'result', result: message.result, response: { ...this.#response, headers } })
      }
      return
    }
    const listeners = [...this.#ears, ...this.#waiters.values()].map((one) => ('listener' in one ? one.listener : one.out.listener))
    if (message.kind === 'notification') for (const listener of listeners) listener?.onNotification?.(message)
    if (message.kind === 'request') this.#ask(message, listeners)
  }

  /** What the connector asks belongs to whoever can only be meant. Where several can, nobody is. */
  #ask(asked: Extract<ServerMessage, { kind: 'request' }>, listeners: readonly (StreamListener | undefined)[]): void {
    const asking = listeners.filter((listener) => listener?.onRequest !== undefined)
    const meant = this.#ears.size > 0 ? [...this.#ears][0]?.listener : asking.length === 1 ? asking[0] : undefined
    const waiter = [...this.#waiters.values()][0]
    try {
      if (meant?.onRequest !== undefined) meant.onRequest(asked)
      else if (waiter !== undefined) void this.#reply(waiter.out, replyTo(asked))
    } catch (error) {
      waiter?.fail(error)
    }
  }

  async #reply(out: Outgoing, body: string): Promise<void> {
    const signal = this.#stop.signal
    await this.send({ ...out, id: undefined, body, signal, timeoutMs: REPLY_MS, harmless: true }).catch(() => undefined)
  }

  /** Closes what nobody uses any longer, at once or after a while. */
  #rest(): void {
    clearTimeout(this.#idle)
    if (this.busy || this.#over) return
    if (!this.takesMore) {
      this.close()
      return
    }
    this.#idle = setTimeout(() => this.close(), IDLE_MS)
    this.#idle.unref()
  }

  #end(onEnd: (stream: SseStream) => void): void {
    this.#over = true
    clearTimeout(this.#idle)
    for (const { settle } of [...this.#waiters.values(), ...this.#ears]) settle(BROKEN_OFF)
    this.#ears.clear()
    onEnd(this)
  }
}

function whyItEnded(error: unknown, { signal, harmless }: Outgoing): unknown {
  if (!(error instanceof SseTooLargeError)) return failure(error, signal, harmless)
  return new UpstreamTooLargeError('The connector sent a message that is larger than allowed.', harmless ? 'no' : 'maybe', {}, error)
}

const BROKEN_OFF: Exchanged = { kind: 'broken-off', lastEventId: '', retryMs: undefined }

/** Another origin than that of the stream would be given whatever the connector's users say, and their keys. */
function endpointOf(data: string, at: URL): URL {
  const endpoint = URL.parse(data, at.href)
  if (endpoint === null || endpoint.origin !== at.origin) {
    throw new UpstreamNotUnderstoodError('The connector wants its messages at another origin than its own, or at no address at all.', 'no')
  }
  return endpoint
}
