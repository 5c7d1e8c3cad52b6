import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Arrivals, openFile, sameKey } from '../arrivals.ts'
import { closeServer, listen, type Options } from '../process.ts'
import { operations, problem, type Reply } from './operations.ts'
import { SavedPlaces } from './saved-places.ts'

export type Directions = { readonly url: string; close(): Promise<void> }

const LARGEST_BODY = 64 * 1024

/** A plain HTTP API; its description is served at `/openapi.json`, with this process's own address and its need for a key. */
export async function startDirections(options: Options): Promise<Directions> {
  const file = openFile(options.data)
  const arrivals = new Arrivals(file, options.now)
  const known = operations(new SavedPlaces(file, options.now))
  let description = ''

  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const method = request.method ?? ''
    const id = header(request, 'x-request-id')
    const query = Object.fromEntries(url.searchParams)
    const log = (operation: string | null, given: unknown, admitted: boolean) =>
      arrivals.record({ requestId: id, line: `${method} ${url.pathname}`, method: operation, tool: null, arguments: JSON.stringify(given), admitted })

    if (options.apiKey !== undefined && !sameKey(header(request, 'x-api-key') ?? undefined, options.apiKey)) {
      log(null, {}, false)
      return problem(401, 'key-needed', 'Send your key in the header X-Api-Key.')
    }
    const here = known.filter(({ path }) => path.test(url.pathname))
    const operation = here.find((candidate) => candidate.method === method)
    if (operation === undefined) {
      log(null, query, true)
      return here.length > 0 ? problem(405, 'not-allowed', `${method} is not possible here.`) : problem(404, 'not-found', 'There is nothing here.')
    }
    const path = operation.path.exec(url.pathname)?.slice(1).map(decoded) ?? []
    const read: Read = method === 'POST' ? await readJson(request) : { value: undefined }
    if ('reply' in read) {
      log(operation.id, { path, query }, true)
      return read.reply
    }
    const arrival = log(operation.id, { path, query, body: read.value }, true)
    return operation.answer({ path, query, body: read.value, arrival })
  }

  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/openapi.json') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(description)
      return
    }
    answer(request).then(
      (reply) => send(response, reply),
      (error: unknown) => {
        console.error(error)
        send(response, problem(500, 'fault', 'Something went wrong here.'))
      },
    )
  })
  const url = await listen(server, options.port)
  description = describe(url, options.apiKey !== undefined)

  return {
    url,
    async close() {
      await closeServer(server)
      file.close()
    },
  }
}

function describe(url: string, needsKey: boolean): string {
  const document = JSON.parse(readFileSync(new URL('openapi.json', import.meta.url), 'utf8')) as Record<string, unknown>
  return JSON.stringify({ ...document, servers: [{ url }], security: needsKey ? [{ key: [] }] : [] })
}

function send(response: ServerResponse, { status, body }: Reply): void {
  // The rest of a body that is too large is never read, so the connection cannot carry another request.
  if (status === 413) response.setHeader('connection', 'close')
  if (body === undefined) response.writeHead(status).end()
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

type Read = { readonly value: unknown } | { readonly reply: Reply }

async function readJson(request: IncomingMessage): Promise<Read> {
  if (!/^application\/json\b/i.test(header(request, 'content-type') ?? '')) {
    return { reply: problem(415, 'not-json', 'Send application/json.') }
  }
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop must not cut the connection, or the caller would never read why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_BODY) return { reply: problem(413, 'too-large', `A body may have ${LARGEST_BODY} bytes.`) }
    chunks.push(chunk)
  }
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown }
  } catch {
    return { reply: problem(400, 'not-json', 'The body is not JSON.') }
  }
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' ? value : null
}

/** A path segment that is not valid percent-encoding names nothing, so it is looked up as it came. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
