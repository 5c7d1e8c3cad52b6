import { isObject, type JsonObject } from '../lib/index.ts'
import {
  type ClientInfo,
  HEADER_SESSION,
  HEADER_VERSION,
  initializeParams,
  LEGACY_CLIENT_VERSIONS,
  legacyMessage,
  POST_HEADERS,
  shortText,
} from '../protocol/mcp/index.ts'
import type { Asking } from './detect-era.ts'
import type { Exchanged, Outgoing } from './exchange.ts'
import type { LegacySession } from './session-pool.ts'
import { refusedCall } from './tool-answer.ts'
import { UpstreamNotUnderstoodError } from './upstream-errors.ts'
import type { Wire } from './wire.ts'
import { WrongEraError } from './wrong-era.ts'

export type Opened = { readonly session: LegacySession; readonly initialized: JsonObject }

/** The headers of any message in a session. */
export function sessionHeaders(session: LegacySession, credential: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = { ...POST_HEADERS, [HEADER_VERSION]: session.version, ...credential }
  if (session.id !== undefined) headers[HEADER_SESSION] = session.id
  return headers
}

/**
 * The handshake (2025-11-25 basic/lifecycle). We declare what the assistant can be asked for; where that is nothing, connectors have no reason to ask.
 * Throws WrongEraError where the connector refuses the handshake as such.
 */
export async function openSession(wire: Wire, client: ClientInfo, id: number, asking: Asking, capabilities: JsonObject = {}): Promise<Opened> {
  const answer = await wire.post({
    ...asking,
    headers: { ...POST_HEADERS, ...asking.route.headers },
    body: legacyMessage(id, 'initialize', initializeParams(client, capabilities)),
    id,
    harmless: true,
    greets: true,
  })
  const opened = readHandshake(answer)
  const greeted = await wire.post({
    ...asking,
    headers: sessionHeaders(opened.session, asking.route.headers),
    body: legacyMessage(undefined, 'notifications/initialized'),
    id: undefined,
    harmless: true,
  })
  if (greeted.kind === 'refused') throw refusedCall(greeted.status)
  return opened
}

/** Statuses with which servers that know only the transport of 2024 refuse a POST. */
const NO_POST = new Set([404, 405])

function refusedGreeting(status: number): UpstreamNotUnderstoodError {
  const refused = refusedCall(status)
  if (!NO_POST.has(status)) return refused
  const hint = 'If it speaks only HTTP+SSE of 2024, the operator can let it be reached with HANDFAST_SSE_CONNECTORS=true.'
  return new UpstreamNotUnderstoodError(`${refused.message} ${hint}`, refused.mayHaveRun, refused.detail)
}

function readHandshake(answer: Exchanged): Opened {
  if (answer.kind === 'refused') throw new WrongEraError(refusedGreeting(answer.status))
  if (answer.kind === 'error') {
    const message = `The connector refused to start a conversation: ${answer.error.message || `error ${answer.error.code}`}`
    throw new WrongEraError(new UpstreamNotUnderstoodError(message, 'no', { code: answer.error.code }))
  }
  if (answer.kind !== 'result' || !isObject(answer.result)) {
    throw new UpstreamNotUnderstoodError('The connector did not answer when we tried to start a conversation.', 'no')
  }
  const version = answer.result['protocolVersion']
  const known = LEGACY_CLIENT_VERSIONS.find((candidate) => candidate === version)
  if (known === undefined) {
    throw new UpstreamNotUnderstoodError(`The connector speaks a revision of the protocol that is not spoken here (${shortText(version, 32)}).`, 'no')
  }
  const id = answer.response.headers[HEADER_SESSION]
  if (id !== undefined && !/^[\x21-\x7e]{1,1024}$/.test(id))
    throw new UpstreamNotUnderstoodError('The connector gave a session id that cannot be sent back.', 'no')
  return { session: { id, version: known }, initialized: answer.result }
}

/**
 * True when a connector refused a message because it no longer knows the session, so the message did not run. The specification says 404;
 * many servers answer 400 with words about the session and no request id instead.
 */
export function lostSession(answer: Exchanged, session: LegacySession): boolean {
  if (session.id === undefined) return false
  if (answer.kind === 'refused') return answer.status === 404 || (answer.status === 400 && /session/i.test(answer.text))
  if (answer.kind !== 'error' || answer.status < 400) return false
  return answer.status === 404 || (answer.status === 400 && answer.error.id === null && /session/i.test(answer.error.message))
}

/** What we say when a connector asks us something: we are there, and beyond that we offered nothing. */
export function replyTo(request: { readonly id: number | string; readonly method: string }): string {
  if (request.method === 'ping') return JSON.stringify({ jsonrpc: '2.0', id: request.id, result: {} })
  if (request.method === 'elicitation/create') return JSON.stringify({ jsonrpc: '2.0', id: request.id, result: { action: 'decline' } })
  return JSON.stringify({ jsonrpc: '2.0', id: request.id, error: { code: -32601, message: 'This client offers nothing of the kind.' } })
}

/** A message that gets no answer: a notification or a reply. */
export function oneWay(asking: Asking, session: LegacySession, body: string): Outgoing {
  return { ...asking, headers: sessionHeaders(session, asking.route.headers), body, id: undefined, harmless: true }
}
