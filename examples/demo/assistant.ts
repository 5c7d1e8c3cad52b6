import { type CallToolResult, Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

/** `modern`: 2026-07-28, where each request stands alone. `legacy`: 2025-11-25, with a handshake and a session. */
export type Era = 'modern' | 'legacy'

/** Puts a page before the user; resolves when they are done with it. */
export type ShowPage = (url: string) => Promise<void>

/** An assistant on the official MCP SDK, with nothing in it that knows Handfast. */
export class Assistant implements AsyncDisposable {
  readonly #client: Client

  private constructor(client: Client) {
    this.#client = client
  }

  /** @param show where given, the assistant says that it can show its user a page (elicitation in URL mode) */
  static async connect(endpoint: string, token: string, era: Era, show?: ShowPage): Promise<Assistant> {
    const client = new Client(
      { name: 'demo-assistant', version: '1.0.0' },
      {
        versionNegotiation: { mode: era === 'modern' ? 'auto' : 'legacy' },
        capabilities: show === undefined ? {} : { elicitation: { url: {} } },
      },
    )
    if (show !== undefined) {
      client.setRequestHandler('elicitation/create', async ({ params }) => {
        if (params.mode !== 'url') return { action: 'decline' }
        await show(params.url)
        return { action: 'accept' }
      })
    }
    const headers = { authorization: `Bearer ${token}` }
    await client.connect(new StreamableHTTPClientTransport(new URL(endpoint), { requestInit: { headers } }))
    return new Assistant(client)
  }

  /** The revision of the protocol that both sides settled on. */
  get revision(): string {
    return this.#client.getNegotiatedProtocolVersion() ?? 'none'
  }

  async tools(): Promise<readonly string[]> {
    return (await this.#client.listTools()).tools.map(({ name }) => name)
  }

  call(name: string, given: Record<string, unknown>): Promise<CallToolResult> {
    return this.#client.callTool({ name, arguments: given })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close()
  }
}

/** What a tool answered in words. */
export function wordsOf(result: CallToolResult): string {
  return result.content.map((block) => (block.type === 'text' ? block.text : '')).join(' ')
}

/** The code under which Handfast refused a call; undefined when it did not. */
export function refusalOf(result: CallToolResult): string | undefined {
  const refusal = result._meta?.['dev.handfast/refusal'] as { readonly code?: string } | undefined
  return result.isError === true ? refusal?.code : undefined
}
