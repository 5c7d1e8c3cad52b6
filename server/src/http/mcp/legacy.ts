import type { Principal } from '../../authorization/index.ts'
import type { ApprovalNeededError } from '../../consent/index.ts'
import type { Session } from '../../gateway/index.ts'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import {
  ASSUMED_LEGACY_VERSION,
  type ClientMessage,
  HEADER_SESSION,
  HEADER_VERSION,
  INVALID_REQUEST,
  LATEST_LEGACY,
  LEGACY_CLIENT_VERSIONS,
  LEGACY_VERSIONS,
  McpError,
  METHOD_NOT_FOUND,
  type RequestId,
  URL_ELICITATION_REQUIRED,
} from '../../protocol/mcp/index.ts'
import type { Streams } from './listen.ts'
import { type Asking, INSTRUCTIONS, progressNotification } from './modern.ts'
import { eventOf, Reply, refusalResult, resultMessage, sendJson } from './reply.ts'
import type { McpOptions, McpRooms } from './rooms.ts'
import { canOpenPages, listTools, readToolCall, toolRefusal } from './tools.ts'

type Request = Extract<ClientMessage, { kind: 'request' }>

/** The revisions with a handshake (2025-11-25 and 2025-06-18). Sessions are rows, so any process on the database can serve the next request. */
export class LegacyDoor {
  readonly #rooms: McpRooms
  readonly #options: McpOptions
  readonly #streams: Streams
  /** Calls under way in this process that a notification can cancel. */
  readonly #underWay = new Map<string, AbortController>()

  constructor(rooms: McpRooms, options: McpOptions, streams: Streams) {
    this.#rooms = rooms
    this.#options = options
    this.#streams = streams
  }

  async handle(asking: Asking, message: ClientMessage): Promise<void> {
    const { res } = asking
    if (message.kind === 'request' && message.method === 'initialize') return await this.#initialize(asking, message)
    const session = await this.#session(asking)
    if (message.kind !== 'request') {
      if (message.kind === 'notification' && message.method === 'notifications/cancelled') this.#cancel(session, message.params)
      res.writeHead(202).end()
      return
    }
    switch (message.method) {
      case 'tools/call':
        return await this.#call(asking, session, message)
      case 'tools/list': {
        const list = await listTools(this.#rooms, this.#options, asking.principal, asking.scope, 'legacy', message.params)
        return sendJson(res, 200, resultMessage(message.id, `{${list}}`))
      }
      case 'ping':
        return sendJson(res, 200, resultMessage(message.id, '{}'))
      default:
        throw new McpError(METHOD_NOT_FOUND, `The method ${JSON.stringify(message.method.slice(0, 64))} is not offered here.`, {
          status: 200,
          id: message.id,
        })
    }
  }

  async #session({ req, principal }: Asking): Promise<Session> {
    const id = req.headers[HEADER_SESSION]
    if (typeof id !== 'string')
      throw new McpError(INVALID_REQUEST, 'There is no session yet: send initialize first, then its Mcp-Session-Id with every request.')
    const version = req.headers[HEADER_VERSION] ?? ASSUMED_LEGACY_VERSION
    if (!(LEGACY_CLIENT_VERSIONS as readonly string[]).includes(String(version))) {
      throw new McpError(
        INVALID_REQUEST,
        `The header MCP-Protocol-Version names ${JSON.stringify(String(version).slice(0, 40))}, which is not spoken here.`,
      )
    }
    return await this.#rooms.sessions.of(principal, id)
  }

  async #initialize({ res, principal }: Asking, message: Request): Promise<void> {
    const { protocolVersion, capabilities, clientInfo } = message.params
    if (typeof protocolVersion !== 'string') throw new McpError(INVALID_REQUEST, 'params.protocolVersion is missing.', { id: message.id })
    const version = (LEGACY_VERSIONS as readonly string[]).includes(protocolVersion) ? protocolVersion : LATEST_LEGACY
    const client = isObject(clientInfo) ? `${String(clientInfo['name'] ?? '')} ${String(clientInfo['version'] ?? '')}` : ''
    const id = await this.#rooms.sessions.open(principal, version, isObject(capabilities) ? capabilities : {}, client)
    const result = {
      protocolVersion: version,
      capabilities: { tools: { listChanged: true } },
      serverInfo: { name: 'handfast', title: 'Handfast', version: this.#options.version },
      instructions: INSTRUCTIONS,
    }
    sendJson(res, 200, resultMessage(message.id, JSON.stringify(result)), { [HEADER_SESSION]: id })
  }

  #cancel(session: Session, params: JsonObject): void {
    this.#underWay.get(callKey(session, params['requestId']))?.abort()
  }

  async #call(asking: Asking, session: Session, message: Request): Promise<void> {
    const call = readToolCall(message.params, message.id)
    const reply = new Reply(asking.res)
    const key = callKey(session, message.id)
    // In these eras a lost connection is not a cancellation: the call goes on, and its result stays in the person's history.
    const cancelled = new AbortController()
    this.#underWay.set(key, cancelled)
    const meta = message.params['_meta']
    const token = isObject(meta) ? meta['progressToken'] : undefined
    try {
      const { principal, bearer, epoch, scope } = asking
      const answer = await this.#rooms.gateway.answer({
        principal,
        bearer,
        epoch,
        scope,
        name: call.name,
        arguments: call.arguments,
        protocol: `mcp/${session.protocol}`,
        era: 'legacy',
        signal: cancelled.signal,
        declined: false,
        onProgress:
          typeof token === 'string' || typeof token === 'number' ? (progress) => reply.notify(progressNotification(token, progress)) : undefined,
      })
      reply.end(resultMessage(message.id, forLegacy(answer.text, answer.result.structuredContent)))
    } catch (error) {
      // A cancelled request gets no answer (2025-11-25 basic/utilities/cancellation).
      if (cancelled.signal.aborted) return reply.close()
      reply.end(
        resultMessage(
          message.id,
          toolRefusal(error, this.#rooms.log, (needed) => askFor(needed, session, message.id)),
        ),
      )
    } finally {
      this.#underWay.delete(key)
    }
  }

  /** GET: the stream on which we tell of list changes. */
  async stream(asking: Asking): Promise<void> {
    await this.#session(asking)
    this.#streams.requireRoom(asking)
    const changed = eventOf(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }))
    this.#streams.keep(asking, { first: ': here\n\n', changed, last: ': goodbye\n\n' })
  }

  /** DELETE: the assistant is done with its session. */
  async end({ req, res, principal }: { req: Asking['req']; res: Asking['res']; principal: Principal }): Promise<void> {
    const id = req.headers[HEADER_SESSION]
    if (typeof id !== 'string') throw new McpError(INVALID_REQUEST, 'The header Mcp-Session-Id is missing.')
    await this.#rooms.sessions.end(principal, id)
    res.writeHead(204).end()
  }
}

function callKey(session: Session, id: Json | undefined): string {
  return `${session.idHash} ${JSON.stringify(id)}`
}

/** 2025-11-25 has an error that sends the user to a page; an assistant without it gets the link in words. */
function askFor(needed: ApprovalNeededError, session: Session, id: RequestId): string {
  if (session.protocol !== '2025-11-25' || !canOpenPages(session.capabilities)) return refusalResult(needed)
  const elicitation = { mode: 'url', elicitationId: needed.approval, url: needed.link, message: 'Approve this call before it is sent.' }
  throw new McpError(URL_ELICITATION_REQUIRED, needed.message, { status: 200, id, data: { elicitations: [elicitation] } })
}

/** Structured content could only be an object then; anything else stays in the text block that comes with it, or becomes one. */
function forLegacy(text: string, structured: Json | undefined): string {
  if (structured === undefined || isObject(structured)) return text
  const { structuredContent: _, ...result } = JSON.parse(text) as { structuredContent?: Json; content: readonly Json[] }
  const content = result.content.length > 0 ? result.content : [{ type: 'text', text: JSON.stringify(structured) }]
  return JSON.stringify({ ...result, content })
}
