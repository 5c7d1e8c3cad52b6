import type { OperationBinding } from '@handfast/contract'
import type { Egress } from '../egress/index.ts'
import type { Clock } from '../lib/index.ts'
import { compileRequest, type Handed, type RequestBuilder, readAnswer } from '../protocol/openapi/index.ts'
import { handedFor, keepBig, keepReturned } from './action-files.ts'
import { failure } from './failure.ts'
import { refusalOfStatus } from './http-status.ts'
import { credentialHeaders, type Routes, withQueryKey } from './route.ts'
import type { UpstreamAnswer, UpstreamCall } from './upstream-call.ts'
import { UpstreamNotUnderstoodError } from './upstream-errors.ts'

const NO_ORIGINS: readonly string[] = []
/** Methods that have no effect by definition (RFC 9110 section 9.2.1, OAS 3.2 section 4.9). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY'])

type Prepared = { readonly target: string; readonly builder: RequestBuilder; readonly isHarmless: boolean }

/** Calls an Action: one operation of an HTTP API as an OpenAPI document describes it. */
export class ActionCaller {
  readonly #egress: Egress
  readonly #clock: Clock
  readonly #routes: Routes
  /** Keyed by the binding, which a release keeps as long as it is in use. */
  readonly #prepared = new WeakMap<OperationBinding, Prepared>()

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
    const { builder, isHarmless } = this.#prepare(call.target.url, operation)
    const handed: Handed | undefined = builder.takesFiles ? await handedFor(builder.filesIn(call.arguments), call.files) : undefined
    const built = builder.build(call.arguments, handed)
    const address = this.#routes.address(operation.server ?? call.target.url)
    // The builder promises this; a key for one origin must not depend on a promise.
    if (built.url.origin !== address.origin) throw new UpstreamNotUnderstoodError('The request would leave the address that was reviewed.', 'no')
    // An operation with a server of its own goes there only where the review fixed that origin too.
    if (operation.server !== undefined && !call.origins.includes(address.origin))
      throw new UpstreamNotUnderstoodError('This operation lives at an address that was not reviewed.', 'no', { origin: address.origin })
    const { credential } = call
    const withKey = credential !== null && credential.placement.type !== 'none'
    const reviewedOwn = call.origins.includes(address.origin) ? address.own : NO_ORIGINS
    const headers = built.headers
    headers['x-request-id'] = call.callId
    if (credential !== null) {
      const { cookie, ...rest } = credentialHeaders(credential)
      Object.assign(headers, rest)
      if (cookie !== undefined) headers['cookie'] = headers['cookie'] === undefined ? cookie : `${headers['cookie']}; ${cookie}`
    }
    try {
      const response = await this.#egress.request({
        url: credential?.placement.type === 'query' ? withQueryKey(built.url, credential.placement.name, credential.secret) : built.url,
        method: built.method,
        headers,
        ...(built.body === undefined ? undefined : { body: built.body }),
        reason: call.reason ?? 'user-call',
        origins: withKey ? reviewedOwn : call.origins,
        limits: { headersMs: call.timeoutMs, idleMs: call.timeoutMs, totalMs: call.timeoutMs, maxBytes: call.maxBytes },
        signal: call.signal,
      })
      const refusal = refusalOfStatus(response, withKey, isHarmless, this.#clock.now())
      if (refusal !== null) {
        await response.body.discard()
        throw refusal
      }
      const answer = readAnswer(response.status, response.headers, await response.body.bytes(), operation.answersHtml)
      switch (answer.kind) {
        case 'result':
          return { kind: 'result', result: await keepReturned(answer.result, call.files), era: 'openapi' }
        case 'file':
          return { kind: 'result', result: await keepBig(answer, call.files), era: 'openapi' }
        case 'not-understood':
          throw new UpstreamNotUnderstoodError(answer.message, isHarmless ? 'no' : 'maybe', { status: response.status, why: answer.why })
      }
    } catch (error) {
      throw failure(error, call.signal, isHarmless)
    }
  }

  #prepare(target: string, operation: OperationBinding): Prepared {
    const known = this.#prepared.get(operation)
    if (known !== undefined && known.target === target) return known
    const made = { target, builder: compileRequest(target, operation), isHarmless: SAFE.has(operation.method) }
    this.#prepared.set(operation, made)
    return made
  }
}
