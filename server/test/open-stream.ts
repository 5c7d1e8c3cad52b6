/** An event stream that a test reads one message at a time. */
export class OpenStream implements AsyncDisposable {
  readonly status: number
  /** Settles when the server has ended the stream. */
  readonly ended: Promise<void>
  readonly #abort: AbortController
  readonly #messages: unknown[] = []
  #more = Promise.withResolvers<void>()

  private constructor(response: Response, abort: AbortController) {
    this.status = response.status
    this.#abort = abort
    this.ended = this.#read(response).finally(() => this.#more.resolve())
    this.ended.catch(() => {})
  }

  static async post(url: string, token: string, body: object, headers: Readonly<Record<string, string>>): Promise<OpenStream> {
    return OpenStream.#open(url, token, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })
  }

  static async get(url: string, token: string, headers: Readonly<Record<string, string>>): Promise<OpenStream> {
    return OpenStream.#open(url, token, { method: 'GET', headers })
  }

  static async #open(url: string, token: string, init: RequestInit & { headers: Readonly<Record<string, string>> }): Promise<OpenStream> {
    const abort = new AbortController()
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream', ...init.headers }
    return new OpenStream(await fetch(url, { ...init, headers, signal: abort.signal }), abort)
  }

  async #read(response: Response): Promise<void> {
    let text = ''
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString('utf8')
      for (let cut = text.indexOf('\n\n'); cut >= 0; cut = text.indexOf('\n\n')) {
        const data = text
          .slice(0, cut)
          .split('\n')
          .find((line) => line.startsWith('data: '))
        text = text.slice(cut + 2)
        if (data === undefined) continue
        this.#messages.push(JSON.parse(data.slice('data: '.length)))
        this.#more.resolve()
      }
    }
  }

  /** Messages that came and were not read. */
  get waiting(): number {
    return this.#messages.length
  }

  /** The next message; undefined when the stream ended without one. */
  async next(): Promise<unknown> {
    while (this.#messages.length === 0) {
      const more = this.#more.promise
      const over = await Promise.race([
        more.then(() => false),
        this.ended.then(
          () => true,
          () => true,
        ),
      ])
      if (over && this.#messages.length === 0) return undefined
      this.#more = Promise.withResolvers<void>()
    }
    return this.#messages.shift()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort()
    await this.ended.catch(() => {})
  }
}
