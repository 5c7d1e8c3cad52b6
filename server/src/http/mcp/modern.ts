import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Principal } from '../../authorization/index.ts'
import { PageNeededError } from '../../consent/index.ts'
import type { ListKind } from '../../gateway/index.ts'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import {
  type ClientMessage,
  INVALID_PARAMS,
  LATEST_MODERN,
  McpError,
  META_LOG_LEVEL,
  META_SERVER_INFO,
  METHOD_NOT_FOUND,
  MODERN_VERSIONS,
  type ModernMeta,
  type RequestId,
  readModernMeta,
} from '../../protocol/mcp/index.ts'
import type { LogMessage, Progress } from '../../upstream/index.ts'
import { askableBy, type GovernedMethod, isGoverned, readLevel, readTarget, traceOf } from './governed.ts'
import { listen, type Streams } from './listen.ts'
import { LISTS, listThings } from './lists.ts'
import type { OwnTools } from './own-tools.ts'
import { canOpenPages, noCompletions, otherRefusal, toolRefusal } from './refused.ts'
import { Reply, refusalResult, resultMessage, sendJson } from './reply.ts'
import type { McpOptions, McpRooms } from './rooms.ts'

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

/** The same for everybody, so that it says nothing about anybody: what a person's connectors lack is an empty list. */
export const CAPABILITIES: JsonObject = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
}

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
  readonly #own: OwnTools

  constructor(rooms: McpRooms, options: McpOptions, streams: Streams, own: OwnTools) {
    this.#rooms = rooms
    this.#options = options
    this.#streams = streams
    this.#own = own
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
    const { method } = message
    if (isGoverned(method)) return await this.#govern(asking, message, method, meta)
    const kind = LISTS.get(method)
    if (kind !== undefined) return await this.#list(asking, message, kind)
    switch (method) {
      case 'server/discover':
        return sendJson(res, 200, resultMessage(message.id, this.#discover()))
      case 'subscriptions/listen':
        return await listen({ streams: this.#streams, rooms: this.#rooms }, RESULT_HEAD, asking, message)
      default:
        throw new McpError(METHOD_NOT_FOUND, `The method ${JSON.stringify(method.slice(0, 64))} is not offered here.`, {
          status: 404,
          id: message.id,
        })
    }
  }

  /** What somebody may list is theirs alone, whatever connectors say; it is not kept while something is missing from it. */
  async #list({ res, principal, scope }: Asking, message: Request, kind: ListKind): Promise<void> {
    const list = await listThings({ rooms: this.#rooms, options: this.#options, own: this.#own }, kind, principal, scope, 'modern', message.params)
    const ttl = list.complete ? this.#options.listTtlMs : 0
    sendJson(res, 200, resultMessage(message.id, this.#dress(`{${list.text},"ttlMs":${ttl},"cacheScope":"private"}`, list.meta)))
  }

  #discover(): string {
    const about = {
      supportedVersions: [...MODERN_VERSIONS],
      capabilities: CAPABILITIES,
      instructions: INSTRUCTIONS,
      ttlMs: this.#options.listTtlMs,
      cacheScope: 'private',
    }
    return `{${this.#head},${JSON.stringify(about).slice(1)}`
  }

  async #govern(asking: Asking, message: Request, method: GovernedMethod, meta: ModernMeta): Promise<void> {
    const { res, principal, bearer, epoch, scope } = asking
    const { id, params } = message
    const target = readTarget(method, params, id)
    const { inputResponses, requestState, declined } = readRound(params, id)
    const reply = new Reply(res)
    const logLevel = readLevel(meta.all[META_LOG_LEVEL], id)
    const capabilities = askableBy(meta.capabilities)
    const trace = traceOf(meta.all)
    // In this era closing the connection is the cancellation.
    const gone = new AbortController()
    const onClose = (): void => gone.abort()
    res.once('close', onClose)
    const { progressToken } = meta
    try {
      const asked = {
        principal,
        bearer,
        epoch,
        scope,
        ...target,
        protocol: this.#protocol,
        era: 'modern' as const,
        signal: gone.signal,
        declined,
        onProgress: progressToken === undefined ? undefined : (progress: Progress) => reply.notify(progressNotification(progressToken, progress)),
        ...(capabilities === undefined ? undefined : { capabilities }),
        ...(inputResponses === undefined ? undefined : { inputResponses }),
        ...(requestState === undefined ? undefined : { requestState }),
        ...(logLevel === undefined ? undefined : { logLevel, onLog: (said: LogMessage) => reply.notify(logNotification(said)) }),
        ...(trace === undefined ? undefined : { trace }),
      }
      const answer = (await this.#own.answer(asked)) ?? (await this.#rooms.gateway.answer(asked))
      if (answer.asks !== null) return reply.end(resultMessage(id, answer.text))
      const text = method === 'resources/read' ? `${answer.text.slice(0, -1)},"ttlMs":0,"cacheScope":"private"}` : answer.text
      reply.end(resultMessage(id, this.#dress(text, answer.result._meta)))
    } catch (error) {
      this.#refuse(reply, id, method, meta, error)
    } finally {
      res.off('close', onClose)
    }
  }

  #refuse(reply: Reply, id: RequestId, method: GovernedMethod, meta: ModernMeta, error: unknown): void {
    reply.end(resultMessage(id, this.#refusal(method, canOpenPages(meta.capabilities), error)))
  }

  /** What an expected no looks like as a result; whatever has no such form is thrown. */
  #refusal(method: GovernedMethod, pages: boolean, error: unknown): string {
    const { log } = this.#rooms
    if (method === 'tools/call') {
      const result = toolRefusal(error, 'modern', log, (needed) => (pages ? askOnPage(needed) : refusalResult(needed)))
      return result.startsWith('{"resultType"') ? result : this.#dress(result, {})
    }
    const none = method === 'completion/complete' ? noCompletions(error) : undefined
    if (none !== undefined) return this.#dress(none, undefined)
    if (pages && error instanceof PageNeededError) return askOnPage(error)
    throw otherRefusal(error, 'modern', log)
  }

  /** Puts our members in front of a result's text. One that brings metadata of its own keeps it, and ours is merged into it. */
  #dress(text: string, meta: JsonObject | undefined): string {
    if (meta === undefined) return `{${this.#head},${text.slice(1)}`
    const result = JSON.parse(text) as { _meta?: JsonObject }
    const ours = JSON.parse(`{${this.#head}}`) as { resultType: string; _meta: JsonObject }
    return JSON.stringify({ ...ours, ...result, _meta: { ...meta, ...result._meta, ...ours._meta } })
  }
}

/** The question as the revision puts it: the assistant shows our page, then repeats the call. Nothing it sends back is taken for a yes. */
function askOnPage(needed: PageNeededError): string {
  const request = {
    method: 'elicitation/create',
    params: { mode: 'url', message: `${needed.question} ${needed.link}`, url: needed.link },
  }
  return JSON.stringify({ resultType: 'input_required', inputRequests: { [APPROVAL_KEY]: request } })
}

type Round = { readonly inputResponses?: JsonObject; readonly requestState?: string; readonly declined: boolean }

/** What an assistant brings back to a question. Our own one is answered on our page; here only a no is heard. @throws McpError -32602 */
function readRound({ inputResponses, requestState }: JsonObject, id: RequestId): Round {
  if (inputResponses === undefined && requestState === undefined) return FIRST_ROUND
  if (requestState !== undefined && typeof requestState !== 'string')
    throw new McpError(INVALID_PARAMS, 'params.requestState has to be a text.', { id })
  const state = requestState === undefined ? {} : { requestState }
  if (inputResponses === undefined) return { ...state, declined: false }
  if (!isObject(inputResponses)) throw new McpError(INVALID_PARAMS, 'params.inputResponses has to be an object.', { id })
  const { [APPROVAL_KEY]: ours, ...theirs } = inputResponses
  for (const response of Object.values(theirs))
    if (!isObject(response)) throw new McpError(INVALID_PARAMS, 'Each member of params.inputResponses has to be an object.', { id })
  const declined = isObject(ours) && (ours['action'] === 'decline' || ours['action'] === 'cancel')
  return { ...state, ...(Object.keys(theirs).length === 0 ? {} : { inputResponses: theirs }), declined }
}

const FIRST_ROUND: Round = { declined: false }

export function logNotification(said: { readonly level: string; readonly logger?: string; readonly data: Json }): Json {
  return { jsonrpc: '2.0', method: 'notifications/message', params: { ...said } }
}

export function progressNotification(
  progressToken: RequestId,
  progress: { readonly progress: number; readonly total?: number; readonly message?: string },
): Json {
  return { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, ...progress } }
}
