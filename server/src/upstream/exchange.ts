import { type Egress, type EgressRequest, type EgressResponse, UnreachableError } from '../egress/index.ts'
import type { Clock, Json } from '../lib/index.ts'
import { type ErrorMessage, readServerMessage } from '../protocol/mcp/index.ts'
import { readStream, type StreamListener } from './answer-stream.ts'
import { failure } from './failure.ts'
import { refusalOfStatus } from './http-status.ts'
import type { Route } from './route.ts'
import { UpstreamNotUnderstoodError, UpstreamUnreachableError } from './upstream-errors.ts'

/** What one POST to a connector came to. Everything else is thrown as a refusal. */
export type Exchanged =
  | { readonly kind: 'result'; readonly result: Json; readonly response: EgressResponse }
  /** A JSON-RPC error; below status 300 it is an answer, above it often is about the request itself. */
  | { readonly kind: 'error'; readonly status: number; readonly error: ErrorMessage }
  /** A status of the 400s whose body says nothing in JSON-RPC: the request was refused before it ran. */
  | { readonly kind: 'refused'; readonly status: number; readonly text: string }
  /** 202 or another answer without a body, as notifications get. */
  | { readonly kind: 'accepted' }
  /** An event stream that ended before the answer, with what is needed to ask for the rest. */
  | { readonly kind: 'broken-off'; readonly lastEventId: string; readonly retryMs: number | undefined }

export type Outgoing = {
  readonly route: Route
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Id of the request, which the answer has to repeat; undefined for messages that get none. */
  readonly id: number | undefined
  readonly reason: EgressRequest['reason']
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly signal: AbortSignal
  readonly withKey: boolean
  /** True for what cannot have an effect at the connector. */
  readonly harmless: boolean
  readonly listener?: StreamListener
  /** True for the first message to a legacy connector. */
  readonly greets?: true
}

const END_MS = 2_000

/** Sends JSON-RPC messages by POST and tells the many ways of answering apart, the same in both eras. */
export class Exchanger {
  readonly #egress: Egress
  readonly #clock: Clock

  constructor(egress: Egress, clock: Clock) {
    this.#egress = egress
    this.#clock = clock
  }

  /**
   * One POST and its answer. A connector may close a connection that it kept open just when we use it again; what cannot have had an effect is then sent
   * a second time. Throws an UpstreamRefusal, or a refusal of egress about the address.
   */
  async post(out: Outgoing): Promise<Exchanged> {
    try {
      const response = await this.#send(out).catch((error) => {
        if (out.harmless && error instanceof UnreachableError && error.reason === 'closed') return this.#send(out)
        throw error
      })
      return await this.#read(out, response)
    } catch (error) {
      throw failure(error, out.signal, out.harmless)
    }
  }

  #send(out: Outgoing): Promise<EgressResponse> {
    return this.#egress.request({
      url: out.route.url,
      method: 'POST',
      headers: out.headers,
      body: out.body,
      reason: out.reason,
      origins: out.route.origins,
      limits: { headersMs: out.timeoutMs, idleMs: out.timeoutMs, totalMs: out.timeoutMs, maxBytes: out.maxBytes },
      signal: out.signal,
    })
  }

  /** The rest of a legacy stream that broke off (2025-11-25 basic/transports, resumability). */
  async resume(out: Outgoing, headers: Readonly<Record<string, string>>): Promise<Exchanged> {
    try {
      const response = await this.#egress.request({
        url: out.route.url,
        method: 'GET',
        headers,
        reason: out.reason,
        origins: out.route.origins,
        limits: { headersMs: out.timeoutMs, idleMs: out.timeoutMs, totalMs: out.timeoutMs, maxBytes: out.maxBytes },
        signal: out.signal,
      })
      return await this.#read(out, response)
    } catch (error) {
      throw failure(error, out.signal, out.harmless)
    }
  }

  /** Ends a legacy session where there is one. Connectors may refuse that (405), and it is their session to keep. */
  async end(session: Pick<EgressRequest, 'url' | 'headers' | 'reason'> | null): Promise<void> {
    if (session === null) return
    const ended = this.#egress.request({ ...session, method: 'DELETE', limits: { totalMs: END_MS } })
    await ended.then((response) => response.body.discard()).catch(() => undefined)
  }

  async #read(out: Outgoing, response: EgressResponse): Promise<Exchanged> {
    const { status } = response
    const type = response.headers['content-type'] ?? ''
    if (status >= 200 && status < 300) {
      if (type.startsWith('application/json')) return this.#readJson(out, response)
      const kind = mediaType(type)
      if (kind === 'text/event-stream') return this.#readEvents(out, response)
      if (kind === 'application/json') return this.#readJson(out, response)
      if (out.id === undefined || status === 202 || status === 204) {
        await response.body.discard()
        return { kind: 'accepted' }
      }
      await response.body.discard()
      throw new UpstreamNotUnderstoodError(notData(kind), ranMaybe(out), { status, contentType: type.slice(0, 200) })
    }
    const refusal = refusalOfStatus(response, out.withKey, out.harmless, this.#clock.now())
    if (refusal !== null) {
      await response.body.discard()
      throw refusal
    }
    return this.#readFailed(out, response)
  }

  async #readJson(out: Outgoing, response: EgressResponse): Promise<Exchanged> {
    const text = await response.body.text()
    if (out.id === undefined) return { kind: 'accepted' }
    let parsed: unknown
    try {
      parsed = JSON.parse(text)
    } catch (error) {
      throw new UpstreamNotUnderstoodError('The connector answered with JSON that cannot be read.', ranMaybe(out), {}, error)
    }
    const message = readServerMessage(parsed)
    if (message.kind === 'result' && message.id === out.id) return { kind: 'result', result: message.result, response }
    if (message.kind === 'error' && (message.id === out.id || message.id === null)) return { kind: 'error', status: response.status, error: message }
    throw new UpstreamNotUnderstoodError('The connector answered something that is not the answer to this call.', ranMaybe(out), {
      got: message.kind,
    })
  }

  async #readEvents(out: Outgoing, response: EgressResponse): Promise<Exchanged> {
    if (out.id === undefined) {
      await response.body.discard()
      return { kind: 'accepted' }
    }
    out.listener?.onOpen?.()
    const read = await readStream(response.body, out.id, out.maxBytes, ranMaybe(out), out.listener)
    if (read.kind === 'result') return { kind: 'result', result: read.result, response }
    if (read.kind === 'error') return { kind: 'error', status: response.status, error: read }
    return read
  }

  async #readFailed(out: Outgoing, response: EgressResponse): Promise<Exchanged> {
    const { status } = response
    const text = await response.body.text()
    const message = readServerMessage(parsedOrUndefined(text))
    if (message.kind === 'error' && (message.id === out.id || message.id === null)) return { kind: 'error', status, error: message }
    if (status >= 500) {
      const mayHaveRun = status === 503 ? 'no' : ranMaybe(out)
      throw new UpstreamUnreachableError(`The connector failed (HTTP ${status}).`, mayHaveRun, { status })
    }
    return { kind: 'refused', status, text: text.slice(0, 2_000) }
  }
}

function ranMaybe(out: Outgoing): 'no' | 'maybe' {
  return out.harmless ? 'no' : 'maybe'
}

function notData(kind: string): string {
  if (kind === 'text/html' || kind === 'application/xhtml+xml')
    return 'The connector answered with a web page instead of data. Its address may be wrong.'
  return 'The connector answered in a format that is not understood here.'
}

/** The media type alone, in lower case, without parameters. */
export function mediaType(contentType: string): string {
  const semicolon = contentType.indexOf(';')
  return (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase()
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
