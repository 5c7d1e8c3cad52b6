import { HOUR, isObject, type JsonObject } from '../lib/index.ts'
import { type ClientInfo, legacyMessage, META_CLIENT_CAPABILITIES, modernRequest, type ServerMessage } from '../protocol/mcp/index.ts'
import type { Asking } from './detect-era.ts'
import type { Exchanged } from './exchange.ts'
import { oneWay, openSession, replyTo, sessionHeaders } from './legacy.ts'
import type { LegacySession } from './session-pool.ts'
import type { UpstreamAnswer, Watching } from './upstream-call.ts'
import { UpstreamNotUnderstoodError, UpstreamTimedOutError } from './upstream-errors.ts'
import type { Wire } from './wire.ts'

type Notification = Extract<ServerMessage, { kind: 'notification' }>
type Wanted = { readonly uri: string; readonly watching: Watching; readonly asking: Asking }

/** A stream is opened anew after so long: one whose other end is gone without a word would stay silent for ever. */
const STREAM_MS = HOUR
const ONE_WAY_MS = 5_000
/** No answer on a stream that was opened by GET is ours. */
const NO_ID = -1
const HEARD: UpstreamAnswer = { kind: 'other', result: {}, era: 'modern' }

/**
 * Hears from connectors that a resource changed. Each resource of a connector of the newer revision is a request of its own that stays open
 * (2026-07-28 basic/subscriptions); an older one is asked in a session that is kept for this alone, with one stream for all (2025-11-25 server/resources).
 */
export class Watches {
  readonly #wire: Wire
  readonly #client: ClientInfo
  readonly #nextId: () => number
  readonly #lines = new Map<string, Promise<LegacyWatch>>()

  constructor(parts: { readonly wire: Wire; readonly client: ClientInfo; readonly nextId: () => number }) {
    this.#wire = parts.wire
    this.#client = parts.client
    this.#nextId = parts.nextId
  }

  /** Resolves once the connector agreed to tell. Until `watching.signal` ends it, it tells, or says that it ended by itself. */
  async modern(version: string, { uri, watching, asking }: Wanted): Promise<UpstreamAnswer> {
    const id = this.#nextId()
    const params = { notifications: { resourceSubscriptions: [uri] }, _meta: { [META_CLIENT_CAPABILITIES]: {} } }
    const { headers, body } = modernRequest(version, this.#client, id, 'subscriptions/listen', params)
    const agreed = Promise.withResolvers<UpstreamAnswer>()
    const stop = new AbortController()
    const onNotification = ({ method, params: said }: Notification): void => {
      if (method === 'notifications/subscriptions/acknowledged') {
        const { notifications } = said
        const uris = isObject(notifications) ? notifications['resourceSubscriptions'] : undefined
        const agrees = Array.isArray(uris) && uris.includes(uri)
        agreed.resolve(agrees ? HEARD : { kind: 'error', code: -32601, message: 'It does not tell of changes of this resource.' })
        if (!agrees) stop.abort()
      }
      if (method === 'notifications/resources/updated' && said['uri'] === uri) watching.onUpdated()
    }
    const signal = AbortSignal.any([watching.signal, stop.signal])
    const out = {
      ...asking,
      signal,
      timeoutMs: STREAM_MS,
      headers: { ...headers, ...asking.route.headers },
      body,
      id,
      harmless: true,
      listener: { onNotification },
    }
    this.#wire.post(out).then(
      (answer) => {
        agreed.resolve(refusedBy(answer))
        watching.onEnded()
      },
      (error) => {
        agreed.reject(error)
        watching.onEnded()
      },
    )
    return await within(agreed.promise, asking.timeoutMs, stop)
  }

  /** The same for a connector of the older revisions. @param key whose session it is: the person, the credential and the release */
  async legacy(key: string, { uri, watching, asking }: Wanted): Promise<UpstreamAnswer> {
    let line = this.#lines.get(key)
    if (line === undefined) {
      line = LegacyWatch.open(this.#wire, this.#client, this.#nextId, asking, () => this.#lines.delete(key))
      this.#lines.set(key, line)
      line.catch(() => this.#lines.delete(key))
    }
    return await (await line).add(uri, watching, asking)
  }
}

/** The session in which one person's resources of one connector are watched. */
class LegacyWatch {
  readonly #wire: Wire
  readonly #session: LegacySession
  readonly #nextId: () => number
  readonly #over: () => void
  readonly #stream = new AbortController()
  readonly #watched = new Map<string, Set<Watching>>()

  private constructor(wire: Wire, session: LegacySession, nextId: () => number, over: () => void) {
    this.#wire = wire
    this.#session = session
    this.#nextId = nextId
    this.#over = over
  }

  static async open(wire: Wire, client: ClientInfo, nextId: () => number, asking: Asking, over: () => void): Promise<LegacyWatch> {
    const { session } = await openSession(wire, client, nextId(), asking)
    const watch = new LegacyWatch(wire, session, nextId, over)
    watch.#listen(asking)
    return watch
  }

  #listen(asking: Asking): void {
    const listener = {
      onNotification: ({ method, params }: Notification): void => {
        if (method !== 'notifications/resources/updated' || typeof params['uri'] !== 'string') return
        for (const watching of this.#watched.get(params['uri']) ?? []) watching.onUpdated()
      },
      onRequest: (asked: { readonly id: number | string; readonly method: string }): void => void this.#tell(asking, replyTo(asked)),
    }
    const headers = { ...sessionHeaders(this.#session, asking.route.headers), accept: 'text/event-stream' }
    const out = { ...asking, signal: this.#stream.signal, timeoutMs: STREAM_MS, headers, body: '', id: NO_ID, harmless: true, listener }
    const ended = (): void => {
      this.#over()
      for (const watching of [...this.#watched.values()].flatMap((all) => [...all])) watching.onEnded()
      this.#watched.clear()
    }
    this.#wire.resume(out, headers).then(ended, ended)
  }

  async add(uri: string, watching: Watching, asking: Asking): Promise<UpstreamAnswer> {
    const known = this.#watched.get(uri)
    if (known === undefined) {
      const answer = await this.#ask(asking, 'resources/subscribe', { uri })
      if (answer.kind !== 'result') {
        if (this.#watched.size === 0) this.#end(asking)
        return refusedBy(answer)
      }
    }
    const all = this.#watched.get(uri) ?? new Set()
    this.#watched.set(uri, all.add(watching))
    const leave = (): void => {
      if (!all.delete(watching) || all.size > 0 || this.#watched.get(uri) !== all) return
      this.#watched.delete(uri)
      void this.#ask(asking, 'resources/unsubscribe', { uri }).then(
        () => this.#watched.size === 0 && this.#end(asking),
        () => this.#end(asking),
      )
    }
    if (watching.signal.aborted) leave()
    else watching.signal.addEventListener('abort', leave, { once: true })
    return HEARD
  }

  #ask(asking: Asking, method: string, params: JsonObject): Promise<Exchanged> {
    const id = this.#nextId()
    const headers = sessionHeaders(this.#session, asking.route.headers)
    const signal = AbortSignal.timeout(ONE_WAY_MS)
    return this.#wire.post({ ...asking, signal, timeoutMs: ONE_WAY_MS, headers, body: legacyMessage(id, method, params), id, harmless: true })
  }

  async #tell(asking: Asking, body: string): Promise<void> {
    const signal = AbortSignal.timeout(ONE_WAY_MS)
    await this.#wire.post(oneWay({ ...asking, signal, timeoutMs: ONE_WAY_MS }, this.#session, body)).catch(() => undefined)
  }

  #end(asking: Asking): void {
    this.#stream.abort()
    this.#over()
    const { route, reason } = asking
    if (this.#session.id !== undefined) void this.#wire.end({ url: route.url, headers: sessionHeaders(this.#session, route.headers), reason })
  }
}

/** What an answer means that came instead of an agreement. */
function refusedBy(answer: Exchanged): UpstreamAnswer {
  if (answer.kind === 'error') return { kind: 'error', code: answer.error.code, message: answer.error.message }
  if (answer.kind === 'refused') return { kind: 'error', code: -32601, message: 'It does not tell of changes of resources.' }
  throw new UpstreamNotUnderstoodError('The connector ended the conversation in which it was to tell of changes.', 'no')
}

async function within<T>(promise: Promise<T>, ms: number, stop: AbortController): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new UpstreamTimedOutError('no'))
    stop.abort()
  }, ms)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
