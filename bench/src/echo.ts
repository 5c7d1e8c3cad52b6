/** How the echo server is set: bytes that it adds to each answer, and how many tools it lists. */
export type EchoOptions = { readonly extraBytes: number; readonly tools: number }

type Message = {
  readonly id?: number | string
  readonly method?: string
  readonly params?: {
    readonly arguments?: { readonly text?: unknown }
    readonly protocolVersion?: unknown
    readonly _meta?: Readonly<Record<string, unknown>>
  }
}

const FILLER = 'lorem ipsum dolor sit amet '

/** What the echo server puts behind the text it was given. */
export function addedText(extraBytes: number): string {
  return FILLER.repeat(Math.ceil(extraBytes / FILLER.length)).slice(0, extraBytes)
}

function tool(name: string) {
  return {
    name,
    description: 'Gives back the text it was given.',
    inputSchema: { type: 'object', properties: { text: { type: 'string', maxLength: 200_000 } }, required: ['text'], additionalProperties: false },
    // Says that nothing changes, so that a gateway which asks people before a change does not ask here.
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  }
}

/** The cheapest correct MCP server with one tool, in both eras. Null for a notification, which has no answer. */
export function echoServer(options: EchoOptions): (message: Message) => object | null {
  const added = addedText(options.extraBytes)
  const tools = Array.from({ length: options.tools }, (_, index) => tool(index === 0 ? 'echo' : `echo_${index}`))
  const about = { name: 'echo', version: '1.0.0' }
  return ({ id, method, params }) => {
    if (id === undefined) return null
    const modern = params?._meta?.['io.modelcontextprotocol/protocolVersion'] !== undefined
    const complete = modern ? { resultType: 'complete' } : {}
    const lasting = modern ? { ttlMs: 60_000, cacheScope: 'public' } : {}
    const answer = (result: object) => ({ jsonrpc: '2.0', id, result })
    switch (method) {
      case 'tools/call':
        return answer({ ...complete, content: [{ type: 'text', text: String(params?.arguments?.text ?? '') + added }], isError: false })
      case 'tools/list':
        return answer({ ...complete, ...lasting, tools })
      case 'initialize':
        return answer({ protocolVersion: params?.protocolVersion ?? '2025-11-25', capabilities: { tools: {} }, serverInfo: about })
      case 'server/discover':
        return answer({
          resultType: 'complete',
          ttlMs: 60_000,
          cacheScope: 'public',
          supportedVersions: ['2026-07-28'],
          capabilities: { tools: {} },
          serverInfo: about,
          _meta: { 'io.modelcontextprotocol/serverInfo': about },
        })
      case 'ping':
        return answer({})
      default:
        return { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } }
    }
  }
}

/** The same echo as an HTTP API, described for an importer. */
export function echoApi(origin: string): object {
  const text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }
  return {
    openapi: '3.1.0',
    info: { title: 'Echo', version: '1.0.0', description: 'Gives back the text it was given.' },
    servers: [{ url: origin }],
    paths: {
      '/api/echo': {
        get: {
          operationId: 'echo',
          summary: 'Gives back the text it was given.',
          parameters: [{ name: 'text', in: 'query', required: true, schema: { type: 'string', maxLength: 200_000 } }],
          responses: { 200: { description: 'The text.', content: { 'application/json': { schema: text } } } },
        },
      },
    },
  }
}
