import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { Decoder, encodingOf, type Sink } from './decode.ts'
import type { Destination } from './destination.ts'
import { RequestCancelledError, ResponseTooLargeError, TimedOutError, UnreachableError } from './egress-errors.ts'
import type { EgressResponse } from './egress-request.ts'
import { exchangeError } from './exchange-error.ts'
import type { Hop } from './hop.ts'
import { type Flow, ReceivedBody } from './received-body.ts'
import { isRedirect } from './redirect.ts'
import { responseHeaders } from './response-headers.ts'

/** Sends the hop that a redirect asks for. */
export type Follow = (hop: Hop, status: number, location: string) => Promise<EgressResponse>

type Phase = 'waiting' | 'sent' | 'receiving' | 'over'

/** Interim answers (1xx) before the final one. */
const MAX_INTERIM = 16

const ONCE = { once: true } as const

/**
 * One hop, from dispatch to the last byte. It is the handler, the timer's target and the abort listener in one object:
 * this is the hot path, and closures and timers per call are what it would cost otherwise.
 */
export class Exchange implements Dispatcher.DispatchHandler, Flow, Sink {
  readonly #hop: Hop
  readonly #destination: Destination
  readonly #follow: Follow
  #resolve: (response: EgressResponse | Promise<EgressResponse>) => void = ignore
  #reject: (error: Error) => void = ignore
  #address: string
  #attempts = 0
  #phase: Phase = 'waiting'
  #controller: Dispatcher.DispatchController | null = null
  #timer: NodeJS.Timeout | null = null
  #body: ReceivedBody | null = null
  #decoder: Decoder | null = null
  #arrived = false
  #interim = 0

  constructor(hop: Hop, destination: Destination, follow: Follow) {
    this.#hop = hop
    this.#destination = destination
    this.#follow = follow
    this.#address = destination.preferred
  }

  start(): Promise<EgressResponse> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      const { signal } = this.#hop.request
      if (signal !== undefined) {
        if (signal.aborted) {
          this.handleEvent()
          return
        }
        signal.addEventListener('abort', this, ONCE)
      }
      const left = this.#left()
      this.#timer = setTimeout(timePassed, Math.min(this.#hop.limits.connectMs, left), this)
      this.#dispatch()
    })
  }

  /** The caller's signal was aborted. */
  handleEvent(): void {
    this.stop(new RequestCancelledError(this.#phase !== 'waiting', this.#hop.request.signal?.reason))
  }

  timePassed(): void {
    const left = this.#left()
    const host = this.#hop.url.hostname
    if (left <= 1) this.stop(new TimedOutError(host, 'total', this.#phase !== 'waiting'))
    else if (this.#phase === 'waiting') this.stop(new TimedOutError(host, 'connect', false))
    else this.#timer = setTimeout(timePassed, left, this)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while waiting for a connection. Throwing here drops the request and spares the connection; abort would close it.
    if (this.#phase === 'over') throw new RequestCancelledError(false)
    this.#phase = 'sent'
    this.#controller = controller
    this.#destination.reached(this.#address)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, raw: IncomingHttpHeaders): void {
    if (this.#phase === 'over') return
    if (status < 200) {
      // Each of them resets nothing, but a flood of them would keep this thread busy until the time is over.
      if (++this.#interim > MAX_INTERIM) throw new UnreachableError(this.#hop.url.hostname, 'not-http', true)
      return
    }
    const headers = responseHeaders(raw, Array.isArray(controller.rawHeaders) ? controller.rawHeaders.length / 2 : 0)
    if (isRedirect(status) && headers['location'] !== undefined) {
      this.#settle()
      this.#resolve(this.#follow(this.#hop, status, headers['location']))
      controller.abort(new RequestCancelledError(true))
      return
    }
    const { maxBytes } = this.#hop.limits
    const encoding = encodingOf(headers['content-encoding'])
    if (encoding !== null) this.#decoder = new Decoder(encoding, this)
    else if (this.#hop.method !== 'HEAD' && Number(headers['content-length'] ?? 0) > maxBytes) throw new ResponseTooLargeError('body', maxBytes)
    this.#phase = 'receiving'
    this.#body = new ReceivedBody(this, maxBytes)
    this.#resolve({ status, headers, url: this.#hop.url, body: this.#body })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#phase === 'over') return
    if (this.#decoder === null) this.push(chunk)
    else if (!this.#decoder.write(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#phase === 'over') return
    this.#arrived = true
    if (this.#decoder === null) this.finish()
    else this.#decoder.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#phase === 'over') return
    // Nothing was sent, so another address of the same checked answer may be tried, whatever the method.
    if (this.#phase === 'waiting') {
      const next = this.#destination.after(this.#address, ++this.#attempts)
      if (next !== null) {
        this.#address = next
        this.#dispatch()
        return
      }
    }
    this.#fail(exchangeError(error, this.#hop.url.hostname, this.#phase !== 'waiting'))
  }

  push(chunk: Buffer): void {
    this.#body?.push(chunk)
  }

  finish(): void {
    if (this.#phase === 'over') return
    this.#settle()
    this.#body?.end()
    // The compressed data ended and the sender goes on: nobody reads that, and no timer watches it any more.
    if (!this.#arrived) this.#controller?.abort(new RequestCancelledError(true))
  }

  pause(): void {
    if (this.#decoder === null) this.#controller?.pause()
    else this.#decoder.pause()
  }

  resume(): void {
    if (this.#decoder === null) this.#controller?.resume()
    else this.#decoder.resume()
  }

  drained(): void {
    this.#controller?.resume()
  }

  stop(error: Error = new RequestCancelledError(true)): void {
    this.#fail(error)
    this.#controller?.abort(error)
  }

  #dispatch(): void {
    const { url, method, headers, body, limits } = this.#hop
    const pool = this.#destination.pool(this.#address)
    if (pool === null) {
      this.#fail(new UnreachableError(url.hostname, 'connect', false))
      return
    }
    const path = url.pathname + url.search
    pool.dispatch({ path, method, headers, body, headersTimeout: limits.headersMs, bodyTimeout: limits.idleMs }, this)
  }

  #fail(error: Error): void {
    if (this.#phase === 'over') return
    this.#settle()
    this.#decoder?.destroy()
    if (this.#body === null) this.#reject(error)
    else this.#body.fail(error)
  }

  #settle(): void {
    this.#phase = 'over'
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#hop.request.signal?.removeEventListener('abort', this)
  }

  #left(): number {
    return this.#hop.limits.totalMs - (performance.now() - this.#hop.startedAt)
  }
}

function timePassed(exchange: Exchange): void {
  exchange.timePassed()
}

function ignore(): void {}
