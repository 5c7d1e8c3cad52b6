import { isObject, type JsonObject } from '../lib/index.ts'
import { type ClientInfo, isAtLeast, legacyMessage } from '../protocol/mcp/index.ts'
import type { StreamListener } from './answer-stream.ts'
import { type Asked, Conversation } from './conversation.ts'
import type { Asking } from './detect-era.ts'
import { Ears } from './ear.ts'
import type { Exchanged, Outgoing } from './exchange.ts'
import { lostSession, oneWay, openSession, replyTo, sessionHeaders } from './legacy.ts'
import { PARK_MS, Parked } from './parked.ts'
import { canBeAsked } from './questions.ts'
import type { LegacySession, SessionPool } from './session-pool.ts'
import {
  QuestionGoneError,
  UpstreamCancelledError,
  UpstreamNotUnderstoodError,
  UpstreamRefusal,
  UpstreamTimedOutError,
  UpstreamUnreachableError,
} from './upstream-errors.ts'
import { waitFor } from './waiting.ts'
import type { Wire } from './wire.ts'

type BrokenOff = Extract<Exchanged, { kind: 'broken-off' }>

export type LegacyRequest = Asking & {
  readonly poolKey: string
  readonly id: number
  readonly body: string
  readonly requestId: string
  readonly onNotification: StreamListener['onNotification'] | undefined
  /** What the assistant can be asked for; empty: nothing. */
  readonly capabilities: JsonObject
  readonly logLevel: string | undefined
}

/** A connector that keeps asking during one call gets this many replies; each costs a request of ours. */
const MAX_REPLIES = 32
const MAX_RESUMPTIONS = 8
const MAX_RETRY_MS = 5_000
const ONE_WAY_MS = 5_000

/** Apart from its kind, so that the connector can be told that we no longer listen. */
class AsksTooMuch extends UpstreamNotUnderstoodError {}

/** Sends requests to legacy connectors over pooled sessions. */
export class LegacyLine {
  readonly #wire: Wire
  readonly #client: ClientInfo
  readonly #pool: SessionPool
  readonly #nextId: () => number
  /** Aborted when this room closes; work that several calls share listens to it instead of to one of them. */
  readonly #closing: AbortSignal
  readonly #parked = new Parked()
  readonly #ears: Ears

  constructor(parts: { wire: Wire; client: ClientInfo; pool: SessionPool; nextId: () => number; closing: AbortSignal }) {
    this.#wire = parts.wire
    this.#client = parts.client
    this.#pool = parts.pool
    this.#nextId = parts.nextId
    this.#closing = parts.closing
    this.#ears = new Ears(parts.wire, parts.closing)
    parts.closing.addEventListener('abort', () => this.#parked.endAll(), { once: true })
  }

  /**
   * Goes on with a call whose connector asked something.
   * @throws QuestionGoneError when nobody waits for it any longer
   */
  async goOn(request: LegacyRequest, id: string, responses: JsonObject): Promise<Exchanged | Asked> {
    const conversation = this.#parked.take(id, request.poolKey)
    if (conversation === undefined) throw new QuestionGoneError()
    const session = conversation.session as LegacySession
    for (const key of conversation.openKeys) {
      const response = responses[key]
      // What is missing is asked for again (2026-07-28 basic/utilities/mrtr).
      if (!isObject(response)) continue
      const asked = conversation.settle(key)
      if (asked !== undefined) await this.#tell(request, session, JSON.stringify({ jsonrpc: '2.0', id: asked.id, result: response }))
    }
    return this.#round(conversation, request, request.timeoutMs)
  }

  /** Sends a request once, and a second time only where the first was refused for its lost session and so did not run. */
  async send(request: LegacyRequest): Promise<Exchanged | Asked> {
    const deadline = performance.now() + request.timeoutMs
    const first = this.#pool.ready(request.poolKey) ?? (await this.#session(request, deadline))
    const answer = await this.#sendIn(first, request, deadline)
    if (answer.kind === 'asks' || !lostSession(answer, first)) return answer
    await this.#pool.drop(request.poolKey, first)
    const second = await this.#session(request, deadline)
    const again = await this.#sendIn(second, request, deadline)
    if (again.kind === 'asks' || !lostSession(again, second)) return again
    await this.#pool.drop(request.poolKey, second)
    throw new UpstreamNotUnderstoodError('The connector forgets its sessions as soon as it has given them.', 'no')
  }

  #session(request: LegacyRequest, deadline: number): Promise<LegacySession> {
    const opening = this.#pool.use(request.poolKey, async () => {
      const { route, reason, timeoutMs, maxBytes, withKey } = request
      return (
        await openSession(
          this.#wire,
          this.#client,
          this.#nextId(),
          { route, reason, timeoutMs, maxBytes, withKey, signal: this.#closing },
          request.capabilities,
        )
      ).session
    })
    return waitFor(opening, request.signal, deadline - performance.now())
  }

  async #sendIn(session: LegacySession, request: LegacyRequest, deadline: number): Promise<Exchanged | Asked> {
    await this.#tune(session, request)
    if (Object.keys(request.capabilities).length > 0) return this.#converse(session, request, deadline)
    let replies = 0
    const listener: StreamListener = {
      onRequest: (asked) => {
        if (++replies > MAX_REPLIES) throw new AsksTooMuch('The connector kept asking us things instead of answering.', 'maybe', { replies })
        void this.#tell(request, session, replyTo(asked))
      },
      ...(request.onNotification === undefined ? {} : { onNotification: request.onNotification }),
    }
    return this.#exchange(session, { ...request, timeoutMs: Math.max(deadline - performance.now(), 1) }, listener, deadline)
  }

  /** The same for an assistant that can be asked: the request may come to a question, and goes on in another round. */
  async #converse(session: LegacySession, request: LegacyRequest, deadline: number): Promise<Exchanged | Asked> {
    const conversation = new Conversation(request.poolKey, session, (asked, itself) => {
      if (itself.questions >= MAX_REPLIES) throw new AsksTooMuch('The connector kept asking us things instead of answering.', 'maybe', {})
      if (canBeAsked(request.capabilities, asked.method, asked.params) && this.#parked.hasRoom(request.poolKey)) itself.take(asked)
      else void this.#tell(request, session, replyTo(asked))
    })
    // While a question is out nothing may come for long; each round keeps its own time.
    const whole = { ...request, signal: conversation.signal, timeoutMs: PARK_MS * MAX_REPLIES }
    await this.#ears.listen(session, conversation, whole, (asked, meant) => {
      if (meant === null) void this.#tell(request, session, replyTo(asked))
      else meant.listener.onRequest?.(asked)
    })
    const ended = this.#exchange(session, whole, conversation.listener, performance.now() + whole.timeoutMs)
    conversation.begin(ended.finally(() => this.#ears.leave(session, conversation)))
    return this.#round(conversation, request, Math.max(deadline - performance.now(), 1))
  }

  async #round(conversation: Conversation, request: LegacyRequest, ms: number): Promise<Exchanged | Asked> {
    conversation.hear = request.onNotification
    const next = await conversation.next(request.signal, ms)
    return next === 'asks' ? conversation.asks(this.#parked.put(conversation)) : next
  }

  /** Makes the connector say as much in its log as the assistant wants to hear. Sessions are shared, so what is said is looked at again. */
  async #tune(session: LegacySession, request: LegacyRequest): Promise<void> {
    const { logLevel } = request
    if (logLevel === undefined || (session.logLevel !== undefined && isAtLeast(logLevel, session.logLevel))) return
    session.logLevel = logLevel
    const id = this.#nextId()
    const asking = { ...request, timeoutMs: ONE_WAY_MS, maxBytes: 64 * 1024 }
    await this.#wire.post({ ...oneWay(asking, session, legacyMessage(id, 'logging/setLevel', { level: logLevel })), id }).catch(() => undefined)
  }

  async #exchange(session: LegacySession, request: LegacyRequest, listener: StreamListener, deadline: number): Promise<Exchanged> {
    const headers = sessionHeaders(session, request.route.headers)
    headers['x-request-id'] = request.requestId
    const out = { ...request, headers, harmless: false, listener }
    try {
      const answer = await this.#wire.post(out)
      return answer.kind === 'broken-off' && answer.lastEventId !== '' ? await this.#resume(out, session, answer, deadline) : answer
    } catch (error) {
      const cancelled = error instanceof UpstreamCancelledError || error instanceof AsksTooMuch
      if ((cancelled || error instanceof UpstreamTimedOutError) && error.mayHaveRun === 'maybe') {
        const reason = cancelled ? 'cancelled' : 'timed out'
        void this.#tell(request, session, legacyMessage(undefined, 'notifications/cancelled', { requestId: request.id, reason }))
      }
      throw error
    }
  }

  /**
   * Asks for the rest of a stream that broke off (2025-11-25 basic/transports, resumability). The call is running or has run by now, so
   * nothing that goes wrong here may look like a refusal of the call: it would be sent a second time.
   */
  async #resume(out: Outgoing, session: LegacySession, brokenOff: BrokenOff, deadline: number): Promise<Exchanged> {
    let last = brokenOff
    for (let i = 0; i < MAX_RESUMPTIONS; i++) {
      await pause(Math.min(last.retryMs ?? 1_000, MAX_RETRY_MS), out.signal, deadline)
      const headers = { ...sessionHeaders(session, out.route.headers), accept: 'text/event-stream', 'last-event-id': last.lastEventId }
      const answer = await this.#wire.resume({ ...out, timeoutMs: Math.max(deadline - performance.now(), 1) }, headers).catch(afterTheCall)
      if (answer.kind === 'result' || (answer.kind === 'error' && answer.status < 400)) return answer
      if (answer.kind !== 'broken-off') break
      last = answer.lastEventId === '' ? { ...answer, lastEventId: last.lastEventId } : answer
    }
    return last
  }

  /** A message that nobody waits for: if the connector does not take it, the call itself shows what that means. */
  async #tell(request: LegacyRequest, session: LegacySession, body: string): Promise<void> {
    const asking = { ...request, signal: this.#closing, timeoutMs: ONE_WAY_MS, maxBytes: 64 * 1024 }
    await this.#wire.post(oneWay(asking, session, body)).catch(() => undefined)
  }
}

/** A refusal met while asking for the rest of an answer says nothing about the call itself. */
function afterTheCall(error: unknown): never {
  if (error instanceof UpstreamRefusal && error.mayHaveRun === 'no') {
    throw new UpstreamUnreachableError('The connector closed the connection before its answer was complete.', 'maybe', { because: error.code }, error)
  }
  throw error
}

/** Waits before a stream is asked for again, but not beyond the call. */
function pause(ms: number, signal: AbortSignal, deadline: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(new UpstreamCancelledError('maybe'))
    }
    const left = deadline - performance.now()
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', stop)
        if (left < ms) reject(new UpstreamTimedOutError('maybe'))
        else resolve()
      },
      Math.max(Math.min(ms, left), 0),
    )
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
