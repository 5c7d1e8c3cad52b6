/** What of the prebuilt request is replaced for each call. Ten digits in the JSON-RPC id, ten letters in the text. */
export const ID_MARK = '1000000000'
/** Letters, not digits: a run of digits in a text looks like an account number, and that is for filters to judge, not for us to provoke. */
export const WORD_MARK = 'baaaaaaaaa'

/** The parts of one kind of call. `body` holds each mark exactly once. */
export type CallForm = {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One request's bytes, patched in place for each call; a connection has one of its own, since it has one call under way at a time. */
export class RequestTemplate {
  readonly bytes: Buffer
  /** The JSON-RPC id of the call under way, as it stands in the bytes. */
  readonly id: Buffer
  /** The fresh word in the text of the call under way. */
  readonly word: Buffer

  constructor(form: CallForm) {
    const headers = { ...form.headers, host: `${form.host}:${form.port}`, 'content-length': String(Buffer.byteLength(form.body)) }
    const head = `POST ${form.path} HTTP/1.1\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`
    this.bytes = Buffer.from(head + form.body)
    this.id = this.#only(ID_MARK)
    this.word = this.#only(WORD_MARK)
  }

  /** Makes the bytes those of call `serial`, a whole number from 0 to 8,999,999,999. */
  patch(serial: number): void {
    let left = serial + Number(ID_MARK)
    for (let at = 9; at >= 0; at--) {
      const digit = left % 10
      left = (left - digit) / 10
      this.id[at] = 48 + digit
      this.word[at] = 97 + digit
    }
  }

  #only(mark: string): Buffer {
    const at = this.bytes.indexOf(mark)
    if (at < 0 || this.bytes.indexOf(mark, at + 1) >= 0) throw new Error(`a request has to hold ${mark} exactly once`)
    return this.bytes.subarray(at, at + mark.length)
  }
}
