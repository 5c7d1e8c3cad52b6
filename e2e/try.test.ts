import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { describe, expect, it } from 'vitest'
import { HandfastCommand, temporaryFolder } from './fixtures/handfast-command.ts'

type Configuration = { readonly id: string; readonly text: string }
type Report = {
  readonly ok: boolean
  readonly url: string
  readonly source: { readonly kind: string; readonly url: string }
  readonly connector: { readonly slug: string; readonly tools: number; readonly decidedAs: readonly string[] }
  readonly configurations: readonly Configuration[]
  readonly call: {
    readonly tool: string
    readonly result: { readonly isError?: boolean; readonly content: readonly { readonly text?: string }[] }
    readonly ledger: readonly { readonly event: string; readonly digest: string; readonly position: number | null }[]
  } | null
}

const KEY = 'a-key-that-only-the-test-knows'

describe('handfast try', { timeout: 120_000 }, () => {
  it('ends in a governed call of the reference MCP server, which nobody here wrote', async () => {
    await using server = await startEverything()
    using folder = temporaryFolder()
    await using command = new HandfastCommand(['try', server.url, '--yes', '--json', '--port', '0', '--data', folder.path])

    const report = await command.json<Report>()

    expect(report).toMatchObject({ ok: true, source: { kind: 'mcp', url: server.url }, connector: { decidedAs: ['reviewer', 'self-review'] } })
    expect(report.call?.result.isError).not.toBe(true)
    expectTraced(report)
    for (const configuration of report.configurations) expect(await toolsThrough(configuration)).toHaveLength(report.connector.tools)
    expect(await command.stop()).toBe(0)
  })

  it('ends in a governed call of an API whose vendor published the OpenAPI document, with the key it asks for', async () => {
    await using api = await startMockOfReadMe()
    using folder = temporaryFolder()
    const args = ['try', documentOfReadMe(), '--server', api.url, '--key-env', 'README_KEY', '--yes', '--json', '--port', '0', '--data', folder.path]
    await using command = new HandfastCommand([...args, '--tool', 'getChangelogs'], { README_KEY: KEY })

    const report = await command.json<Report>()

    expect(report).toMatchObject({ ok: true, source: { kind: 'openapi', url: api.url }, call: { tool: 'getChangelogs' } })
    expect(report.connector.tools).toBeGreaterThan(40)
    expect(JSON.stringify(report.call?.result)).toContain('per_page')
    expect(api.arrived).toEqual([{ line: 'GET /v2/changelogs', authorization: `Bearer ${KEY}` }])
    expectTraced(report)
    for (const configuration of report.configurations) expect(await toolsThrough(configuration)).toHaveLength(report.connector.tools)
    expect(command.stdout + command.stderr).not.toContain(KEY)
    expect(await command.stop()).toBe(0)
  })

  it('uses the Handfast that runs already, and ends without stopping it', async () => {
    await using server = await startEverything()
    using folder = temporaryFolder()
    await using first = new HandfastCommand(['try', server.url, '--yes', '--json', '--port', '0', '--data', folder.path])
    const running = await first.json<Report>()

    await using second = new HandfastCommand([
      'try',
      server.url,
      '--yes',
      '--json',
      '--data',
      folder.path,
      '--tool',
      'echo',
      '--args',
      '{"message":"hello"}',
    ])
    const code = await second.end()

    const report = JSON.parse(second.stdout) as Report
    expect(report).toMatchObject({ ok: true, url: running.url, startedHere: false, connector: { slug: running.connector.slug, release: 2 } })
    expect(report.call?.result.content[0]?.text).toContain('hello')
    expect(code).toBe(0)
    expect((await fetch(`${running.url}/healthz`)).status).toBe(200)
  })

  it.each([
    { what: 'a file that does not exist', args: ['no-such-file.yaml', '--yes'], says: 'There is no file no-such-file.yaml' },
    { what: 'a page that is neither', args: ['page', '--yes'], says: 'neither an OpenAPI document' },
    { what: 'nobody who agrees', args: ['document'], says: 'Say --yes if you agree' },
    { what: 'an API that wants a key', args: ['keyed', '--yes'], says: '--key-env' },
  ])('says what is wrong with $what, with exit code 2', async ({ args, says }) => {
    await using api = await startMockOfReadMe()
    using folder = temporaryFolder()
    const named: Readonly<Record<string, readonly string[]>> = {
      page: [`${api.url}/page`],
      document: [documentOfReadMe(), '--server', api.url, '--key', KEY],
      keyed: [documentOfReadMe(), '--server', api.url],
    }
    const words = args.flatMap((word) => named[word] ?? [word])
    await using command = new HandfastCommand(['try', ...words, '--port', '0', '--data', folder.path])

    expect(await command.end()).toBe(2)
    expect(command.stderr).toContain(says)
  })
})

/** One intent and one outcome, both in the signed tree. */
function expectTraced(report: Report): void {
  const entries = report.call?.ledger ?? []
  expect(entries.map(({ event }) => event)).toEqual(['call.intended', 'call.answered'])
  for (const { digest, position } of entries) {
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(position).toEqual(expect.any(Number))
  }
}

/** Takes a printed configuration as its assistant would, and lists the tools with what stands in it. */
async function toolsThrough({ id, text }: Configuration): Promise<readonly unknown[]> {
  if (id === 'json') {
    const { url, headers } = (JSON.parse(text) as McpServers).mcpServers['handfast'] as Place
    const client = new Client({ name: 'configured', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
    const { tools } = await client.listTools()
    await client.close()
    return tools
  }
  const { url, headers } = placeIn(id, text)
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} }
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/list',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } }),
  })
  const { result } = (await answer.json()) as { readonly result: { readonly tools: readonly unknown[] } }
  return result.tools
}

type Place = { readonly url: string; readonly headers: Readonly<Record<string, string>> }
type McpServers = { readonly mcpServers: Readonly<Record<string, Place>> }

function placeIn(id: string, text: string): Place {
  if (id === 'cursor') return (JSON.parse(text) as McpServers).mcpServers['handfast'] as Place
  if (id === 'vs-code') {
    const { type, ...place } = (JSON.parse(text) as { readonly servers: { readonly handfast: Place & { readonly type: string } } }).servers.handfast
    expect(type).toBe('http')
    return place
  }
  const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((word) => word[1] ?? word[2] ?? '')
  expect(words.slice(0, 6)).toEqual(['claude', 'mcp', 'add', '--transport', 'http', 'handfast'])
  expect(words[7]).toBe('--header')
  const [name = '', value = ''] = (words[8] ?? '').split(/: (.*)/)
  return { url: words[6] ?? '', headers: { [name]: value } }
}

/** The reference server of the protocol's authors, as npm has it. */
async function startEverything(): Promise<AsyncDisposable & { readonly url: string }> {
  const port = await freePort()
  const main = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'))
  const child: ChildProcess = spawn(process.execPath, [main, 'streamableHttp'], {
    env: { PORT: String(port), PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (child.stderr === null) throw new Error('no standard error')
  for await (const line of createInterface(child.stderr)) {
    if (line.includes('listening')) break
  }
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

function documentOfReadMe(): string {
  return fileURLToPath(import.meta.resolve('@readme/oas-examples/3.1/json/readme.json'))
}

type Mock = AsyncDisposable & {
  readonly url: string
  readonly arrived: readonly { readonly line: string; readonly authorization: string | undefined }[]
}

const noChangelogs = { total: 0, page: 1, per_page: 10, paging: { next: '', previous: '', first: '', last: '' }, data: [] }

/** As much of that API as a first call needs, and a page that is no API. */
async function startMockOfReadMe(): Promise<Mock> {
  const arrived: { line: string; authorization: string | undefined }[] = []
  const server: Server = createServer((request, response) => {
    if (request.url === '/v2/page') {
      response.writeHead(request.method === 'GET' ? 200 : 404, { 'content-type': 'text/html' }).end('<p>Nothing but a page.</p>')
      return
    }
    arrived.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization })
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(noChangelogs))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/v2`,
    arrived,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
