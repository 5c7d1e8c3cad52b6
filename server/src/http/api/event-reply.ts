import type { FastifyReply, FastifyRequest } from 'fastify'
import { SECOND } from '../../lib/index.ts'

/** Events that may wait for a slow reader. */
const MOST_UNSENT_BYTES = 64 * 1024

/** An answer as server-sent events: what is told on the way, then the answer. It begins with the first of them, so that an early no keeps its status. */
export class EventReply {
  readonly #reply: FastifyReply
  #keepAlive: NodeJS.Timeout
  begun = false

  constructor(reply: FastifyReply) {
    this.#reply = reply
    // Nothing in between is to close a stream because a tool takes its time, or a person does.
    this.#keepAlive = setInterval(() => this.#write(': wait\n\n'), 15 * SECOND)
    this.#keepAlive.unref()
    reply.raw.once('close', () => clearInterval(this.#keepAlive))
  }

  static isWanted({ headers }: FastifyRequest): boolean {
    return (headers.accept ?? '').toLowerCase().includes('text/event-stream')
  }

  /** Whoever reads slower than a connector talks misses some of it; what is told later says more anyway. */
  tell(event: string, data: unknown): void {
    if (this.#reply.raw.writableLength <= MOST_UNSENT_BYTES) this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** @param json JSON text, which has no line breaks of its own */
  end(event: string, json: string): void {
    clearInterval(this.#keepAlive)
    this.#write(`event: ${event}\ndata: ${json}\n\n`)
    this.#reply.raw.end()
  }

  #write(text: string): void {
    const { raw } = this.#reply
    if (raw.destroyed || raw.writableEnded) return
    if (!this.begun) {
      this.begun = true
      this.#reply.hijack()
      raw.writeHead(200, { ...(this.#reply.getHeaders() as Record<string, string>), 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    }
    raw.write(text)
  }
}
