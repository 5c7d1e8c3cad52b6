/** One event of a `text/event-stream` (HTML standard, section 9.2). */
export type SseEvent = {
  /** `message` when the stream names none. */
  readonly type: string
  /** The data lines joined by line feeds; empty for an event that only carries an id. */
  readonly data: string
}

/** The stream has a line or an event that is longer than allowed. Whoever reads the stream turns this into a refusal. */
export class SseTooLargeError extends Error {
  override readonly name = 'SseTooLargeError'
  constructor(what: 'line' | 'event', limit: number) {
    super(`an SSE ${what} is longer than ${limit} characters`)
  }
}

/**
 * Reads an event stream piece by piece, whatever the pieces are: a boundary may fall inside a character, a line end or a field name.
 * Memory is bounded by the two limits (characters), because a hostile sender may never end a line or an event.
 */
export class SseReader {
  /** Id of the last event that had one; what a legacy client sends as `Last-Event-ID`. */
  lastEventId = ''
  /** Milliseconds to wait before connecting again, as the sender asked, or undefined. */
  retryMs: number | undefined = undefined
  readonly #maxLine: number
  readonly #maxEvent: number
  readonly #decoder = new TextDecoder()
  #rest = ''
  #afterCr = false
  #type = ''
  #data: string | undefined = undefined

  constructor(limits: { readonly maxLine: number; readonly maxEvent: number }) {
    this.#maxLine = limits.maxLine
    this.#maxEvent = limits.maxEvent
  }

  /** The events that are complete with this piece. An event that the stream never finishes is never returned, as the standard asks. */
  push(chunk: Uint8Array): SseEvent[] {
    const text = this.#decoder.decode(chunk, { stream: true })
    const events: SseEvent[] = []
    if (text === '') return events
    let at = 0
    if (this.#afterCr) {
      this.#afterCr = false
      if (text.charCodeAt(0) === 0x0a) at = 1
    }
    let lf = text.indexOf('\n', at)
    let cr = text.indexOf('\r', at)
    while (lf !== -1 || cr !== -1) {
      const endsWithCr = cr !== -1 && (lf === -1 || cr < lf)
      const end = endsWithCr ? cr : lf
      const line = this.#bounded(this.#rest + text.slice(at, end))
      this.#rest = ''
      at = end + 1
      if (endsWithCr) {
        if (at === text.length) this.#afterCr = true
        else if (text.charCodeAt(at) === 0x0a) at++
        cr = text.indexOf('\r', at)
      }
      if (lf !== -1 && lf < at) lf = text.indexOf('\n', at)
      const event = this.#take(line)
      if (event !== undefined) events.push(event)
    }
    this.#rest = this.#bounded(this.#rest + text.slice(at))
    return events
  }

  #bounded(line: string): string {
    if (line.length > this.#maxLine) throw new SseTooLargeError('line', this.#maxLine)
    return line
  }

  #take(line: string): SseEvent | undefined {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return undefined
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1)
    switch (field) {
      case 'data':
        this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
        if (this.#data.length > this.#maxEvent) throw new SseTooLargeError('event', this.#maxEvent)
        break
      case 'event':
        this.#type = value
        break
      case 'id':
        if (!value.includes('\0')) this.lastEventId = value
        break
      case 'retry':
        if (/^[0-9]{1,10}$/.test(value)) this.retryMs = Number(value)
        break
    }
    return undefined
  }

  #dispatch(): SseEvent | undefined {
    const data = this.#data
    const type = this.#type === '' ? 'message' : this.#type
    this.#data = undefined
    this.#type = ''
    return data === undefined ? undefined : { type, data }
  }
}
