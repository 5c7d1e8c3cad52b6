import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { localhostHostValidation, localhostOriginValidation, type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { type Arrival, Arrivals, openFile, sameKey } from '../arrivals.ts'
import { closeServer, listen, type Options } from '../process.ts'
import { ReservationBook } from './reservation-book.ts'
import { restaurantServer } from './tools.ts'

export type Restaurant = { readonly url: string; close(): Promise<void> }

/** Opens the house: both eras of MCP at `/mcp`, sessions in neither, since no tool asks anything back. */
export async function startRestaurant(options: Options): Promise<Restaurant> {
  const file = openFile(options.data)
  const arrivals = new Arrivals(file, options.now)
  const book = new ReservationBook(file, options.now)
  const arrived = new AsyncLocalStorage<Arrival>()
  const mcp = createMcpHandler(
    () => {
      const arrival = arrived.getStore()
      if (arrival === undefined) throw new Error('a request is being served that was never recorded')
      return restaurantServer(book, options.now, arrival)
    },
    { onerror: (error) => console.error(error.message) },
  )
  const serve = toNodeHandler({
    fetch: async (request, given) => {
      const message = parsed(await request.clone().text())
      const arrival = arrivals.record({ ...requestLine(request.method, request.headers.get('x-request-id')), ...asked(message), admitted: true })
      return arrived.run(arrival, () => mcp.fetch(request, given))
    },
  })

  const hostIsOurs = localhostHostValidation()
  const originIsOurs = localhostOriginValidation()
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (!hostIsOurs(request, response) || !originIsOurs(request, response)) return
    if (new URL(request.url ?? '/', 'http://127.0.0.1').pathname !== '/mcp') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('The Grey Heron answers at /mcp.\n')
      return
    }
    if (options.apiKey !== undefined && !sameKey(request.headers.authorization, `Bearer ${options.apiKey}`)) {
      const requestId = request.headers['x-request-id']
      const line = requestLine(request.method ?? '', typeof requestId === 'string' ? requestId : null)
      arrivals.record({ ...line, method: null, tool: null, arguments: null, admitted: false })
      response.writeHead(401, { 'www-authenticate': 'Bearer', 'content-type': 'text/plain' }).end('A key is needed.\n')
      return
    }
    // The adapter's own type of a request leaves out that Node's optional fields may be undefined.
    void serve(request as NodeIncomingMessageLike, response)
  })
  const origin = await listen(server, options.port)

  return {
    url: `${origin}/mcp`,
    async close() {
      await closeServer(server)
      await mcp.close()
      file.close()
    },
  }
}

function requestLine(method: string, requestId: string | null) {
  return { line: `${method} /mcp`, requestId }
}

/** What a message asks for, as far as it can be read; the handler behind decides whether it is a message at all. */
function asked(message: unknown): { readonly method: string | null; readonly tool: string | null; readonly arguments: string | null } {
  const { method, params } = record(message)
  const { name, arguments: given } = record(params)
  return {
    method: typeof method === 'string' ? method : null,
    tool: typeof name === 'string' ? name : null,
    arguments: given === undefined ? null : JSON.stringify(given),
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
