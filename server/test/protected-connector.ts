import type { Json } from '../src/lib/index.ts'
import { serve } from './loopback-server.ts'
import type { OAuthProvider } from './oauth-provider.ts'
import { json, modernConnector, result } from './scripted-connector.ts'

export const noteTools: Json = [
  { name: 'read_notes', description: 'Reads notes.', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
  { name: 'write_note', description: 'Writes a note.', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
]

export type ProtectedOptions = {
  /** Which scope a tool needs. */
  readonly needs?: Readonly<Record<string, string>>
  /** Where it says that people sign in; default: at the provider. */
  readonly issuer?: string
}

/** An MCP server that takes only tokens that its provider made for it, and says so by RFC 9728. */
export async function protectedConnector(provider: OAuthProvider, options: ProtectedOptions = {}) {
  const state = {
    issuer: options.issuer ?? provider.issuer,
    /** True: anybody may list the tools, as while the review looks at it. */
    open: true,
    /** Accounts in whose name it acted. */
    acted: [] as { tool: string; account: string }[],
    /** Every `Authorization` that arrived. */
    bearers: [] as string[],
  }
  const inner = await modernConnector((incoming, response) => {
    if (incoming.method === 'tools/list')
      return result(response, incoming.id, { resultType: 'complete', tools: noteTools, ttlMs: 0, cacheScope: 'private' })
    const tool = String(incoming.params['name'])
    const who = accounts.get(incoming.request.headers.authorization ?? '') ?? ''
    state.acted.push({ tool, account: who })
    result(response, incoming.id, { resultType: 'complete', content: [{ type: 'text', text: `${tool} for ${who}` }] })
  })
  const accounts = new Map<string, string>()
  // The door in front: it knows nothing of MCP but the name of the tool.
  const door = await serve((request, response, body) => {
    if (request.url === '/.well-known/oauth-protected-resource/mcp') return json(response, about())
    if (request.url !== '/mcp') return void response.writeHead(404).end()
    const authorization = request.headers.authorization ?? ''
    if (authorization !== '') state.bearers.push(authorization)
    const metadata = `resource_metadata="${door.origin}/.well-known/oauth-protected-resource/mcp"`
    const pass = async () => {
      const told = await fetch(inner.url, {
        method: 'POST',
        body,
        headers: { ...(request.headers as Record<string, string>), host: new URL(inner.url).host },
      })
      response.writeHead(told.status, { 'content-type': told.headers.get('content-type') ?? 'application/json' }).end(await told.text())
    }
    const judge = async () => {
      if (state.open) return pass()
      const token = await provider.check(authorization.replace(/^Bearer /, ''))
      if (token === null || token.audience !== `${door.origin}/mcp`)
        return void response.writeHead(401, { 'www-authenticate': `Bearer error="invalid_token", ${metadata}` }).end()
      accounts.set(authorization, token.account)
      const name = (JSON.parse(body) as { params?: { name?: string } }).params?.name ?? ''
      const needed = options.needs?.[name]
      if (needed !== undefined && !token.scopes.includes(needed))
        return void response.writeHead(403, { 'www-authenticate': `Bearer error="insufficient_scope", scope="${needed}", ${metadata}` }).end()
      return pass()
    }
    judge().catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  const about = () => ({ resource: `${door.origin}/mcp`, authorization_servers: [state.issuer], scopes_supported: ['openid', 'email', 'notes.read'] })
  return Object.assign(state, {
    url: `${door.origin}/mcp`,
    origin: door.origin,
    requests: door.requests,
    [Symbol.asyncDispose]: async () => {
      await door[Symbol.asyncDispose]()
      await inner[Symbol.asyncDispose]()
    },
  })
}

export type ProtectedConnector = Awaited<ReturnType<typeof protectedConnector>>
