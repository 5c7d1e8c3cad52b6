import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http'
import type { LedgerReading } from '../ledger/index.ts'
import type { Log, Metrics } from '../telemetry/index.ts'
import type { Api, Site } from './api/index.ts'
import type { ConnectDoor } from './connect-door.ts'
import type { ConsoleFiles } from './console.ts'
import { createServer } from './create-server.ts'
import { serveCheckpoint } from './ledger-door.ts'
import type { McpDoor } from './mcp/index.ts'
import type { OAuthDoor } from './oauth/index.ts'
import type { RegistryDoor } from './registry/index.ts'
import type { SecurityTxtDoor } from './security-txt-door.ts'
import type { TermsDoor } from './terms-door.ts'

export type EdgeNeeds = {
  readonly mcp: McpDoor
  readonly api: Api
  readonly oauth: OAuthDoor
  readonly site: Site
  readonly ledger: LedgerReading
  readonly connect: ConnectDoor
  readonly registry: RegistryDoor
  readonly securityTxt: SecurityTxtDoor
  readonly terms: TermsDoor
  readonly console: ConsoleFiles
  readonly metrics: Metrics
  readonly log: Log
  /** Throws when the process cannot do its work now. */
  readonly ready: () => Promise<void>
}

const MCP = '/mcp'
const SLUG = /^\/mcp\/([a-z][a-z0-9-]{1,30})$/

/** Limits on how slowly somebody may talk to us. */
export const serverOptions: ServerOptions = {
  keepAliveTimeout: 65_000,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  maxHeaderSize: 16 * 1024,
  noDelay: true,
}

/** One port for everything. The governed call is found first; the rest takes its time. */
export function createEdge(needs: EdgeNeeds): (req: IncomingMessage, res: ServerResponse) => void {
  const { mcp, api, oauth, site, metrics, console, securityTxt } = needs
  return (req, res) => {
    if (!site.answersFor(req.headers.host)) return refuseHost(res, metrics)
    const url = req.url ?? '/'
    if (url === MCP) return void mcp.handle(req, res, null)
    const query = url.indexOf('?')
    const path = query < 0 ? url : url.slice(0, query)
    const slug = path.startsWith(MCP) ? SLUG.exec(path)?.[1] : undefined
    if (slug !== undefined || path === MCP) return void mcp.handle(req, res, slug ?? null)
    if (path.startsWith('/api/v1/') || path === '/api/v1') return api.handle(req, res)
    if (path === '/.well-known/security.txt') return securityTxt.handle(req, res)
    if (path.startsWith('/oauth/') || path.startsWith('/.well-known/')) return oauth.handle(req, res, path)
    if (path === '/healthz') return void res.writeHead(200, plain).end('ok\n')
    if (path === '/readyz') return answerReady(needs, res)
    if (path === '/ledger/checkpoint') {
      serveCheckpoint(needs.ledger, res).catch((error) => {
        needs.log.error({ err: error }, 'the checkpoint could not be served')
        if (!res.headersSent) res.writeHead(503, plain).end('not now\n')
      })
      return
    }
    if (needs.registry.handle(req, path, res)) return
    if (needs.connect.handle(req.method, path, res)) return
    if (needs.terms.handle(req, path, res)) return
    console.handle(req, res, path)
  }
}

const plain = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }

function refuseHost(res: ServerResponse, metrics: Metrics): void {
  metrics.unidentified('request/host')
  const error = {
    code: 'request/host',
    message: 'This server does not answer for the host that the request names. The operator sets it with HANDFAST_PUBLIC_URL.',
    who: 'operator',
  }
  res.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
}

function answerReady(needs: EdgeNeeds, res: ServerResponse): void {
  needs.ready().then(
    () => res.writeHead(200, plain).end('ready\n'),
    () => res.writeHead(503, plain).end('not ready\n'),
  )
}

/** The figures, on an address of their own so that they are not public by accident. */
export function createMetricsServer(metrics: Metrics): Server {
  return createServer((req, res) => {
    if (req.url !== '/metrics') return void res.writeHead(404, plain).end('There is /metrics here.\n')
    metrics.text().then(
      (text) => res.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => res.writeHead(500).end(),
    )
  })
}
