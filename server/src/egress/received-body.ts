import { ResponseTooLargeError } from './egress-errors.ts'
import type { EgressBody } from './egress-request.ts'

/** The valve at the other end of a body. */
export interface Flow {
  pause(): void
  resume(): void
  /** The reader has had enough. */
  stop(): void
}

/** Held for a slow reader before the sender is made to wait. */
const HIGH_WATER = 256 * 1024
/** Chunks below this are gathered: a hostile sender can cut a body into single bytes, and each Buffer costs a hundred. */
const SMALL = 1024
const GATHER = 8 * 1024

/** A decoded body between the connection, which pushes, and one reader, who pulls. */
export class ReceivedBody implements EgressBody {
  readonly #flow: Flow
  readonly #maxBytes: number
  #chunks: Buffer[] = []
  #gathered: Buffer | null = null
  #gatheredLength = 0
  #held = 0
  #total = 0
  #ended = false
  #error: Error | null = null
  #taken = false
  #whole = false
  #paused = false
  #wake: (() => void) | null = null

  constructor(flow: Flow, maxBytes: number) {
    this.#flow = flow
    this.#maxBytes = maxBytes
  }

  /** @throws ResponseTooLargeError when the body outgrows its limit */
  push(chunk: Buffer): void {
    this.#total += chunk.length
    if (this.#total > this.#maxBytes) throw new ResponseTooLargeError('body', this.#maxBytes)
    this.#held += chunk.length
    if (chunk.length < SMALL && (this.#chunks.length > 0 || this.#gathered !== null)) this.#gather(chunk)
    else {
      this.#ungather()
      this.#chunks.push(chunk)
    }
    if (this.#held > HIGH_WATER && !this.#whole && !this.#paused) {
      this.#paused = true
      this.#flow.pause()
    }
    if (!this.#whole) this.#wakeReader()
  }

  end(): void {
    this.#ended = true
    this.#wakeReader()
  }

  fail(error: Error): void {
    this.#error = error
    this.#wakeReader()
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.#take()
    return {
      next: () => this.#next(),
      return: async () => {
        await this.#drop()
        return { done: true, value: undefined }
      },
    }
  }

  async bytes(): Promise<Buffer> {
    this.#take()
    this.#whole = true
    this.#resume()
    while (!this.#ended && this.#error === null) await this.#more()
    if (this.#error !== null) throw this.#error
    this.#ungather()
    const [first] = this.#chunks
    const all = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    this.#chunks = []
    return all
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString('utf8')
  }

  async discard(): Promise<void> {
    this.#taken = true
    await this.#drop()
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      if (this.#chunks.length === 0) this.#ungather()
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) {
        this.#held -= chunk.length
        if (this.#held < HIGH_WATER / 2) this.#resume()
        return { done: false, value: chunk }
      }
      if (this.#error !== null) throw this.#error
      if (this.#ended) return { done: true, value: undefined }
      await this.#more()
    }
  }

  async #drop(): Promise<void> {
    this.#chunks = []
    this.#gathered = null
    this.#held = 0
    if (!this.#ended && this.#error === null) this.#flow.stop()
  }

  #take(): void {
    if (this.#taken) throw new TypeError('this body has been read already')
    this.#taken = true
  }

  #gather(chunk: Buffer): void {
    if (this.#gathered === null || this.#gatheredLength + chunk.length > GATHER) {
      this.#ungather()
      this.#gathered = Buffer.allocUnsafeSlow(GATHER)
    }
    this.#gatheredLength += chunk.copy(this.#gathered, this.#gatheredLength)
  }

  #ungather(): void {
    if (this.#gathered === null) return
    this.#chunks.push(this.#gathered.subarray(0, this.#gatheredLength))
    this.#gathered = null
    this.#gatheredLength = 0
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#flow.resume()
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #wakeReader(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}
