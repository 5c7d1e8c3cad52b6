import { randomUUID } from 'node:crypto'
import { type NodeIncomingMessageLike, NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { serve } from '../../test/loopback-server.ts'
import { callTo, greet, openUpstream } from '../../test/upstream-calls.ts'
import type { Progress } from './index.ts'

const never = new AbortController().signal

type Tell = (what: 'started' | 'stopped') => void

function restaurant(tell: Tell = () => {}): McpServer {
  const server = new McpServer({ name: 'restaurant', version: '1.2.3' }, { instructions: 'Book tables.' })
  server.registerTool(
    'book',
    { description: 'Books a table', inputSchema: z.object({ seats: z.int(), city: z.string().meta({ 'x-mcp-header': 'City' }) }) },
    ({ seats, city }) => ({
      content: [{ type: 'text', text: `${seats} in ${city}` }],
      structuredContent: { seats },
    }),
  )
  server.registerTool('fail', { description: 'Fails' }, () => {
    throw new Error('kitchen closed')
  })
  server.registerTool('slow', { description: 'Reports progress' }, async (ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken
    for (let progress = 1; progress <= 3; progress++) {
      if (progressToken !== undefined) await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } })
    }
    return { content: [] }
  })
  server.registerTool('endless', { description: 'Waits to be cancelled' }, async (ctx) => {
    tell('started')
    await new Promise<void>((resolve) => ctx.mcpReq.signal.addEventListener('abort', () => resolve(), { once: true }))
    tell('stopped')
    return { content: [] }
  })
  return server
}

/** The official server for the modern era; `legacy` says what it does with the older one. */
function modernSdk(legacy: 'stateless' | 'reject', tell?: Tell) {
  const handler = toNodeHandler(createMcpHandler(() => restaurant(tell), { legacy }))
  return serve(
    (request, response, body) => void handler(request as unknown as NodeIncomingMessageLike, response, body === '' ? undefined : JSON.parse(body)),
  )
}

/** The official server with sessions, which knows nothing of the modern era. */
async function legacySdk(options: { readonly json?: boolean; readonly tell?: Tell } = {}) {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>()
  const server = await serve(async (request, response, body) => {
    const parsed = body === '' ? undefined : (JSON.parse(body) as { method?: string })
    const id = request.headers['mcp-session-id']
    let transport = typeof id === 'string' ? sessions.get(id) : undefined
    if (transport === undefined && parsed?.method === 'initialize') {
      const fresh = new NodeStreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        enableJsonResponse: options.json === true,
        onsessioninitialized: (session) => void sessions.set(session, fresh),
      })
      await restaurant(options.tell).connect(fresh)
      transport = fresh
    }
    if (transport === undefined) {
      const error = { jsonrpc: '2.0', error: { code: -32000, message: 'Bad Request: No valid session ID provided' }, id: null }
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(error))
      return
    }
    await transport.handleRequest(request, response, parsed)
  })
  return Object.assign(server, { sessions })
}

const book = {
  tool: {
    ...greet,
    name: 'book',
    inputSchema: { type: 'object', properties: { seats: { type: 'integer' }, city: { type: 'string', 'x-mcp-header': 'City' } } },
  },
  arguments: { seats: 2, city: 'Zürich' },
} as const
const tool = (name: string) => ({ tool: { ...greet, name }, arguments: {} })

describe.each([
  { era: 'modern', name: 'modern only', open: (tell?: Tell) => modernSdk('reject', tell) },
  { era: 'modern', name: 'both eras', open: (tell?: Tell) => modernSdk('stateless', tell) },
  { era: 'legacy', name: 'legacy, streaming', open: (tell?: Tell) => legacySdk(tell === undefined ? {} : { tell }) },
] as const)('the official server ($name)', ({ era, open }) => {
  it('is described', async () => {
    await using server = await open()
    await using upstream = openUpstream()

    const description = await upstream.describe({ kind: 'mcp', url: `${server.origin}/mcp` }, null, never)

    expect(description).toMatchObject({ era, serverInfo: { name: 'restaurant', version: '1.2.3' }, instructions: 'Book tables.', dropped: [] })
    expect(description.tools.map(({ name }) => name)).toEqual(['book', 'fail', 'slow', 'endless'])
  })

  it('is called, and answers free of what belongs to the hop', async () => {
    await using server = await open()
    await using upstream = openUpstream()

    const answer = await upstream.call(callTo(`${server.origin}/mcp`, book))

    expect(answer).toEqual({ kind: 'result', era, result: { content: [{ type: 'text', text: '2 in Zürich' }], structuredContent: { seats: 2 } } })
  })

  it('has its failures passed on as results, and its errors as errors', async () => {
    await using server = await open()
    await using upstream = openUpstream()

    const failed = await upstream.call(callTo(`${server.origin}/mcp`, tool('fail')))
    const unknown = await upstream.call(callTo(`${server.origin}/mcp`, tool('nothing')))

    expect(failed).toMatchObject({ kind: 'result', result: { isError: true, content: [{ text: expect.stringContaining('kitchen closed') }] } })
    expect(unknown.kind === 'error' || (unknown.kind === 'result' && unknown.result.isError === true)).toBe(true)
  })

  it('reports its progress', async () => {
    await using server = await open()
    await using upstream = openUpstream()
    const heard: Progress[] = []

    await upstream.call(callTo(`${server.origin}/mcp`, { ...tool('slow'), onProgress: (progress) => heard.push(progress) }))

    expect(heard).toEqual([1, 2, 3].map((progress) => ({ progress, total: 3 })))
  })

  it('stops working on a call that is cancelled', async () => {
    const [started, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const controller = new AbortController()
    await using server = await open((what) => (what === 'started' ? started : stopped).resolve())
    await using upstream = openUpstream()

    const call = upstream.call(callTo(`${server.origin}/mcp`, { ...tool('endless'), signal: controller.signal }))
    await started.promise
    controller.abort()

    await expect(call).rejects.toMatchObject({ code: 'upstream/cancelled', mayHaveRun: 'maybe' })
    await stopped.promise
  })
})

describe('the official server with sessions', () => {
  it('that restarts gets a new session, although it says 400 and not 404', async () => {
    await using server = await legacySdk()
    await using upstream = openUpstream()
    await upstream.call(callTo(`${server.origin}/mcp`, book))
    server.sessions.clear()

    expect(await upstream.call(callTo(`${server.origin}/mcp`, book))).toMatchObject({ kind: 'result' })
  })

  it('may answer in JSON alone', async () => {
    await using server = await legacySdk({ json: true })
    await using upstream = openUpstream()

    expect(await upstream.call(callTo(`${server.origin}/mcp`, book))).toMatchObject({ kind: 'result', era: 'legacy' })
  })
})
