import type { Json, JsonObject } from '../lib/index.ts'
import type { ServerSpec } from './runner-file.ts'
import { type ProcessEvents, StdioProcess } from './stdio-process.ts'

/** Where answers to one HTTP request go. */
export type Replies = {
  /** A notification or a request of the process, ahead of the answer. */
  readonly push: (message: JsonObject) => void
  readonly answer: (message: JsonObject) => void
}

type Pending = { readonly id: Json; readonly replies: Replies; readonly timer: NodeJS.Timeout; readonly progressToken: Json | undefined }

export type SessionStart = Omit<ConstructorParameters<typeof StdioProcess>[1], 'credential'> & {
  readonly said: (line: string) => void
  readonly ended: (reason: string) => void
}

const errorFor = (id: Json, message: string): JsonObject => ({ jsonrpc: '2.0', id, error: { code: -32603, message } })

/**
 * A conversation with one process of a stdio server (MCP 2025-11-25, stdio transport), as several HTTP requests see it. Request ids are renumbered,
 * since two nodes of a gateway may use the same one at the same time.
 */
export class RunnerSession {
  readonly #spec: ServerSpec
  readonly #process: StdioProcess
  readonly #pending = new Map<number, Pending>()
  /** The stream for messages that belong to no request. */
  #standing: ((message: JsonObject) => void) | null = null
  #next = 0
  #idle: NodeJS.Timeout | undefined
  #over: string | null = null

  constructor(spec: ServerSpec, credential: string | null, start: SessionStart) {
    this.#spec = spec
    const events: ProcessEvents = {
      message: (message) => this.#received(message),
      said: start.said,
      ended: (reason) => {
        this.#over = reason
        clearTimeout(this.#idle)
        for (const [number, { id, replies }] of this.#pending) {
          this.#settle(number)
          replies.answer(errorFor(id, `The server of this connector stopped: ${reason}.`))
        }
        start.ended(reason)
      },
    }
    this.#process = new StdioProcess(spec, { ...start, credential }, events)
    this.#rest()
  }

  get exited(): Promise<void> {
    return this.#process.exited
  }

  /** Passes a request on. The answer comes once, whatever happens to the process. @returns what takes the request back */
  ask(request: JsonObject & { readonly id: Json }, replies: Replies): () => void {
    if (this.#over !== null || !this.#process.alive) {
      replies.answer(errorFor(request.id, `The server of this connector stopped${this.#over === null ? '' : `: ${this.#over}`}.`))
      return () => {}
    }
    const number = ++this.#next
    const seconds = this.#spec.callTimeoutSeconds
    const timer = setTimeout(() => {
      this.#cancel(number, `no answer within ${seconds} s`)
      replies.answer(errorFor(request.id, `The server of this connector did not answer within ${seconds} s.`))
    }, seconds * 1_000)
    const params = request['params'] as { readonly _meta?: { readonly progressToken?: Json } } | undefined
    this.#pending.set(number, { id: request.id, replies, timer, progressToken: params?._meta?.progressToken })
    clearTimeout(this.#idle)
    this.#process.send({ ...request, id: number })
    return () => this.#cancel(number, 'nobody waits for it any more')
  }

  /** A notification, or the answer to something that the process asked. */
  tell(message: JsonObject): void {
    if (message['method'] !== 'notifications/cancelled') {
      this.#process.send(message)
      return
    }
    const params = message['params'] as { readonly requestId?: Json } | undefined
    for (const [number, { id }] of this.#pending)
      if (id === params?.requestId) this.#process.send({ ...message, params: { ...params, requestId: number } })
  }

  /** Messages that belong to no request go here from now on. @returns what ends that */
  listen(push: (message: JsonObject) => void): () => void {
    this.#standing = push
    clearTimeout(this.#idle)
    return () => {
      if (this.#standing !== push) return
      this.#standing = null
      this.#rest()
    }
  }

  stop(reason: string): void {
    this.#process.stop(reason)
  }

  #cancel(number: number, reason: string): void {
    if (!this.#pending.has(number)) return
    this.#settle(number)
    this.#process.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: number, reason } })
  }

  #settle(number: number): void {
    clearTimeout(this.#pending.get(number)?.timer)
    this.#pending.delete(number)
    this.#rest()
  }

  #rest(): void {
    clearTimeout(this.#idle)
    if (this.#pending.size > 0 || this.#standing !== null || this.#over !== null) return
    this.#idle = setTimeout(() => this.stop('nobody asked it anything for a while'), this.#spec.idleStopSeconds * 1_000)
    this.#idle.unref()
  }

  #received(message: JsonObject): void {
    const isAnswer = message['method'] === undefined
    if (isAnswer) {
      const number = message['id']
      const pending = typeof number === 'number' ? this.#pending.get(number) : undefined
      if (pending === undefined || typeof number !== 'number') return
      this.#settle(number)
      pending.replies.answer({ ...message, id: pending.id })
      return
    }
    this.#whereTo(message)?.(message)
  }

  /** Progress goes to its request. Anything else to the stream that stands, or to the newest request: a process does not say what it is about. */
  #whereTo(message: JsonObject): ((message: JsonObject) => void) | null {
    if (message['method'] === 'notifications/progress') {
      const token = (message['params'] as { readonly progressToken?: Json } | undefined)?.progressToken
      for (const { progressToken, replies } of this.#pending.values()) if (progressToken !== undefined && progressToken === token) return replies.push
      return null
    }
    return this.#standing ?? [...this.#pending.values()].at(-1)?.replies.push ?? null
  }
}
