import { execFile } from 'node:child_process'
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { fileOf, type PublicServer, versionOf } from './public-servers.ts'

/** An assistant's client at the merged address, with what it was answered as JSON text. */
export type PublicClient = AsyncDisposable & {
  /** Names of all tools. */
  tools(): Promise<readonly string[]>
  call(name: string, args: Readonly<Record<string, unknown>>): Promise<string>
  read(uri: string): Promise<string>
  prompt(name: string, args: Readonly<Record<string, unknown>>): Promise<string>
}

export type ClientKind = { readonly title: string; open(url: string, token: string): Promise<PublicClient> }

const about = { name: 'interoperation', version: '1.0.0' }
const bearing = (token: string) => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } })
const text = JSON.stringify

function overOldClient(client: OldClient): PublicClient {
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args) => text(await client.callTool({ name, arguments: args })),
    read: async (uri) => text(await client.readResource({ uri })),
    prompt: async (name, args) => text(await client.getPrompt({ name, arguments: args as Record<string, string> })),
    [Symbol.asyncDispose]: () => client.close(),
  }
}

function secondSdk(era: 'modern' | 'legacy'): ClientKind {
  return {
    title: `@modelcontextprotocol/client ${versionOf('@modelcontextprotocol/client')}, ${era === 'modern' ? '2026-07-28' : '2025-11-25'}`,
    open: async (url, token) => {
      const client = new ModernClient(about, { versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : 'legacy' } })
      await client.connect(new ModernTransport(new URL(url), bearing(token)))
      return {
        tools: async () => (await client.listTools()).tools.map(({ name }) => name),
        call: async (name, args) => text(await client.callTool({ name, arguments: args })),
        read: async (uri) => text(await client.readResource({ uri })),
        prompt: async (name, args) => text(await client.getPrompt({ name, arguments: args as Record<string, string> })),
        [Symbol.asyncDispose]: () => client.close(),
      }
    },
  }
}

/** A program that speaks MCP over its standard input to whoever started it, and to us over HTTP. */
function bridge(title: string, args: (url: string, token: string) => readonly string[]): ClientKind {
  return {
    title,
    open: async (url, token) => {
      const client = new OldClient(about)
      await client.connect(new StdioClientTransport({ command: process.execPath, args: [...args(url, token)], stderr: 'ignore' }) as never)
      return overOldClient(client)
    },
  }
}

/** The inspector's command line: a process for each request. */
function inspector(): ClientKind {
  const program = fileOf('@modelcontextprotocol/inspector', 'clients/cli/build/index.js')
  return {
    title: `@modelcontextprotocol/inspector ${versionOf('@modelcontextprotocol/inspector')}, its command line`,
    open: async (url, token) => {
      const run = (...args: readonly string[]): Promise<string> =>
        new Promise((resolve, reject) => {
          const all = [program, url, '--transport', 'http', '--header', `Authorization: Bearer ${token}`, ...args]
          execFile(process.execPath, all, { timeout: 120_000 }, (error, out, err) =>
            error === null ? resolve(text(JSON.parse(out))) : reject(new Error(`${err} ${out}`.replaceAll(/\s+/g, ' ').slice(0, 500))),
          )
        })
      const given = (flag: string, args: Readonly<Record<string, unknown>>): readonly string[] =>
        Object.entries(args).flatMap(([name, value]) => [flag, `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`])
      return {
        tools: async () => (JSON.parse(await run('--method', 'tools/list')) as { tools: { name: string }[] }).tools.map(({ name }) => name),
        call: (name, args) => run('--method', 'tools/call', '--tool-name', name, ...given('--tool-arg', args)),
        read: (uri) => run('--method', 'resources/read', '--uri', uri),
        prompt: (name, args) => run('--method', 'prompts/get', '--prompt-name', name, ...given('--prompt-args', args)),
        [Symbol.asyncDispose]: async () => {},
      }
    },
  }
}

export const publicClients: readonly ClientKind[] = [
  {
    title: `@modelcontextprotocol/sdk ${versionOf('@modelcontextprotocol/sdk')}`,
    open: async (url, token) => {
      const client = new OldClient(about)
      await client.connect(new OldTransport(new URL(url), bearing(token)) as never)
      return overOldClient(client)
    },
  },
  secondSdk('legacy'),
  secondSdk('modern'),
  bridge(`mcp-remote ${versionOf('mcp-remote')}`, (url, token) => [
    fileOf('mcp-remote', 'dist/proxy.js'),
    url,
    '--allow-http',
    '--transport',
    'http-only',
    '--header',
    `Authorization:Bearer ${token}`,
  ]),
  bridge(`supergateway ${versionOf('supergateway')}`, (url, token) => [
    fileOf('supergateway', 'dist/index.js'),
    '--streamableHttp',
    url,
    '--oauth2Bearer',
    token,
    '--logLevel',
    'none',
  ]),
  inspector(),
]

/**
 * Tries everything that a server has with a client, each time under the names of the merged lists. Null: all of it came through. A connection that a server
 * closes just as a call arrives is the business of calls, and not of who gets along with whom: there is a second try.
 */
export async function tryOut(client: PublicClient, tools: readonly string[], server: PublicServer): Promise<string | null> {
  return (await tryOnce(client, tools, server)) === null ? null : await tryOnce(client, tools, server)
}

async function tryOnce(client: PublicClient, tools: readonly string[], server: PublicServer): Promise<string | null> {
  const { slug, tool, resource, prompt } = server
  const says = (answer: string, wanted: string, what: string): void => {
    if (!answer.includes(wanted)) throw new Error(`${what} answered ${answer.slice(0, 200)}`)
  }
  try {
    if (!tools.includes(`${slug}_${tool.name}`)) throw new Error(`its tool ${tool.name} is not listed`)
    says(await client.call(`${slug}_${tool.name}`, tool.arguments), tool.says, 'its tool')
    if (resource !== undefined) says(await client.read(`${slug}+${resource.uri}`), resource.says, 'its resource')
    if (prompt !== undefined) says(await client.prompt(`${slug}_${prompt.name}`, prompt.arguments), prompt.says, 'its prompt')
    return null
  } catch (error) {
    return (error as Error).message.split('\n')[0]?.slice(0, 200) ?? 'failed'
  }
}
