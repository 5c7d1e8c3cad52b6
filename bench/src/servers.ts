import { fileURLToPath } from 'node:url'
import type { Address } from './calls.ts'
import type { Pinning } from './machine.ts'
import { installed } from './packages.ts'
import { freePort, pinned, type Running, start } from './process.ts'
import { startHandfast } from './targets/handfast.ts'

/** Where a server under test lives for this run, and the upstream it stands in front of. */
export type Site = {
  readonly folder: string
  readonly pinning: Pinning | null
  /** Origin of the echo server; `/mcp` and `/openapi.json` below it. */
  readonly upstream: string
  readonly extraBytes: number
  readonly tools: number
}

/** One line of the table: a way to call a server. */
export type Row = { readonly name: string; readonly address: Address }

/** A started server with the rows it answers. */
export type Started = {
  readonly process: Running
  readonly rows: readonly Row[]
  /** Descendants that run this script are the upstream's part, not the server's, and are left out of its CPU and memory. */
  readonly without?: string
  /** Where the server tells its commit times, if it does. */
  readonly metricsUrl?: string
}

/** A server to compare. `rows` are the names it can answer, so that one that is not asked for is never started. */
export type Contestant = {
  readonly name: string
  readonly rows: readonly string[]
  readonly kind: 'base' | 'handfast' | 'peer' | 'sdk'
  /** What the reader has to know to judge the row fairly. */
  readonly note: string
  readonly version?: string
  readonly start: (site: Site) => Promise<Started>
}

const script = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const node = (path: string, ...args: readonly string[]): readonly string[] => [process.execPath, script(path), ...args]
const STDIO = 'echo-stdio.ts'

function listening(name: string, command: (port: string, site: Site) => readonly string[], rows: (url: string) => readonly Row[], without?: string) {
  return async (site: Site): Promise<Started> => {
    const port = await freePort()
    const running = start(command(String(port), site), { name, folder: site.folder, core: site.pinning?.target ?? null })
    return { process: running, rows: rows(`http://127.0.0.1:${port}/mcp`), ...(without === undefined ? {} : { without }) }
  }
}

const echo = (name: string, era: Address['era']) => (url: string) => [{ name, address: { url, era, tool: 'echo', shape: 'text' as const } }]

/** The echo server as a child process, on the core where the HTTP upstream of the other rows runs. */
function stdioEcho(site: Site): readonly string[] {
  return pinned(node(`./targets/${STDIO}`, String(site.extraBytes), String(site.tools)), site.pinning?.upstream ?? null)
}

function command(name: string): string {
  const found = installed(name).command
  if (found === null) throw new Error(`${name} has no command`)
  return found
}

/** All servers of the comparison, in the order of the table. */
export function contestants(): readonly Contestant[] {
  return [
    {
      name: 'direct',
      rows: ['direct'],
      kind: 'base',
      note: 'the echo server itself, nothing between',
      start: listening('direct', (port, site) => node('./upstream.ts', '--port', port, '--extra', String(site.extraBytes)), echo('direct', 'modern')),
    },
    {
      name: 'raw-proxy',
      rows: ['raw-proxy'],
      kind: 'base',
      note: 'node:http and an undici pool: no parsing, no checks, nothing kept',
      start: listening('raw-proxy', (port, site) => node('./targets/raw-proxy.ts', port, `${site.upstream}/mcp`), echo('raw-proxy', 'modern')),
    },
    {
      name: 'handfast',
      rows: ['handfast-modern', 'handfast-legacy', 'handfast-openapi'],
      kind: 'handfast',
      note: 'default configuration on SQLite; each call governed, its intent and its outcome committed before the answer',
      start: startHandfast,
    },
    {
      name: 'sdk-gateway',
      rows: ['sdk-gateway'],
      kind: 'sdk',
      version: installed('@modelcontextprotocol/server').version,
      note: 'about 30 lines on the official SDK 2.x, HTTP to HTTP; one upstream client for everybody, no identity, nothing kept',
      start: listening('sdk-gateway', (port, site) => node('./targets/sdk-gateway.ts', port, `${site.upstream}/mcp`), echo('sdk-gateway', 'modern')),
    },
    {
      name: 'mcp-proxy',
      rows: ['mcp-proxy', 'mcp-proxy-modern'],
      kind: 'peer',
      version: installed('mcp-proxy').version,
      note: 'its command with default options: HTTP to one child process over stdio; the child is not counted as its CPU',
      start: listening(
        'mcp-proxy',
        (port, site) => [process.execPath, command('mcp-proxy'), '--port', port, '--host', '127.0.0.1', '--', ...stdioEcho(site)],
        (url) => [...echo('mcp-proxy', 'legacy')(url), ...echo('mcp-proxy-modern', 'modern')(url)],
        STDIO,
      ),
    },
    {
      name: 'mcp-proxy-http',
      rows: ['mcp-proxy-http'],
      kind: 'peer',
      version: installed('mcp-proxy').version,
      note: 'its library with the SDK client behind, HTTP to HTTP, since its command only fronts a child process',
      start: listening(
        'mcp-proxy-http',
        (port, site) => node('./targets/mcp-proxy-http.ts', port, `${site.upstream}/mcp`),
        echo('mcp-proxy-http', 'modern'),
      ),
    },
    {
      name: 'supergateway',
      rows: ['supergateway'],
      kind: 'peer',
      version: installed('supergateway').version,
      note: 'HTTP to stdio with --stateful and no log, its fastest mode (without, it starts a process per request); the child is not counted as its CPU',
      start: listening(
        'supergateway',
        (port, site) => {
          const stdio = stdioEcho(site)
            .map((part) => `'${part.replaceAll("'", "'\\''")}'`)
            .join(' ')
          const options = ['--outputTransport', 'streamableHttp', '--stateful', '--port', port, '--logLevel', 'none']
          return [process.execPath, command('supergateway'), '--stdio', stdio, ...options]
        },
        echo('supergateway', 'legacy'),
        STDIO,
      ),
    },
  ]
}
