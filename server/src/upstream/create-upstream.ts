import type { ReleaseTool } from '@handfast/contract'
import type { Egress } from '../egress/index.ts'
import { type Clock, MINUTE, SECOND, systemClock } from '../lib/index.ts'
import { type ClientInfo, LATEST_MODERN, legacyMessage, modernRequest, ToolCallWriter } from '../protocol/mcp/index.ts'
import { ActionCaller } from './action.ts'
import { describe } from './describe.ts'
import { detectEra, type Verdict } from './detect-era.ts'
import { EraBook } from './era-book.ts'
import { Exchanger, type Outgoing } from './exchange.ts'
import { type Handshakes, handshakes } from './handshakes.ts'
import { LegacyLine, type LegacyRequest } from './legacy-line.ts'
import { listenerFor } from './progress.ts'
import { extrasOf, legacyExtrasOf, legacyOtherParams, NOTHING, otherParams } from './request-extras.ts'
import { type Route, Routes } from './route.ts'
import { SessionPool } from './session-pool.ts'
import { SseLine } from './sse-line.ts'
import { AGAIN, toolAnswer } from './tool-answer.ts'
import type { Credential, Description, McpTarget, OtherRequest, Upstream, UpstreamAnswer, UpstreamCall } from './upstream-call.ts'
import { UpstreamCancelledError, UpstreamNotUnderstoodError } from './upstream-errors.ts'
import { waitFor } from './waiting.ts'
import { Watches } from './watches.ts'
import type { Wire } from './wire.ts'
import { WrongEraError } from './wrong-era.ts'

export type UpstreamOptions = {
  readonly egress: Egress
  /** Who we say we are to connectors. */
  readonly client: ClientInfo
  readonly clock?: Clock
  /** Longest wait for each question of `describe` and for finding out an era. */
  readonly askMs?: number
  /** Sessions with legacy connectors that are kept at most, and how long an unused one is. */
  readonly maxSessions?: number
  readonly sessionIdleMs?: number
  /** Whether connectors that speak only the transport of 2024, HTTP with SSE, may be reached. */
  readonly sse?: boolean
}

/** Largest answer about a connector itself, such as one page of its tools. */
const MAX_ASKED_BYTES = 8 * 1024 * 1024

export function createUpstream(options: UpstreamOptions): Upstream & AsyncDisposable {
  return new Connectors(options)
}

class Connectors implements Upstream, AsyncDisposable {
  readonly #client: ClientInfo
  readonly #askMs: number
  readonly #routes = new Routes()
  readonly #wire: Wire
  readonly #sse: SseLine | null
  readonly #actions: ActionCaller
  readonly #eras: EraBook
  readonly #pool: SessionPool
  readonly #legacy: LegacyLine
  readonly #watches: Watches
  readonly #closing = new AbortController()
  /** Keyed by the tool object: a release keeps its tools as long as it is in use, and no longer. */
  readonly #writers = new WeakMap<ReleaseTool, ToolCallWriter>()
  #lastId = 0

  constructor(options: UpstreamOptions) {
    const clock = options.clock ?? systemClock
    this.#client = options.client
    this.#askMs = options.askMs ?? 10 * SECOND
    const exchanger = new Exchanger(options.egress, clock)
    this.#sse = options.sse === true ? new SseLine(exchanger, options.egress) : null
    this.#wire = this.#sse ?? exchanger
    this.#actions = new ActionCaller(options.egress, clock, this.#routes)
    this.#eras = new EraBook(clock)
    this.#watches = new Watches({ wire: this.#wire, client: options.client, nextId: this.#nextId })
    this.#pool = new SessionPool({ clock, max: options.maxSessions ?? 5_000, idleMs: options.sessionIdleMs ?? 10 * MINUTE })
    this.#legacy = new LegacyLine({
      wire: this.#wire,
      client: options.client,
      pool: this.#pool,
      nextId: this.#nextId,
      closing: this.#closing.signal,
    })
  }

  async call(call: UpstreamCall): Promise<UpstreamAnswer> {
    if (call.signal.aborted) throw new UpstreamCancelledError('no')
    if (call.target.kind === 'openapi') return this.#actions.call(call)
    const route = this.#routes.to(call.target.url, call.credential, call.origins)
    const known = this.#eras.known(route.key)
    const deadline = performance.now() + call.timeoutMs
    const verdict = known ?? (await this.#findEra(call, route, deadline))
    try {
      return await this.#callIn(verdict, call, route, known === undefined ? deadline - performance.now() : call.timeoutMs)
    } catch (error) {
      if (!(error instanceof WrongEraError)) throw error
      return this.#callAgain(error, verdict, call, route, deadline)
    }
  }

  async describe(target: McpTarget, credential: Credential | null, signal: AbortSignal): Promise<Description> {
    const { origin } = this.#routes.address(target.url)
    const route = this.#routes.to(target.url, credential, [origin])
    const asking = { route, reason: 'review', timeoutMs: this.#askMs, maxBytes: MAX_ASKED_BYTES, signal, withKey: hasKey(credential) } as const
    return describe(this.#wire, this.#client, this.#nextId, asking, (verdict) => this.#eras.learn(route.key, verdict))
  }

  async handshakes(target: McpTarget, credential: Credential | null, signal: AbortSignal): Promise<Handshakes> {
    const { origin } = this.#routes.address(target.url)
    const route = this.#routes.to(target.url, credential, [origin])
    const asking = { route, reason: 'review', timeoutMs: this.#askMs, maxBytes: MAX_ASKED_BYTES, signal, withKey: hasKey(credential) } as const
    return handshakes(this.#wire, this.#client, this.#nextId, asking)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#pool.clear()
    this.#sse?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  readonly #nextId = (): number => ++this.#lastId

  #callIn(verdict: Verdict, call: UpstreamCall, route: Route, timeoutMs: number): Promise<UpstreamAnswer> {
    const { watching, other } = call
    if (watching !== undefined) {
      const { reason = 'user-call', maxBytes, signal } = call
      const asking = { route, reason, timeoutMs, maxBytes, signal, withKey: hasKey(call.credential) }
      const wanted = { uri: String(other?.params['uri']), watching, asking }
      if (verdict.era === 'modern') return this.#watches.modern(verdict.version, wanted)
      return this.#watches.legacy(JSON.stringify([call.poolKey, call.release, route.key]), wanted)
    }
    if (verdict.era === 'modern' && !(verdict.alsoLegacy && call.assistantEra === 'legacy'))
      return this.#callModern(verdict.version, call, route, timeoutMs)
    return this.#callLegacy(call, route, timeoutMs)
  }

  /** The hottest code of the product. */
  async #callModern(version: string, call: UpstreamCall, route: Route, timeoutMs: number): Promise<UpstreamAnswer> {
    const { onProgress, other } = call
    const id = ++this.#lastId
    const written = other === undefined ? this.#writeTool(version, call, route, id) : this.#writeOther(version, call, other, route, id)
    written.headers['x-request-id'] = call.callId
    const out: Outgoing = {
      route,
      headers: written.headers,
      body: written.body,
      id,
      reason: call.reason ?? 'user-call',
      timeoutMs,
      maxBytes: call.maxBytes,
      signal: call.signal,
      withKey: hasKey(call.credential),
      harmless: other !== undefined,
    }
    const onNotification = onProgress === undefined && call.onLog === undefined ? undefined : listenerFor(id, call)
    const answer = await this.#wire.post(onNotification === undefined ? out : { ...out, listener: { onNotification } })
    return toolAnswer(answer, 'modern', { capabilities: call.capabilities ?? NOTHING, other: other?.method })
  }

  #writeTool(version: string, call: UpstreamCall, route: Route, id: number): { readonly headers: Record<string, string>; readonly body: string } {
    const writer = this.#writer(call.tool, version)
    if (writer.unusable !== undefined) throw new UpstreamNotUnderstoodError(`This tool cannot be called: ${writer.unusable}.`, 'no')
    const args = call.argumentsJson ?? JSON.stringify(call.arguments)
    const headers = writer.modernHeaders(call.arguments, route.headers)
    return { headers, body: writer.modernBody(id, args, call.onProgress !== undefined, extrasOf(call)) }
  }

  #writeOther(version: string, call: UpstreamCall, other: OtherRequest, route: Route, id: number) {
    const { headers, body } = modernRequest(version, this.#client, id, other.method, otherParams(call, other, id))
    return { headers: { ...headers, ...route.headers } as Record<string, string>, body }
  }

  async #callLegacy(call: UpstreamCall, route: Route, timeoutMs: number): Promise<UpstreamAnswer> {
    const { onProgress, other, continuation } = call
    const id = ++this.#lastId
    const capabilities = call.capabilities ?? NOTHING
    const request: LegacyRequest = {
      route,
      reason: call.reason ?? 'user-call',
      timeoutMs,
      maxBytes: call.maxBytes,
      signal: call.signal,
      withKey: hasKey(call.credential),
      poolKey: JSON.stringify([call.poolKey, call.release, route.key, capabilities]),
      id,
      body:
        other === undefined
          ? this.#writer(call.tool, LATEST_MODERN).legacyBody(
              id,
              call.argumentsJson ?? JSON.stringify(call.arguments),
              onProgress !== undefined,
              legacyExtrasOf(call),
            )
          : legacyMessage(id, other.method, legacyOtherParams(call, other, id)),
      requestId: call.callId,
      onNotification: onProgress === undefined && call.onLog === undefined ? undefined : listenerFor(id, call),
      capabilities,
      logLevel: call.logLevel,
    }
    const parked = continuation?.requestState === undefined || continuation.requestState === AGAIN ? undefined : continuation.requestState
    const answer =
      parked === undefined ? await this.#legacy.send(request) : await this.#legacy.goOn(request, parked, continuation?.inputResponses ?? NOTHING)
    return toolAnswer(answer, 'legacy', { capabilities, other: other?.method })
  }

  /** The connector refused as one of the other era would: the verdict is doubted once, and the call, which did not run, goes out again if it was wrong. */
  async #callAgain(refused: WrongEraError, doubted: Verdict, call: UpstreamCall, route: Route, deadline: number): Promise<UpstreamAnswer> {
    this.#eras.forget(route.key, doubted)
    const verdict = await this.#findEra(call, route, deadline)
    if (verdict.era === doubted.era && (verdict.era === 'legacy' || (doubted.era === 'modern' && verdict.version === doubted.version)))
      return refused.settle()
    try {
      return await this.#callIn(verdict, call, route, deadline - performance.now())
    } catch (error) {
      if (error instanceof WrongEraError) return error.settle()
      throw error
    }
  }

  #findEra(call: UpstreamCall, route: Route, deadline: number): Promise<Verdict> {
    const finding = this.#eras.find(route.key, () =>
      detectEra(this.#wire, this.#client, this.#nextId(), {
        route,
        reason: call.reason ?? 'user-call',
        timeoutMs: this.#askMs,
        maxBytes: MAX_ASKED_BYTES,
        signal: this.#closing.signal,
        withKey: hasKey(call.credential),
      }),
    )
    return waitFor(finding, call.signal, deadline - performance.now())
  }

  #writer(tool: ReleaseTool, version: string): ToolCallWriter {
    const known = this.#writers.get(tool)
    if (known !== undefined && known.version === version) return known
    const writer = new ToolCallWriter(version, this.#client, tool)
    this.#writers.set(tool, writer)
    return writer
  }
}

function hasKey(credential: Credential | null): boolean {
  return credential !== null && credential.placement.type !== 'none'
}
