import { getCACertificates } from 'node:tls'
import { type AllowRule, compileRule } from './allow-rule.ts'
import type { Destination } from './destination.ts'
import { Destinations } from './destinations.ts'
import type { DialOptions } from './dial.ts'
import { NameNotFoundError, RequestCancelledError, TimedOutError, UnreachableError } from './egress-errors.ts'
import { defaultLimits, type EgressLimits, type EgressRequest, type EgressResponse, type ExplainOptions, type Explanation } from './egress-request.ts'
import { Exchange } from './exchange.ts'
import { explain } from './explain.ts'
import type { Hop } from './hop.ts'
import { followRedirect } from './redirect.ts'
import { requestHeaders } from './request-headers.ts'
import { type Resolver, shareQuestions, systemResolver, systemTexts, type TextResolver } from './resolve.ts'
import { type ShownTls, showTls } from './show-tls.ts'

/** The only way out of the house. */
export interface Egress {
  /** Sends one request. Rejects with a `Refusal` whose code starts with `egress/`; statuses of the other side are answers, not refusals. */
  request(request: EgressRequest): Promise<EgressResponse>
  /** What would be decided about an address, and about the redirects it answers with, and why. Dials nothing. */
  explain(url: string, options?: ExplainOptions | readonly string[]): Promise<Explanation>
  /** What the other side shows of itself in a TLS handshake, trusted or not; nothing is sent. Null: the address is not https. Rejects as `request` does. */
  showTls(url: URL, signal?: AbortSignal): Promise<ShownTls | null>
  /** The text records of a name, as its name servers give them. Opens no connection to the name. Rejects with a `Refusal` like `request`. */
  texts(hostname: string): Promise<readonly string[]>
  /** Cancels what is running and closes every connection. */
  close(): Promise<void>
}

export type EgressOptions = {
  readonly allow: readonly AllowRule[]
  /** Opens loopback and private addresses, by http too. For development only: every user could reach every service nearby. */
  readonly dangerouslyAllowPrivateAddresses?: boolean
  readonly resolve?: Resolver
  readonly resolveTexts?: TextResolver
  readonly limits?: Partial<EgressLimits>
  /** Connections to one address of one origin. Further requests wait. */
  readonly connections?: number
  /** Certificate authorities of the operator, in PEM, beside the public ones. */
  readonly authorities?: readonly string[]
  /** Monotonic milliseconds; tests move it. */
  readonly now?: () => number
}

/** @throws RangeError when an allow rule makes no sense */
export function createEgress(options: EgressOptions): Egress & AsyncDisposable {
  return new Gate(options)
}

class Gate implements Egress, AsyncDisposable {
  readonly #limits: EgressLimits
  readonly #destinations: Destinations
  readonly #trust: { readonly authorities?: readonly string[] }
  readonly #texts: TextResolver
  #closed = false

  constructor(options: EgressOptions) {
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#texts = options.resolveTexts ?? systemTexts
    const policy = { rules: options.allow.map(compileRule), dangerouslyAllowPrivateAddresses: options.dangerouslyAllowPrivateAddresses === true }
    const dialling: DialOptions = {
      connectMs: this.#limits.connectMs,
      connections: options.connections ?? 256,
      ...(options.authorities === undefined ? {} : { authorities: [...getCACertificates('default'), ...options.authorities] }),
    }
    this.#trust = dialling.authorities === undefined ? {} : { authorities: dialling.authorities }
    this.#destinations = new Destinations(policy, shareQuestions(options.resolve ?? systemResolver), dialling, options.now ?? monotonic)
  }

  request(request: EgressRequest): Promise<EgressResponse> {
    try {
      if (this.#closed) return Promise.reject(new RequestCancelledError(false))
      return this.#send({
        request,
        url: request.url,
        method: request.method,
        headers: requestHeaders(request.headers, request.reason),
        body: request.body ?? null,
        redirects: 0,
        limits: request.limits === undefined ? this.#limits : { ...this.#limits, ...request.limits },
        startedAt: performance.now(),
      })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  explain(text: string, options: ExplainOptions | readonly string[] = {}): Promise<Explanation> {
    return explain(text, 'length' in options ? { addresses: options } : options, (url, given) => this.#destinations.judge(url, given))
  }

  async showTls(url: URL, signal?: AbortSignal): Promise<ShownTls | null> {
    if (url.protocol !== 'https:') return null
    if (this.#closed) throw new RequestCancelledError(false)
    const { preferred } = await this.#destinations.check(new URL(url))
    return await showTls(url, preferred, { timeoutMs: this.#limits.connectMs, ...this.#trust, ...(signal === undefined ? {} : { signal }) })
  }

  async texts(hostname: string): Promise<readonly string[]> {
    if (this.#closed) throw new RequestCancelledError(false)
    try {
      return await this.#texts(hostname)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'ENOTFOUND' || code === 'ENODATA') throw new NameNotFoundError(hostname)
      throw new UnreachableError(hostname, 'name', false, error)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#destinations.destroy()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #send(hop: Hop): Promise<EgressResponse> {
    const { url } = hop
    if (url.username === '' && url.password === '') {
      const known = this.#destinations.fresh(url)
      if (known !== undefined) return new Exchange(hop, known, this.#follow).start()
    }
    return this.#sendAfterCheck({ ...hop, url: new URL(url) })
  }

  async #sendAfterCheck(hop: Hop): Promise<EgressResponse> {
    const destination = await within(this.#destinations.check(hop.url), hop)
    return new Exchange(hop, destination, this.#follow).start()
  }

  readonly #follow = async (hop: Hop, status: number, location: string): Promise<EgressResponse> => this.#send(followRedirect(hop, status, location))
}

/** Name servers can be slow too: looking up counts as connecting. */
function within(checked: Promise<Destination>, hop: Hop): Promise<Destination> {
  return new Promise((resolve, reject) => {
    const { signal } = hop.request
    const cancel = () => reject(new RequestCancelledError(false, signal?.reason))
    if (signal?.aborted === true) cancel()
    signal?.addEventListener('abort', cancel, { once: true })
    const left = hop.limits.totalMs - (performance.now() - hop.startedAt)
    const phase = left < hop.limits.connectMs ? 'total' : 'connect'
    const timer = setTimeout(() => reject(new TimedOutError(hop.url.hostname, phase, false)), Math.min(hop.limits.connectMs, Math.max(left, 0)))
    checked.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    })
  })
}

const monotonic = () => performance.now()
