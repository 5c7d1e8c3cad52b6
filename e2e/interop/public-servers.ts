import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { HttpTransport } from '@tmcp/transport-http'
import { FastMCP } from 'fastmcp'
import { McpServer as TinyServer } from 'tmcp'
import { stringify } from 'yaml'
import { z } from 'zod'
import { Runner, readRunnerFile } from '../../server/src/runner/index.ts'
import { serve } from '../../server/test/loopback-server.ts'
import { freePort, ServerProgram } from './server-program.ts'

const require = createRequire(import.meta.url)

/** A file of an installed package, found beside its package.json. */
export function fileOf(name: string, file: string): string {
  return join(folderOf(name), file)
}

function folderOf(name: string): string {
  const places = require.resolve.paths(name) ?? []
  for (const place of places) {
    try {
      readFileSync(join(place, name, 'package.json'))
      return join(place, name)
    } catch {
      // Installed further up.
    }
  }
  throw new Error(`${name} is not installed`)
}

export function versionOf(name: string): string {
  return (JSON.parse(readFileSync(fileOf(name, 'package.json'), 'utf8')) as { version: string }).version
}

export type Serving = AsyncDisposable & { readonly url: string; readonly key?: string }

/** What is asked of a server, and a piece of what it has to answer. */
export type Asking = { readonly name: string; readonly arguments: Readonly<Record<string, unknown>>; readonly says: string }

export type PublicServer = {
  readonly slug: string
  /** Whom it is, with the version that is installed. */
  readonly title: string
  readonly over: 'HTTP' | 'HTTP+SSE of 2024' | 'stdio, through the runner'
  readonly tool: Asking
  readonly resource?: { readonly uri: string; readonly says: string }
  readonly prompt?: Asking
  open(): Promise<Serving>
}

/** A server of the official library 2.x, which publishes none that shows everything. */
async function onSecondSdk(): Promise<Serving> {
  const make = (): McpServer => {
    const server = new McpServer({ name: 'second', version: '1.0.0' })
    server.registerTool('add', { description: 'Adds', inputSchema: z.object({ a: z.number(), b: z.number() }) }, ({ a, b }) => ({
      content: [{ type: 'text', text: `${a} + ${b} = ${a + b}` }],
      structuredContent: { sum: a + b },
    }))
    server.registerResource('motto', 'second://motto', { mimeType: 'text/plain' }, (uri) => ({
      contents: [{ uri: uri.href, text: 'Slow is smooth.' }],
    }))
    server.registerPrompt('greet', { argsSchema: z.object({ name: z.string() }) }, ({ name }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}.` } }],
    }))
    return server
  }
  const handler = toNodeHandler(createMcpHandler(make, { legacy: 'stateless' }))
  const served = await serve(
    (request, response, body) => void handler(request as unknown as NodeIncomingMessageLike, response, body === '' ? undefined : JSON.parse(body)),
  )
  return { url: `${served.origin}/mcp`, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() }
}

async function onFastMcp(): Promise<Serving> {
  const server = new FastMCP({ name: 'fast', version: '1.0.0', logger: { debug() {}, error() {}, info() {}, log() {}, warn() {} } })
  server.addTool({
    name: 'shout',
    description: 'Shouts',
    parameters: z.object({ text: z.string() }),
    execute: async ({ text }) => text.toUpperCase(),
  })
  server.addResource({ uri: 'fast://today', name: 'today', mimeType: 'text/plain', load: async () => ({ text: 'Soup.' }) })
  server.addPrompt({ name: 'rhyme', arguments: [{ name: 'word', required: true }], load: async ({ word }) => `A rhyme on ${word}.` })
  const port = await freePort()
  await server.start({ transportType: 'httpStream', httpStream: { port, host: '127.0.0.1' } })
  return { url: `http://127.0.0.1:${port}/mcp`, [Symbol.asyncDispose]: () => server.stop() }
}

async function onTmcp(): Promise<Serving> {
  const server = new TinyServer(
    { name: 'tiny', version: '1.0.0', description: 'A server that is not built on the official library' },
    { adapter: undefined, capabilities: { tools: {}, prompts: {}, resources: {} } },
  )
  server.tool({ name: 'dice', description: 'Throws a loaded dice' }, async () => ({ content: [{ type: 'text', text: 'A six.' }] }))
  server.resource({ name: 'rules', description: 'The rules', uri: 'tiny://rules' }, async (uri) => ({ contents: [{ uri, text: 'Six wins.' }] }))
  server.prompt({ name: 'bet', description: 'A bet' }, async () => ({
    messages: [{ role: 'user', content: { type: 'text', text: 'I bet on six.' } }],
  }))
  const transport = new HttpTransport(server, { path: '/mcp' })
  const served = await serve(async (request, response, body) => {
    const headers = Object.entries(request.headers).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    const asked = new Request(`http://127.0.0.1${request.url}`, { method: request.method ?? 'GET', headers, ...(body === '' ? {} : { body }) })
    const answer = (await transport.respond(asked)) ?? new Response(null, { status: 404 })
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.flushHeaders()
    for await (const chunk of answer.body ?? []) response.write(chunk)
    response.end()
  })
  return { url: `${served.origin}/mcp`, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() }
}

/** A published program that serves HTTP by itself. */
async function asProgram(script: string, args: (port: number) => readonly string[], path = '/mcp'): Promise<Serving> {
  const port = await freePort()
  return await ServerProgram.start(script, args(port), port, path)
}

/** A published program that talks over its standard input, behind `handfast runner`. */
async function behindRunner(script: string): Promise<Serving> {
  const folder = mkdtempSync(join(tmpdir(), 'handfast-interop-'))
  const path = join(folder, 'runner.yaml')
  writeFileSync(path, stringify({ port: 0, sandbox: 'off', servers: { one: { command: process.execPath, args: [script] } } }))
  const runner = new Runner({ file: readRunnerFile(path), environment: (name) => (name === 'PATH' ? process.env['PATH'] : undefined), log: () => {} })
  const { addresses } = await runner.open()
  return {
    url: addresses[0]?.address ?? '',
    key: readFileSync(join(folder, 'runner.key'), 'utf8').trim(),
    [Symbol.asyncDispose]: async () => {
      await runner.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const named = (name: string): string => `${name} ${versionOf(name)}`
const everything = fileOf('@modelcontextprotocol/server-everything', 'dist/index.js')
const memory = fileOf('@modelcontextprotocol/server-memory', 'dist/index.js')
const thinking = fileOf('@modelcontextprotocol/server-sequential-thinking', 'dist/index.js')

export const publicServers: readonly PublicServer[] = [
  {
    slug: 'everything',
    title: named('@modelcontextprotocol/server-everything'),
    over: 'HTTP',
    tool: { name: 'echo', arguments: { message: 'hello' }, says: 'Echo: hello' },
    resource: { uri: 'demo://resource/static/document/features.md', says: 'Everything Server' },
    prompt: { name: 'args-prompt', arguments: { city: 'Aldhaven' }, says: 'Aldhaven' },
    open: () => asProgram(everything, () => ['streamableHttp']),
  },
  {
    slug: 'old',
    title: named('@modelcontextprotocol/server-everything'),
    over: 'HTTP+SSE of 2024',
    tool: { name: 'echo', arguments: { message: 'hello' }, says: 'Echo: hello' },
    resource: { uri: 'demo://resource/static/document/features.md', says: 'Everything Server' },
    prompt: { name: 'args-prompt', arguments: { city: 'Aldhaven' }, says: 'Aldhaven' },
    open: () => asProgram(everything, () => ['sse'], '/sse'),
  },
  {
    slug: 'second',
    title: `a server on ${named('@modelcontextprotocol/server')}`,
    over: 'HTTP',
    tool: { name: 'add', arguments: { a: 2, b: 3 }, says: '2 + 3 = 5' },
    resource: { uri: 'second://motto', says: 'Slow is smooth.' },
    prompt: { name: 'greet', arguments: { name: 'Ada' }, says: 'Greet Ada.' },
    open: onSecondSdk,
  },
  {
    slug: 'fast',
    title: `a server on ${named('fastmcp')}`,
    over: 'HTTP',
    tool: { name: 'shout', arguments: { text: 'hello' }, says: 'HELLO' },
    resource: { uri: 'fast://today', says: 'Soup.' },
    prompt: { name: 'rhyme', arguments: { word: 'sea' }, says: 'A rhyme on sea.' },
    open: onFastMcp,
  },
  {
    slug: 'tiny',
    title: `a server on ${named('tmcp')}`,
    over: 'HTTP',
    tool: { name: 'dice', arguments: {}, says: 'A six.' },
    resource: { uri: 'tiny://rules', says: 'Six wins.' },
    prompt: { name: 'bet', arguments: {}, says: 'I bet on six.' },
    open: onTmcp,
  },
  {
    slug: 'budget',
    title: named('@modelcontextprotocol/server-budget-allocator'),
    over: 'HTTP',
    tool: { name: 'get-budget-data', arguments: {}, says: 'Default Budget: $100,000' },
    open: () => asProgram(fileOf('@modelcontextprotocol/server-budget-allocator', 'dist/index.js'), () => []),
  },
  {
    slug: 'bridged',
    title: `${named('@modelcontextprotocol/server-memory')} behind ${named('mcp-proxy')}`,
    over: 'HTTP',
    tool: { name: 'search_nodes', arguments: { query: 'nobody' }, says: 'entities' },
    open: () =>
      asProgram(fileOf('mcp-proxy', 'dist/bin/mcp-proxy.mjs'), (port) => [
        '--port',
        String(port),
        '--host',
        '127.0.0.1',
        '--server',
        'stream',
        '--',
        process.execPath,
        memory,
      ]),
  },
  {
    slug: 'memory',
    title: named('@modelcontextprotocol/server-memory'),
    over: 'stdio, through the runner',
    tool: { name: 'read_graph', arguments: {}, says: 'relations' },
    open: () => behindRunner(memory),
  },
  {
    slug: 'thinking',
    title: named('@modelcontextprotocol/server-sequential-thinking'),
    over: 'stdio, through the runner',
    tool: {
      name: 'sequentialthinking',
      arguments: { thought: 'One.', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 },
      says: 'thoughtNumber',
    },
    open: () => behindRunner(thinking),
  },
]
