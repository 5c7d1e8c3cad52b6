import { createServer, type ServerResponse } from 'node:http'
import { Pool } from 'undici'

// A proxy that does nothing: no parsing, no checks, body buffered, a pool of connections behind. The denominator of the ratios.
const [port, target] = process.argv.slice(2)
const upstream = new URL(target ?? '')
const pool = new Pool(upstream.origin, { connections: 128, pipelining: 1 })
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'upgrade', 'te', 'trailer', 'content-length', 'expect'])

function onward(headers: NodeJS.Dict<string | string[]>): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && !HOP.has(name)) kept[name] = value
  }
  return kept
}

async function relay(method: string, headers: NodeJS.Dict<string | string[]>, body: Buffer, response: ServerResponse): Promise<void> {
  try {
    const reply = await pool.request({ path: upstream.pathname, method, headers: onward(headers), body })
    const answer = Buffer.from(await reply.body.arrayBuffer())
    response.writeHead(reply.statusCode, { ...onward(reply.headers), 'content-length': answer.length }).end(answer)
  } catch {
    if (!response.headersSent) response.writeHead(502)
    response.end()
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const [first] = chunks
    const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
    void relay(request.method ?? 'POST', request.headers, body, response)
  })
})
server.keepAliveTimeout = 65_000
server.listen(Number(port), '127.0.0.1')
process.stdin.on('end', () => process.exit(0)).resume()
