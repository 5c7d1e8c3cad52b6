import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import { addedText, echoApi, echoServer } from './echo.ts'

// The upstream of every target, and under another port the row "direct": node:http and one JSON.parse.
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, extra: { type: 'string', default: '0' }, tools: { type: 'string', default: '1' } },
})
const options = { extraBytes: Number(values.extra), tools: Number(values.tools) }
const answer = echoServer(options)
/** Echo servers with other numbers of tools, at `/mcp?tools=N`. */
const others = new Map<string, ReturnType<typeof echoServer>>()
function answerAt(url: string): ReturnType<typeof echoServer> {
  const tools = /^\/mcp\?tools=(\d{1,5})$/.exec(url)?.[1]
  if (tools === undefined) return answer
  const other = others.get(tools) ?? echoServer({ ...options, tools: Number(tools) })
  others.set(tools, other)
  return other
}
const added = addedText(options.extraBytes)
const origin = `http://127.0.0.1:${values.port}`

function send(response: ServerResponse, body: string, more: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...more }).end(body)
}

function respond(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const url = request.url ?? '/'
  if (request.method === 'GET' && url.startsWith('/api/echo?')) {
    send(response, JSON.stringify({ text: (new URLSearchParams(url.slice('/api/echo?'.length)).get('text') ?? '') + added }))
  } else if (request.method === 'GET' && url === '/openapi.json') {
    send(response, JSON.stringify(echoApi(origin)))
  } else if (request.method === 'POST') {
    const message = JSON.parse(body.toString('utf8'))
    const reply = answerAt(url)(message)
    if (reply === null) response.writeHead(202).end()
    else send(response, JSON.stringify(reply), message.method === 'initialize' ? { 'mcp-session-id': randomUUID() } : {})
  } else response.writeHead(request.method === 'DELETE' ? 200 : 405).end()
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const [first] = chunks
    try {
      respond(request, chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks), response)
    } catch {
      response.writeHead(400).end()
    }
  })
})
server.keepAliveTimeout = 65_000
server.listen(Number(values.port), '127.0.0.1')
process.stdin.on('end', () => process.exit(0)).resume()
