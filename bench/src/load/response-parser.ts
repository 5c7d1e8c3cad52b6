/** One complete HTTP/1.1 answer. `body` is only valid until the callback returns: it may be a view into the socket's read buffer. */
export type HttpAnswer = {
  readonly status: number
  /** Lower case, without parameters; empty when the answer named none. */
  readonly contentType: string
  readonly body: Buffer
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean
}

/** The bytes on the wire are not an HTTP/1.1 answer. */
export class MalformedAnswerError extends Error {
  override readonly name = 'MalformedAnswerError'
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')
const MAX_HEAD = 64 * 1024
const NOTHING = Buffer.alloc(0)

type State = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'until-close'

/**
 * Reads HTTP/1.1 answers (RFC 9112 sections 4 to 7) out of a byte stream cut anywhere: by content-length, chunked, or until the peer closes.
 * It does as little as a load generator needs, because its own cost is paid out of the core it shares with the upstream.
 */
export class ResponseParser {
  readonly #onAnswer: (answer: HttpAnswer) => void
  #state: State = 'head'
  /** An unfinished head or line from earlier reads. */
  #carry = NOTHING
  #pieces: Buffer[] = []
  /** Pieces before this index are copies of our own; later ones are views into the current read. */
  #owned = 0
  #remaining = 0
  #status = 0
  #contentType = ''
  #keepAlive = true

  constructor(onAnswer: (answer: HttpAnswer) => void) {
    this.#onAnswer = onAnswer
  }

  /** Takes the next bytes; they may be overwritten by the caller afterwards. @throws MalformedAnswerError */
  push(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) rest = this.#step(rest)
    for (; this.#owned < this.#pieces.length; this.#owned++) this.#pieces[this.#owned] = Buffer.from(this.#pieces[this.#owned] ?? NOTHING)
  }

  /** The peer closed. True when that was a proper place to close; an answer without a declared length ends here. */
  end(): boolean {
    if (this.#state === 'until-close') {
      this.#finish()
      return true
    }
    return this.#state === 'head' && this.#carry.length === 0
  }

  #step(rest: Buffer): Buffer {
    switch (this.#state) {
      case 'head':
        return this.#upTo(rest, HEAD_END, (head) => this.#readHead(head))
      case 'chunk-size':
        return this.#upTo(rest, LINE_END, (line) => this.#readChunkSize(line))
      case 'chunk-end':
        return this.#upTo(rest, LINE_END, (line) => {
          if (line.length > 0) throw new MalformedAnswerError('a chunk is longer than it said')
          this.#state = 'chunk-size'
        })
      case 'trailer':
        return this.#upTo(rest, LINE_END, (line) => {
          if (line.length === 0) this.#finish()
        })
      case 'until-close':
        this.#pieces.push(rest)
        return NOTHING
      case 'length':
      case 'chunk-data':
        return this.#take(rest)
    }
  }

  #upTo(rest: Buffer, delimiter: Buffer, use: (found: Buffer) => void): Buffer {
    const bytes = this.#carry.length === 0 ? rest : Buffer.concat([this.#carry, rest])
    const at = bytes.indexOf(delimiter)
    if (at < 0) {
      if (bytes.length > MAX_HEAD) throw new MalformedAnswerError('a head or line without an end')
      this.#carry = Buffer.from(bytes)
      return NOTHING
    }
    this.#carry = NOTHING
    use(bytes.subarray(0, at))
    return bytes.subarray(at + delimiter.length)
  }

  #take(rest: Buffer): Buffer {
    const piece = rest.subarray(0, this.#remaining)
    this.#pieces.push(piece)
    this.#remaining -= piece.length
    if (this.#remaining === 0) {
      if (this.#state === 'length') this.#finish()
      else this.#state = 'chunk-end'
    }
    return rest.subarray(piece.length)
  }

  #readHead(head: Buffer): void {
    const text = head.toString('latin1')
    const status = /^HTTP\/1\.([01]) (\d{3})/.exec(text)
    if (status === null) throw new MalformedAnswerError(`not an HTTP answer: ${text.slice(0, 40)}`)
    this.#status = Number(status[2])
    // Interim answers carry no body and announce the real one (RFC 9110 section 15.2).
    if (this.#status < 200) return
    this.#contentType = (/^content-type:[ \t]*([^;\r\n]*)/im.exec(text)?.[1] ?? '').trim().toLowerCase()
    const connection = /^connection:[ \t]*([^\r\n]*)/im.exec(text)?.[1]?.toLowerCase() ?? ''
    this.#keepAlive = status[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive')
    const length = /^content-length:[ \t]*(\d+)[ \t]*$/im.exec(text)?.[1]
    if (/^transfer-encoding:[^\r\n]*chunked/im.test(text)) this.#state = 'chunk-size'
    else if (this.#status === 204 || this.#status === 304 || length === '0') this.#finish()
    else if (length !== undefined) {
      this.#remaining = Number(length)
      this.#state = 'length'
    } else {
      this.#keepAlive = false
      this.#state = 'until-close'
    }
  }

  #readChunkSize(line: Buffer): void {
    const size = /^[ \t]*([0-9a-f]{1,8})[ \t]*(?:;|$)/i.exec(line.toString('latin1'))?.[1]
    if (size === undefined) throw new MalformedAnswerError('a chunk without a size')
    this.#remaining = Number.parseInt(size, 16)
    this.#state = this.#remaining === 0 ? 'trailer' : 'chunk-data'
  }

  #finish(): void {
    const body = this.#pieces.length === 1 ? (this.#pieces[0] ?? NOTHING) : Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#owned = 0
    this.#state = 'head'
    this.#onAnswer({ status: this.#status, contentType: this.#contentType, body, keepAlive: this.#keepAlive })
  }
}
