import { connect, type Socket } from 'node:net'
import { echoedText, rpcAnswer } from './echoed.ts'
import type { LoadJob } from './load.ts'
import { RequestTemplate, WORD_MARK } from './request-template.ts'
import { type HttpAnswer, ResponseParser } from './response-parser.ts'

/** What a connection tells the cell it belongs to. */
export type ConnectionEvents = {
  nextSerial(): number
  mayContinue(): boolean
  answered(milliseconds: number, checked: boolean): void
  failed(reason: string): void
}

const RECONNECT_MS = 50

/** One keep-alive socket with one call under way at a time. It reconnects when the target closes, and ends when the cell does. */
export class Connection {
  readonly #job: LoadJob
  readonly #events: ConnectionEvents
  readonly #template: RequestTemplate
  #socket: Socket | undefined
  #parser = new ResponseParser((answer) => this.#receive(answer))
  #sentAt = 0
  #waiting = false
  #count = 0
  #done: (() => void) | undefined

  constructor(job: LoadJob, events: ConnectionEvents) {
    this.#job = job
    this.#events = events
    this.#template = new RequestTemplate(job.form)
  }

  /** Calls until the cell ends; resolves after the last answer. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.#done = resolve
      this.#open()
    })
  }

  /** Ends a connection whose answer does not come. */
  abandon(reason: string): void {
    if (this.#done === undefined) return
    if (this.#waiting) this.#events.failed(reason)
    this.#waiting = false
    this.#close()
  }

  #open(): void {
    this.#parser = new ResponseParser((answer) => this.#receive(answer))
    const socket = connect({
      host: this.#job.form.host,
      port: this.#job.form.port,
      noDelay: true,
      // Reading into one buffer of our own skips the stream machinery: the load generator shares its core with the upstream.
      onread: {
        buffer: Buffer.allocUnsafe(64 * 1024),
        callback: (length, buffer) => {
          this.#read(Buffer.from(buffer.buffer, buffer.byteOffset, length))
          return true
        },
      },
    })
    this.#socket = socket
    socket.on('connect', () => this.#send())
    socket.on('end', () => this.#parser.end())
    socket.on('error', (error) => this.#lost(socket, error.message))
    socket.on('close', () => this.#lost(socket, 'the connection was closed before the answer'))
  }

  #read(bytes: Buffer): void {
    try {
      this.#parser.push(bytes)
    } catch (error) {
      this.#lost(this.#socket, error instanceof Error ? error.message : String(error))
    }
  }

  #send(): void {
    if (!this.#events.mayContinue()) {
      this.#close()
      return
    }
    this.#template.patch(this.#events.nextSerial())
    this.#waiting = true
    this.#sentAt = performance.now()
    this.#socket?.write(this.#template.bytes)
  }

  #receive(answer: HttpAnswer): void {
    const took = performance.now() - this.#sentAt
    if (!this.#waiting) {
      this.#events.failed('an answer that nobody asked for')
      return
    }
    this.#waiting = false
    const whole = this.#count++ % this.#job.checkEvery === 0
    const wrong = this.#wrongWith(answer, whole)
    if (wrong === null) this.#events.answered(took, whole)
    else this.#events.failed(wrong)
    if (answer.keepAlive) this.#send()
    else this.#socket?.destroy()
  }

  #wrongWith(answer: HttpAnswer, whole: boolean): string | null {
    if (answer.status !== 200) return `status ${answer.status}: ${answer.body.toString('utf8', 0, 300)}`
    if (!answer.body.includes(this.#template.id) || !answer.body.includes(this.#template.word)) {
      return `not the answer to this call: ${answer.body.toString('utf8', 0, 300)}`
    }
    if (!whole) return null
    try {
      const found = echoedText(
        rpcAnswer(answer.contentType, answer.body.toString('utf8'), Number(this.#template.id.toString('latin1'))),
        this.#job.shape,
      )
      if ('wrong' in found) return found.wrong
      const wanted = this.#job.text.replace(WORD_MARK, this.#template.word.toString('latin1')) + this.#job.added
      return found.text === wanted ? null : 'the echo differs from what was sent'
    } catch {
      return `not JSON: ${answer.body.toString('utf8', 0, 300)}`
    }
  }

  #lost(socket: Socket | undefined, reason: string): void {
    // A socket ends once, but says so with an error and a close.
    if (socket === undefined || socket !== this.#socket || this.#done === undefined) return
    this.#socket = undefined
    socket.destroy()
    if (this.#waiting) this.#events.failed(reason)
    this.#waiting = false
    if (this.#events.mayContinue()) setTimeout(() => this.#open(), RECONNECT_MS)
    else this.#close()
  }

  #close(): void {
    const done = this.#done
    this.#done = undefined
    this.#socket?.destroy()
    done?.()
  }
}
