import { createServer } from 'node:http'
import type { Settings } from '../config/index.ts'
import { checkAssistantWay } from './check-assistant-way.ts'
import type { Checked } from './doctor.ts'

const PATIENCE_MS = 5_000
const DISCOVER = { jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } } }

/** The doors of a running server, as people and assistants come to them; or whether the ports are free for one. */
export async function checkDoors(settings: Settings, isServed: boolean): Promise<readonly Checked[]> {
  if (!isServed)
    return [await checkPort('port', settings.host, settings.port), await checkPort('port of the figures', settings.metricsHost, settings.metricsPort)]
  const origin = settings.publicUrl ?? `http://localhost:${settings.port}`
  const sees = async (check: string, work: () => Promise<string | null>): Promise<Checked> => {
    const fix = `This is how people and assistants see it at ${origin}: look at the proxy, the name server and HANDFAST_PUBLIC_URL.`
    try {
      const problem = await work()
      return problem === null ? { check, state: 'good', message: 'as it should be' } : { check, state: 'wrong', message: problem, fix }
    } catch (error) {
      return { check, state: 'wrong', message: reasonOf(error), fix }
    }
  }
  return [
    await sees('/healthz', async () => statusOther(await ask(`${origin}/healthz`), 200)),
    await sees('/readyz', async () => statusOther(await ask(`${origin}/readyz`), 200)),
    await sees('/api/v1/instance', async () => {
      const answer = await ask(`${origin}/api/v1/instance`)
      const body = await answer.text()
      if (answer.status !== 200) return `it answers ${answer.status}`
      return body.startsWith('{') && 'profile' in JSON.parse(body) ? null : 'something else answers there'
    }),
    await sees('MCP without a token', async () => {
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-method': 'server/discover' }
      const version = { 'mcp-protocol-version': '2026-07-28' }
      const answer = await ask(`${origin}/mcp`, { method: 'POST', headers: { ...headers, ...version }, body: JSON.stringify(DISCOVER) })
      if (answer.status !== 401) return `it answers ${answer.status} instead of 401`
      return answer.headers.get('www-authenticate')?.startsWith('Bearer') === true ? null : 'the answer 401 does not say which credentials it wants'
    }),
    ...(await checkAssistantWay(origin, ask)),
  ]
}

function ask(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
}

function statusOther({ status }: Response, wanted: number): string | null {
  return status === wanted ? null : `it answers ${status} instead of ${wanted}`
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}

function checkPort(check: string, host: string, port: number): Promise<Checked> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      const message = taken ? `${port} on ${host} is taken by another program` : `${port} on ${host} cannot be used: ${error.code}`
      resolve({ check, state: 'wrong', message, fix: 'Stop that program, or choose another port.' })
    })
    server.listen(port, host, () => server.close(() => resolve({ check, state: 'good', message: `${port} on ${host} is free` })))
  })
}
