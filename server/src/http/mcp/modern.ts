import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Principal } from '../../authorization/index.ts'
import type { ApprovalNeededError } from '../../consent/index.ts'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import {
  type ClientMessage,
  LATEST_MODERN,
  McpError,
  META_SERVER_INFO,
  METHOD_NOT_FOUND,
  MODERN_VERSIONS,
  type ModernMeta,
  type RequestId,
  readModernMeta,
} from '../../protocol/mcp/index.ts'
import { listen, type Streams } from './listen.ts'
import { Reply, refusalResult, resultMessage, sendJson } from './reply.ts'
import type { McpOptions, McpRooms } from './rooms.ts'
import { canOpenPages, listTools, readToolCall, toolRefusal } from './tools.ts'

type Request = Extract<ClientMessage, { kind: 'request' }>
export type Asking = {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly principal: Principal
  readonly bearer: string
  readonly epoch: number
  readonly scope: string | null
}

/** What the last message of a subscription has in common with every other result. */
const RESULT_HEAD = '"resultType":"complete"'

/** Key of our question among the input requests of a call. */
const APPROVAL_KEY = 'handfast_approval'

export const INSTRUCTIONS =
  'Tools of the connectors that the user enabled. A call that changes something may first need the user to approve it on a page; ' +
  'show them the link you are given, then make the same call again with the same arguments.'

/** The stateless revision (2026-07-28): every request says who it is and what it can. */
export class ModernDoor {
  readonly #rooms: McpRooms
  readonly #options: McpOptions
  readonly #streams: Streams
  /** First members of every result. */
  readonly #head: string
  readonly #protocol = `mcp/${LATEST_MODERN}`

  constructor(rooms: McpRooms, options: McpOptions, streams: Streams) {
    this.#rooms = rooms
    this.#options = options
    this.#streams = streams
    this.#head = `"resultType":"complete","_meta":${JSON.stringify({ [META_SERVER_INFO]: { name: 'handfast', title: 'Handfast', version: options.version } })}`
  }

  async handle(asking: Asking, message: ClientMessage): Promise<void> {
    const { res } = asking
    if (message.kind !== 'request') {
      if (message.kind === 'notification') readModernMeta(message, asking.req.headers)
      res.writeHead(202).end()
      return
    }
    const meta = readModernMeta(message, asking.req.headers)
    switch (message.method) {
      case 'tools/call':
        return await this.#call(asking, message, meta)
      case 'tools/list': {
        const list = await listTools(this.#rooms, this.#options, asking.principal, asking.scope, 'modern', message.params)
        return sendJson(res, 200, resultMessage(message.id, `{${this.#head},${list},"ttlMs":${this.#options.listTtlMs},"cacheScope":"private"}`))
      }
      case 'server/discover':
        return sendJson(res, 200, resultMessage(message.id, this.#discover()))
      case 'subscriptions/listen':
        return listen(this.#streams, RESULT_HEAD, asking, message)
      default:
        throw new McpError(METHOD_NOT_FOUND, `The method ${JSON.stringify(message.method.slice(0, 64))} is not offered here.`, {
          status: 404,
          id: message.id,
        })
    }
  }

  #discover(): string {
    const about = {
      supportedVersions: [...MODERN_VERSIONS],
      capabilities: { tools: { listChanged: true } },
      instructions: INSTRUCTIONS,
      ttlMs: this.#options.listTtlMs,
      cacheScope: 'private',
    }
    return `{${this.#head},${JSON.stringify(about).slice(1)}`
  }

  async #call(asking: Asking, message: Request, meta: ModernMeta): Promise<void> {
    const { res } = asking
    const call = readToolCall(message.params, message.id)
    const reply = new Reply(res)
    // In this era closing the connection is the cancellation.
    const gone = new AbortController()
    const onClose = (): void => gone.abort()
    res.once('close', onClose)
    const { progressToken } = meta
    try {
      const { principal, bearer, epoch, scope } = asking
      const answer = await this.#rooms.gateway.answer({
        principal,
        bearer,
        epoch,
        scope,
        name: call.name,
        arguments: call.arguments,
        protocol: this.#protocol,
        era: 'modern',
        signal: gone.signal,
        declined: declined(message.params['inputResponses']),
        onProgress: progressToken === undefined ? undefined : (progress) => reply.notify(progressNotification(progressToken, progress)),
      })
      reply.end(resultMessage(message.id, this.#dress(answer.text, answer.result._meta)))
    } catch (error) {
      const result = toolRefusal(error, this.#rooms.log, (needed) => (canOpenPages(meta.capabilities) ? askOnPage(needed) : refusalResult(needed)))
      reply.end(resultMessage(message.id, result.startsWith('{"resultType"') ? result : this.#dress(result, {})))
    } finally {
      res.off('close', onClose)
    }
  }

  /** Puts our members in front of a result's text. One that brings metadata of its own keeps it, and ours is merged into it. */
  #dress(text: string, meta: JsonObject | undefined): string {
    if (meta === undefined) return `{${this.#head},${text.slice(1)}`
    const result = JSON.parse(text) as { _meta?: JsonObject }
    const ours = JSON.parse(`{${this.#head}}`) as { resultType: string; _meta: JsonObject }
    return JSON.stringify({ ...ours, ...result, _meta: { ...result._meta, ...ours._meta } })
  }
}

/** The question as the revision puts it: the assistant shows our page, then repeats the call. Nothing it sends back is taken for a yes. */
function askOnPage(needed: ApprovalNeededError): string {
  const request = {
    method: 'elicitation/create',
    params: { mode: 'url', message: `Approve this call before it is sent. ${needed.link}`, url: needed.link },
  }
  return JSON.stringify({ resultType: 'input_required', inputRequests: { [APPROVAL_KEY]: request } })
}

function declined(responses: Json | undefined): boolean {
  const ours = isObject(responses) ? responses[APPROVAL_KEY] : undefined
  return isObject(ours) && (ours['action'] === 'decline' || ours['action'] === 'cancel')
}

export function progressNotification(
  progressToken: RequestId,
  progress: { readonly progress: number; readonly total?: number; readonly message?: string },
): Json {
  return { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, ...progress } }
}
