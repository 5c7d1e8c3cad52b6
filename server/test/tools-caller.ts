/** An answer of the tools API. */
export type Answered = {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, member by member
  readonly body: any
  /** Name and data of each event, where it came as a stream. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly events: readonly { readonly event: string; readonly data: any }[]
}

/** An assistant without MCP: plain HTTP and an access token. */
export class ToolsCaller {
  readonly #url: string
  readonly #token: string
  constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  async get(path: string): Promise<Answered> {
    return await read(await fetch(this.#url + path, { headers: { authorization: `Bearer ${this.#token}` } }))
  }

  async call(tool: string, args: object = {}, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Answered> {
    const response = await fetch(`${this.#url}/api/v1/calls`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ tool, arguments: args }),
      ...(signal === undefined ? {} : { signal }),
    })
    return await read(response)
  }
}

async function read(response: Response): Promise<Answered> {
  const { status, headers } = response
  const text = await response.text()
  if (!(headers.get('content-type') ?? '').startsWith('text/event-stream'))
    return { status, headers, body: text === '' ? {} : JSON.parse(text), events: [] }
  const events = text
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const [event = '', data = ''] = block.split('\n')
      return { event: event.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) }
    })
  return { status, headers, body: events.at(-1)?.data, events }
}
