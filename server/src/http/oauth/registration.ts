import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AuthorizationServer, ClientInvalidError, TooManyRequestsError } from '../../authorization/index.ts'
import { isObject, JsonMalformedError, parseJson, Refusal } from '../../lib/index.ts'
import { readBody } from '../mcp/read-body.ts'

const MOST_BYTES = 16 * 1024

/** RFC 7591 section 3: an assistant that nobody here knows says what it is. It can do nothing until a person lets it in. */
export async function register(
  server: AuthorizationServer,
  req: IncomingMessage,
  res: ServerResponse,
  address: string,
  issuedAt: number,
): Promise<void> {
  try {
    const type = req.headers['content-type'] ?? ''
    if (!/^application\/json\b/i.test(type)) throw new ClientInvalidError('', 'has to be sent as application/json')
    const body = parseJson(await readBody(req, MOST_BYTES))
    if (!isObject(body)) throw new ClientInvalidError('', 'has to be a JSON object')
    const { row, secret } = await server.register(body, address)
    const answer = {
      client_id: row.clientId,
      client_id_issued_at: Math.floor(issuedAt / 1_000),
      ...(secret === null ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
      ...row.metadata,
    }
    res.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const status = error instanceof TooManyRequestsError ? 429 : error.status === 413 ? 413 : 400
    if (error.retryAfter !== undefined) res.setHeader('retry-after', String(error.retryAfter))
    const said = error instanceof ClientInvalidError ? error.error : 'invalid_client_metadata'
    const description = error instanceof JsonMalformedError ? 'The body is not JSON.' : error.message
    res.writeHead(status, { 'content-type': 'application/json' })
    res.end(JSON.stringify({ error: status === 429 ? 'temporarily_unavailable' : said, error_description: description }))
  }
}
