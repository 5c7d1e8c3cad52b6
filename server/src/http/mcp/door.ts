import type { IncomingMessage, ServerResponse } from 'node:http'
import { grantScopes } from '@handfast/contract'
import { AuthorizationInvalidError, type Principal, ScopeMissingError } from '../../authorization/index.ts'
import { parseJson, Refusal, refusalBody } from '../../lib/index.ts'
import { claimsModern, INTERNAL_ERROR, INVALID_REQUEST, McpError, PARSE_ERROR, type RequestId, readClientMessage } from '../../protocol/mcp/index.ts'
import { challenge } from '../oauth/metadata.ts'
import { endingNamed, endingOf, sunsetHeaders } from '../sunset.ts'
import { LegacyDoor } from './legacy.ts'
import { Streams } from './listen.ts'
import { type Asking, ModernDoor } from './modern.ts'
import { OwnTools } from './own-tools.ts'
import { readBody } from './read-body.ts'
import { fault } from './refused.ts'
import { errorMessage, sendJson } from './reply.ts'
import type { McpOptions, McpRooms } from './rooms.ts'

/** Whether a browser page of this origin may talk to us under the host that it asked; a request without an Origin is no page's. */
export type OriginRule = (origin: string, host: string | undefined) => boolean

/** `/mcp` and `/mcp/{connector}`: one address for every era, told apart by each request. */
export class McpDoor {
  readonly #rooms: McpRooms
  readonly #options: McpOptions
  readonly #streams: Streams
  readonly #modern: ModernDoor
  readonly #legacy: LegacyDoor
  readonly #mayAsk: OriginRule

  constructor(rooms: McpRooms, options: McpOptions, mayAsk: OriginRule) {
    this.#rooms = rooms
    this.#options = options
    this.#mayAsk = mayAsk
    this.#streams = new Streams(rooms, options)
    const own = new OwnTools(rooms, options)
    this.#modern = new ModernDoor(rooms, options, this.#streams, own)
    this.#legacy = new LegacyDoor(rooms, options, this.#streams, own)
  }

  /** Ends the streams that would otherwise stay open, so that the port can be closed. */
  close(): void {
    this.#streams.close()
  }

  /** @param scope the connector's slug, or null for everything the person enabled */
  async handle(req: IncomingMessage, res: ServerResponse, scope: string | null): Promise<void> {
    let id: RequestId | null = null
    try {
      const { origin, host } = req.headers
      if (origin !== undefined && !this.#mayAsk(origin, host)) throw new OriginRefusedError()
      const epoch = this.#rooms.changes.known
      const bearer = bearerOf(req)
      const principal: Principal = this.#rooms.authorization.peek(bearer) ?? (await this.#rooms.authorization.identify(bearer))
      requireAudience(principal, scope)
      if (scope !== null) await this.#announceEnd(res, principal, scope)
      const asking: Asking = { req, res, principal, bearer, epoch, scope }
      if (req.method === 'GET') return await this.#legacy.stream(asking)
      if (req.method === 'DELETE') return await this.#legacy.end(asking)
      if (req.method !== 'POST') throw new MethodRefusedError()
      requireMediaTypes(req)
      const message = readClientMessage(parseJson(await readBody(req, this.#options.maxRequestBytes)))
      if (message.kind === 'request') id = message.id
      await (claimsModern(message, req.headers) ? this.#modern : this.#legacy).handle(asking, message)
    } catch (error) {
      // An assistant that hung up in the middle of its request hears nothing, and nothing failed on our side.
      if (req.destroyed && !req.complete) return void res.destroy()
      this.#refuse(res, error, id, scope)
    }
  }

  /** Whatever is answered from here on says when this connector ends. A warm one is not waited for. */
  async #announceEnd(res: ServerResponse, { workspace }: Principal, scope: string): Promise<void> {
    const { directory } = this.#rooms
    const warm = directory.peekBySlug(workspace, scope)
    const ending = warm === undefined ? await endingNamed(directory, workspace, scope) : endingOf(warm)
    if (ending === undefined) return
    for (const [name, value] of Object.entries(sunsetHeaders(ending))) res.setHeader(name, value)
  }

  #refuse(res: ServerResponse, error: unknown, id: RequestId | null, scope: string | null): void {
    if (!(error instanceof Refusal)) {
      const told = fault(error, this.#rooms.log)
      sendJson(res, told.status, errorMessage(told, id))
      return
    }
    this.#rooms.metrics.unidentified(error.code)
    const told = new McpError(rpcCodeOf(error), error.message, { status: error.status, data: refusalBody(error) })
    const headers: Record<string, string> = {}
    const wanted = this.#challenge(error, scope)
    if (wanted !== null) headers['www-authenticate'] = wanted
    if (error.status === 405) headers['allow'] = 'GET, POST, DELETE'
    if (error.status === 413) headers['connection'] = 'close'
    if (error.retryAfter !== undefined) headers['retry-after'] = String(error.retryAfter)
    sendJson(res, error.status, errorMessage(told, id), headers)
  }

  /**
   * Without a token that counts: where one is to be had, and both scopes, so that the person is asked once and decides. With one that does not
   * reach far enough: everything that this operation takes.
   */
  #challenge(error: Refusal, scope: string | null): string | null {
    const { origin } = this.#options
    const path = pathOf(scope)
    if (error instanceof ScopeMissingError) return challenge(origin, path, error.scope, 'insufficient_scope', error.message)
    if (error.status !== 401) return null
    return challenge(origin, path, grantScopes.join(' '), error.code === 'authorization/missing' ? undefined : 'invalid_token')
  }
}

/** RFC 8707 section 2.2, MCP 2026-07-28 authorization: a token is good at the address that it was asked for, and nowhere else. */
function requireAudience({ granted }: Principal, scope: string | null): void {
  if (granted !== null && granted.audience !== pathOf(scope)) throw new AuthorizationInvalidError('audience')
}

function pathOf(scope: string | null): string {
  return scope === null ? '/mcp' : `/mcp/${scope}`
}

function rpcCodeOf(refusal: Refusal): number {
  if (refusal.code === 'request/malformed-json') return PARSE_ERROR
  return refusal.status >= 500 ? INTERNAL_ERROR : INVALID_REQUEST
}

function bearerOf(req: IncomingMessage): string {
  const { authorization } = req.headers
  if (authorization === undefined) throw new TokenMissingError()
  const cut = authorization.indexOf(' ')
  if (cut < 0 || authorization.slice(0, cut).toLowerCase() !== 'bearer') throw new TokenMissingError()
  return authorization.slice(cut + 1).trim()
}

function requireMediaTypes(req: IncomingMessage): void {
  const type = req.headers['content-type']
  if (type === undefined || !type.toLowerCase().startsWith('application/json'))
    throw new MediaTypeRefusedError('The body has to be application/json.')
  const accept = req.headers.accept ?? '*/*'
  const takes = (wanted: string): boolean => accept.includes(wanted) || accept.includes('*/*')
  if (!takes('application/json') || !takes('text/event-stream'))
    throw new MediaTypeRefusedError('The header Accept has to list application/json and text/event-stream.')
}

class TokenMissingError extends Refusal {
  override readonly name = 'TokenMissingError'
  readonly code = 'authorization/missing'
  readonly status = 401
  readonly who = 'user'
  constructor() {
    super('Send an access token in the header Authorization, as "Bearer hfp_…". People make them under Tokens in the console.')
  }
}

class OriginRefusedError extends Refusal {
  override readonly name = 'OriginRefusedError'
  readonly code = 'request/origin'
  readonly status = 403
  readonly who = 'operator'
  constructor() {
    super('This request comes from a web page of another origin, which may not use this address.')
  }
}

class MethodRefusedError extends Refusal {
  override readonly name = 'MethodRefusedError'
  readonly code = 'request/method-not-allowed'
  readonly status = 405
  readonly who = 'assistant'
  constructor() {
    super('This address takes POST; GET and DELETE belong to sessions of the older revisions.')
  }
}

class MediaTypeRefusedError extends Refusal {
  override readonly name = 'MediaTypeRefusedError'
  readonly code = 'request/unsupported-media-type'
  readonly status = 415
  readonly who = 'assistant'
}
