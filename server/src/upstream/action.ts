import type { Egress } from '../egress/index.ts'
import type { Clock } from '../lib/index.ts'
import { buildRequest, readAnswer } from '../protocol/openapi/index.ts'
import { failure } from './failure.ts'
import { refusalOfStatus } from './http-status.ts'
import { credentialHeaders, type Routes, withQueryKey } from './route.ts'
import type { UpstreamAnswer, UpstreamCall } from './upstream-call.ts'
import { UpstreamNotUnderstoodError } from './upstream-errors.ts'

const NO_ORIGINS: readonly string[] = []

/** Calls an Action: one operation of an HTTP API as an OpenAPI document describes it. */
export class ActionCaller {
  readonly #egress: Egress
  readonly #clock: Clock
  readonly #routes: Routes

  constructor(egress: Egress, clock: Clock, routes: Routes) {
    this.#egress = egress
    this.#clock = clock
    this.#routes = routes
  }

  /** Throws an UpstreamRefusal, or a refusal of protocol/openapi about arguments that cannot be sent. */
  async call(call: UpstreamCall): Promise<UpstreamAnswer> {
    const { operation } = call.tool
    if (operation === undefined)
      throw new UpstreamNotUnderstoodError('This tool does not say which request it stands for.', 'no', { tool: call.tool.name })
    const built = buildRequest(call.target.url, operation, call.arguments)
    const address = this.#routes.address(call.target.url)
    // buildRequest promises this; a key for one origin must not depend on a promise.
    if (built.url.origin !== address.origin) throw new UpstreamNotUnderstoodError('The request would leave the address that was reviewed.', 'no')
    const { credential } = call
    const withKey = credential !== null && credential.placement.type !== 'none'
    const reviewedOwn = call.origins.includes(address.origin) ? address.own : NO_ORIGINS
    const harmless = operation.method === 'GET' || operation.method === 'HEAD' || operation.method === 'OPTIONS'
    try {
      const response = await this.#egress.request({
        url: credential?.placement.type === 'query' ? withQueryKey(built.url, credential.placement.name, credential.secret) : built.url,
        method: built.method,
        headers: { ...built.headers, 'x-request-id': call.callId, ...(credential === null ? undefined : credentialHeaders(credential)) },
        ...(built.body === undefined ? undefined : { body: built.body }),
        reason: call.reason ?? 'user-call',
        origins: withKey ? reviewedOwn : call.origins,
        limits: { headersMs: call.timeoutMs, idleMs: call.timeoutMs, totalMs: call.timeoutMs, maxBytes: call.maxBytes },
        signal: call.signal,
      })
      const refusal = refusalOfStatus(response, withKey, harmless, this.#clock.now())
      if (refusal !== null) {
        await response.body.discard()
        throw refusal
      }
      const answer = readAnswer(response.status, response.headers['content-type'], await response.body.text())
      if (answer.kind === 'result') return { kind: 'result', result: answer.result, era: 'openapi' }
      throw new UpstreamNotUnderstoodError(answer.message, harmless ? 'no' : 'maybe', { status: response.status, why: answer.why })
    } catch (error) {
      throw failure(error, call.signal, harmless)
    }
  }
}
