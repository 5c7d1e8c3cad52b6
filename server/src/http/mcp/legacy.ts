import type { Principal } from '../../authorization/index.ts'
import { PageNeededError } from '../../consent/index.ts'
import type { Asked, OwnAnswer, Questions, Session } from '../../gateway/index.ts'
import { isObject, type Json, type JsonObject, type WorkspaceId } from '../../lib/index.ts'
import {
  ASSUMED_LEGACY_VERSION,
  type ClientMessage,
  HEADER_SESSION,
  HEADER_VERSION,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  LATEST_LEGACY,
  LEGACY_CLIENT_VERSIONS,
  LEGACY_VERSIONS,
  McpError,
  METHOD_NOT_FOUND,
  type RequestId,
  shortText,
  URL_ELICITATION_REQUIRED,
} from '../../protocol/mcp/index.ts'
import { answerAddress, askAssistant } from './ask-assistant.ts'
import { askableBy, type GovernedMethod, isGoverned, readLevel, readTarget, type Target, traceOf } from './governed.ts'
import { MOST_WATCHED, type Streams } from './listen.ts'
import { LISTS, listThings } from './lists.ts'
import { type Asking, CAPABILITIES, INSTRUCTIONS, logNotification, progressNotification } from './modern.ts'
import type { OwnTools } from './own-tools.ts'
import { canOpenPages, noCompletions, otherRefusal, toolRefusal } from './refused.ts'
import { eventOf, Reply, refusalResult, resultMessage, sendJson } from './reply.ts'
import { ResourceWatches } from './resource-watches.ts'
import type { McpOptions, McpRooms } from './rooms.ts'

type Request = Extract<ClientMessage, { kind: 'request' }>

/** The revisions with a handshake (2025-11-25 and 2025-06-18). Sessions are rows, so any process on the database can serve the next request. */
export class LegacyDoor {
  readonly #rooms: McpRooms
  readonly #options: McpOptions
  readonly #streams: Streams
  readonly #own: OwnTools
  /** Calls under way in this process that a notification can cancel. */
  readonly #underWay = new Map<string, AbortController>()

  constructor(rooms: McpRooms, options: McpOptions, streams: Streams, own: OwnTools) {
    this.#rooms = rooms
    this.#own = own
    this.#options = options
    this.#streams = streams
  }

  async handle(asking: Asking, message: ClientMessage): Promise<void> {
    const { res } = asking
    if (message.kind === 'request' && message.method === 'initialize') return await this.#initialize(asking, message)
    const session = await this.#session(asking)
    if (message.kind === 'response') {
      await this.#rooms.letters.send(session.workspace as WorkspaceId, answerAddress(session, message.id), message.result ?? null)
      return void res.writeHead(202).end()
    }
    if (message.kind === 'notification') {
      if (message.method === 'notifications/cancelled') await this.#cancel(session, message.params)
      return void res.writeHead(202).end()
    }
    const { id, method, params } = message
    if (isGoverned(method)) return await this.#govern(asking, session, message, method)
    const kind = LISTS.get(method)
    if (kind !== undefined) {
      const { text, meta } = await listThings(
        { rooms: this.#rooms, options: this.#options, own: this.#own },
        kind,
        asking.principal,
        asking.scope,
        'legacy',
        params,
      )
      return sendJson(res, 200, resultMessage(id, `{${text}${meta === undefined ? '' : `,"_meta":${JSON.stringify(meta)}`}}`))
    }
    switch (method) {
      case 'ping':
        return sendJson(res, 200, resultMessage(id, '{}'))
      case 'logging/setLevel': {
        const level = readLevel(params['level'] ?? null, id)
        if (level !== undefined) await this.#rooms.sessions.setLogLevel(session, level)
        return sendJson(res, 200, resultMessage(id, '{}'))
      }
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        await this.#subscribe(asking, session, message, method === 'resources/subscribe')
        return sendJson(res, 200, resultMessage(id, '{}'))
      default:
        throw new McpError(METHOD_NOT_FOUND, `The method ${JSON.stringify(method.slice(0, 64))} is not offered here.`, { status: 200, id })
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
    const client = isObject(clientInfo) ? `${shortText(clientInfo['name'], 200)} ${shortText(clientInfo['version'], 50)}` : ''
    const id = await this.#rooms.sessions.open(principal, version, isObject(capabilities) ? capabilities : {}, client)
    const result = {
      protocolVersion: version,
      capabilities: CAPABILITIES,
      serverInfo: { name: 'handfast', title: 'Handfast', version: this.#options.version },
      instructions: INSTRUCTIONS,
    }
    sendJson(res, 200, resultMessage(message.id, JSON.stringify(result)), { [HEADER_SESSION]: id })
  }

  /** The call may be under way in another process, behind the same balancer. */
  async #cancel(session: Session, params: JsonObject): Promise<void> {
    const key = callKey(session, params['requestId'])
    const here = this.#underWay.get(key)
    if (here !== undefined) here.abort()
    else await this.#rooms.letters.send(session.workspace as WorkspaceId, cancelAddress(key), null)
  }

  async #subscribe({ principal, scope }: Asking, session: Session, { id, params }: Request, wanted: boolean): Promise<void> {
    const { uri } = params
    if (typeof uri !== 'string') throw new McpError(INVALID_PARAMS, 'params.uri has to be the address of a resource.', { id })
    const others = session.subscriptions.filter((known) => known !== uri)
    if (wanted) {
      if (others.length >= MOST_WATCHED)
        throw new McpError(INVALID_PARAMS, `A session hears of at most ${MOST_WATCHED} resources.`, { id, status: 200 })
      if (!(await this.#rooms.catalogue.hasResource(principal, scope, uri)))
        throw new McpError(INVALID_PARAMS, 'There is no such resource here.', { id, status: 200, data: { uri } })
    }
    await this.#rooms.sessions.setSubscriptions(session, wanted ? [...others, uri] : others)
  }

  async #govern(asking: Asking, session: Session, message: Request, method: GovernedMethod): Promise<void> {
    const { id, params } = message
    const target = readTarget(method, params, id)
    const reply = new Reply(asking.res)
    const key = callKey(session, id)
    // In these eras a lost connection is not a cancellation: the call goes on, and its result stays in the person's history.
    const cancelled = new AbortController()
    this.#underWay.set(key, cancelled)
    const elsewhere = this.#rooms.letters.await(cancelAddress(key))
    elsewhere.letter.then(
      () => cancelled.abort(),
      () => {},
    )
    try {
      const answer = await this.#rounds(asking, session, target, params, reply, cancelled.signal)
      reply.end(resultMessage(id, forLegacy(answer.text, answer.result.structuredContent)))
    } catch (error) {
      // A cancelled request gets no answer (2025-11-25 basic/utilities/cancellation).
      if (cancelled.signal.aborted) return reply.close()
      this.#refuse(reply, session, id, method, error)
    } finally {
      elsewhere.stop()
      this.#underWay.delete(key)
    }
  }

  /** The call, and again with the assistant's answers for as long as the connector asks something. Each round is a governed call. */
  async #rounds(asking: Asking, session: Session, target: Target, params: JsonObject, reply: Reply, signal: AbortSignal): Promise<OwnAnswer> {
    const { principal, bearer, scope } = asking
    const meta = isObject(params['_meta']) ? params['_meta'] : {}
    const token = meta['progressToken']
    const capabilities = askableBy(session.capabilities)
    const trace = traceOf(meta)
    const logLevel = session.logLevel ?? DEFAULT_LEVEL
    let asks: Questions | null = null
    let inputResponses: JsonObject | undefined
    for (let round = 0; round <= MOST_ROUNDS; round++) {
      const state: string | undefined = asks?.requestState
      const asked: Asked = {
        principal,
        bearer,
        epoch: round === 0 ? asking.epoch : this.#rooms.changes.known,
        scope,
        ...target,
        protocol: `mcp/${session.protocol}`,
        era: 'legacy',
        signal,
        declined: false,
        onProgress:
          typeof token === 'string' || typeof token === 'number' ? (progress) => reply.notify(progressNotification(token, progress)) : undefined,
        logLevel,
        onLog: (said) => reply.notify(logNotification(said)),
        ...(capabilities === undefined ? undefined : { capabilities }),
        ...(inputResponses === undefined ? undefined : { inputResponses }),
        ...(state === undefined ? undefined : { requestState: state }),
        ...(trace === undefined ? undefined : { trace }),
      }
      const answer: OwnAnswer = (await this.#own.answer(asked)) ?? (await this.#rooms.gateway.answer(asked))
      if (answer.asks === null) return answer
      asks = answer.asks
      const letGo = this.#rooms.gateway.hold()
      try {
        inputResponses = await askAssistant(this.#rooms.letters, session, reply, asks.inputRequests, signal)
      } finally {
        letGo()
      }
    }
    throw new McpError(INTERNAL_ERROR, `The connector kept asking: more than ${MOST_ROUNDS} rounds.`, { status: 200 })
  }

  #refuse(reply: Reply, session: Session, id: RequestId, method: GovernedMethod, error: unknown): void {
    reply.end(resultMessage(id, this.#refusal(session, id, method, error)))
  }

  #refusal(session: Session, id: RequestId, method: GovernedMethod, error: unknown): string {
    const { log } = this.#rooms
    if (method === 'tools/call') return toolRefusal(error, 'legacy', log, (needed) => askFor(needed, session, id))
    const none = method === 'completion/complete' ? noCompletions(error) : undefined
    if (none !== undefined) return none
    if (error instanceof PageNeededError) askFor(error, session, id)
    throw otherRefusal(error, 'legacy', log)
  }

  /** GET: the stream on which we tell of list changes, and of changes of the resources that the session subscribed to, at whichever node. */
  async stream(asking: Asking): Promise<void> {
    const session = await this.#session(asking)
    this.#streams.requireRoom(asking)
    const { bearer, scope, principal, res } = asking
    const watches = new ResourceWatches(this.#rooms, { bearer, scope, protocol: `mcp/${session.protocol}`, era: 'legacy' })
    const id = String(asking.req.headers[HEADER_SESSION])
    const deaf = this.#rooms.sessions.onChange(session.idHash, () => {
      // A session that ended takes its stream along.
      this.#rooms.sessions.of(principal, id).then(
        ({ subscriptions }) => watches.set(subscriptions),
        () => res.end(),
      )
    })
    res.once('close', deaf)
    const changed = ['tools', 'resources', 'prompts']
      .map((kind) => eventOf(JSON.stringify({ jsonrpc: '2.0', method: `notifications/${kind}/list_changed` })))
      .join('')
    const event = (uri: string): string => eventOf(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri } }))
    this.#streams.keep(asking, { first: ': here\n\n', changed, last: ': goodbye\n\n', updates: { watches, event } })
    await watches.set(session.subscriptions)
  }

  /** DELETE: the assistant is done with its session. */
  async end({ req, res, principal }: { req: Asking['req']; res: Asking['res']; principal: Principal }): Promise<void> {
    const id = req.headers[HEADER_SESSION]
    if (typeof id !== 'string') throw new McpError(INVALID_REQUEST, 'The header Mcp-Session-Id is missing.')
    await this.#rooms.sessions.end(principal, id)
    res.writeHead(204).end()
  }
}

/** Rounds of questions in one call. */
const MOST_ROUNDS = 8
/** A server of these eras says what it likes until it is told a level; connectors of the newer one say nothing then. */
const DEFAULT_LEVEL = 'info'

function cancelAddress(key: string): string {
  return `cancel ${key}`.slice(0, 400)
}

function callKey(session: Session, id: Json | undefined): string {
  return `${session.idHash} ${JSON.stringify(id)}`
}

/** 2025-11-25 has an error that sends the user to a page; an assistant without it gets the link in words. */
function askFor(needed: PageNeededError, session: Session, id: RequestId): string {
  if (session.protocol !== '2025-11-25' || !canOpenPages(session.capabilities)) return refusalResult(needed)
  const elicitation = { mode: 'url', elicitationId: needed.page, url: needed.link, message: needed.question }
  throw new McpError(URL_ELICITATION_REQUIRED, needed.message, { status: 200, id, data: { elicitations: [elicitation] } })
}

/** Structured content could only be an object then; anything else stays in the text block that comes with it, or becomes one. */
function forLegacy(text: string, structured: Json | undefined): string {
  if (structured === undefined || isObject(structured)) return text
  const { structuredContent: _, ...result } = JSON.parse(text) as { structuredContent?: Json; content: readonly Json[] }
  const content = result.content.length > 0 ? result.content : [{ type: 'text', text: JSON.stringify(structured) }]
  return JSON.stringify({ ...result, content })
}
