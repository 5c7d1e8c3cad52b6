import type { ServerResponse } from 'node:http'
import { type Json, type Refusal, refusalBody } from '../../lib/index.ts'
import type { McpError, RequestId } from '../../protocol/mcp/index.ts'

/** Sends a JSON text. */
export function sendJson(res: ServerResponse, status: number, body: string, headers?: Readonly<Record<string, string>>): void {
  if (res.headersSent || res.destroyed) return
  res
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', ...headers })
    .end(body)
}

/** The JSON text of a successful answer; the result is given as text because it was written once already. */
export function resultMessage(id: RequestId, resultText: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultText}}`
}

export function errorMessage(error: McpError, id: RequestId | null): string {
  const data: Json | undefined = error.data
  return JSON.stringify({
    jsonrpc: '2.0',
    id: error.id ?? id,
    error: { code: error.code, message: error.message, ...(data === undefined ? {} : { data }) },
  })
}

/** Under which key a tool result carries our refusal in a form for programs. */
export const REFUSAL_META = 'dev.handfast/refusal'

/** A refusal as a tool result, so that the model reads what happened and who has to act (2026-07-28 server/tools, error handling). */
export function refusalResult(refusal: Refusal): string {
  return JSON.stringify({ content: [{ type: 'text', text: refusal.message }], isError: true, _meta: { [REFUSAL_META]: refusalBody(refusal) } })
}

/** Notifications that may wait for a slow reader. */
const MOST_UNSENT_BYTES = 64 * 1024

/**
 * The answer to one POST: plain JSON, or, once something has to be told before the result, an event stream that ends with it.
 */
export class Reply {
  readonly #res: ServerResponse
  #streaming = false

  constructor(res: ServerResponse) {
    this.#res = res
  }

  /** A notification that belongs to this request. */
  notify(message: Json): void {
    if (this.#res.destroyed || this.#res.writableEnded) return
    // Whoever reads slower than a connector talks misses some of it; what is told later says more anyway.
    if (this.#res.writableLength > MOST_UNSENT_BYTES) return
    if (!this.#streaming) {
      this.#streaming = true
      openStream(this.#res)
    }
    this.#res.write(eventOf(JSON.stringify(message)))
  }

  /** A request of ours, on the stream of the assistant's own (2025-11-25 and earlier). @returns whether it could be put there */
  ask(message: Json): boolean {
    if (this.#res.destroyed || this.#res.writableEnded) return false
    if (!this.#streaming) {
      this.#streaming = true
      openStream(this.#res)
    }
    this.#res.write(eventOf(JSON.stringify(message)))
    return true
  }

  /** Hears that nobody reads this any more. */
  onGone(gone: () => void): void {
    this.#res.once('close', gone)
  }

  end(body: string, status = 200): void {
    if (this.#streaming) this.#res.end(eventOf(body))
    else sendJson(this.#res, status, body)
  }

  /** Ends without an answer: an empty stream, or the one that was begun. */
  close(): void {
    if (this.#res.destroyed) return
    if (!this.#streaming) openStream(this.#res)
    this.#res.end()
  }
}

export function eventOf(data: string): string {
  return `event: message\ndata: ${data}\n\n`
}

export function openStream(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  res.flushHeaders()
}
