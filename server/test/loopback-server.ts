import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net'

/** A real server on 127.0.0.1 that lives as long as a test: `await using server = await serve(…)`. */
export type LoopbackServer = AsyncDisposable & {
  readonly port: number
  readonly origin: string
  /** What arrived, in order. */
  readonly requests: readonly Arrival[]
  /** Connections that were ever opened. */
  connections(): number
  /** Resolves when every connection opened so far has been closed. */
  allClosed(): Promise<void>
}

export type Arrival = { readonly method: string; readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }

/** Answers each request, whose body has been read. */
export async function serve(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void): Promise<LoopbackServer> {
  const requests: Arrival[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
      answer(request, response, body)
    })
  })
  return listen(server, requests)
}

/** Hands over each bare connection, for answers that no HTTP server would give. Nothing is recorded. */
export async function serveSockets(accept: (socket: Socket) => void): Promise<LoopbackServer> {
  const server = createSocketServer((socket) => {
    socket.on('error', () => {})
    // A socket that is not read never learns that the other side has gone.
    socket.resume()
    accept(socket)
  })
  return listen(server, [])
}

async function listen(server: Server, requests: readonly Arrival[]): Promise<LoopbackServer> {
  const open = new Map<Socket, Promise<void>>()
  let count = 0
  server.on('connection', (socket: Socket) => {
    count++
    const { promise, resolve } = Promise.withResolvers<void>()
    open.set(socket, promise)
    socket.on('close', () => {
      open.delete(socket)
      resolve()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    requests,
    connections: () => count,
    allClosed: async () => {
      await Promise.all(open.values())
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open.keys()) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
