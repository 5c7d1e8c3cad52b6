import type { ServerMessage } from '../protocol/mcp/index.ts'
import type { Conversation } from './conversation.ts'
import type { Outgoing } from './exchange.ts'
import { sessionHeaders } from './legacy.ts'
import { PARK_MS } from './parked.ts'
import type { LegacySession } from './session-pool.ts'
import type { Wire } from './wire.ts'

type Request = Extract<ServerMessage, { kind: 'request' }>
type Ear = { readonly stream: AbortController; readonly opened: Promise<void>; readonly conversations: Set<Conversation> }

/** A connector that has such a stream opens it at once; one that has none says so. Nobody waits longer for either. */
const OPEN_MS = 1_000
/** No answer on this stream is ours. */
const NO_ID = -1

/**
 * The stream of a session besides those of its requests (2025-11-25 basic/transports, listening for messages). Many connectors put the questions of a call
 * there. It is open while a call is under way that may ask something. What is asked while several are cannot be told apart, and is declined.
 */
export class Ears {
  readonly #wire: Wire
  readonly #ears = new Map<LegacySession, Ear>()
  readonly #closing: AbortSignal

  constructor(wire: Wire, closing: AbortSignal) {
    this.#wire = wire
    this.#closing = closing
  }

  /** Listens for a conversation until it ends. @param heard what to do with a request; null: nobody can be meant */
  async listen(
    session: LegacySession,
    conversation: Conversation,
    out: Omit<Outgoing, 'headers' | 'body' | 'id' | 'listener' | 'harmless'>,
    heard: (asked: Request, meant: Conversation | null) => void,
  ): Promise<void> {
    if (session.silent === true) return
    const ear = this.#ears.get(session) ?? this.#open(session, out, heard)
    ear.conversations.add(conversation)
    await ear.opened
  }

  leave(session: LegacySession, conversation: Conversation): void {
    const ear = this.#ears.get(session)
    if (ear === undefined || !ear.conversations.delete(conversation) || ear.conversations.size > 0) return
    this.#ears.delete(session)
    ear.stream.abort()
  }

  #open(
    session: LegacySession,
    out: Omit<Outgoing, 'headers' | 'body' | 'id' | 'listener' | 'harmless'>,
    heard: (asked: Request, meant: Conversation | null) => void,
  ): Ear {
    const stream = new AbortController()
    const opened = Promise.withResolvers<void>()
    const conversations = new Set<Conversation>()
    const ear: Ear = { stream, opened: opened.promise, conversations }
    this.#ears.set(session, ear)
    const timer = setTimeout(opened.resolve, OPEN_MS)
    const onRequest = (asked: Request): void => heard(asked, conversations.size === 1 ? ([...conversations][0] ?? null) : null)
    const listener = { onOpen: opened.resolve, onRequest, onNotification: () => {} }
    const signal = AbortSignal.any([stream.signal, this.#closing])
    const headers = { ...sessionHeaders(session, out.route.headers), accept: 'text/event-stream' }
    this.#wire
      .resume({ ...out, headers, body: '', id: NO_ID, listener, signal, timeoutMs: PARK_MS, harmless: true }, headers)
      .then((answer) => {
        if (answer.kind === 'refused' || answer.kind === 'error') session.silent = true
      })
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer)
        opened.resolve()
        if (this.#ears.get(session) === ear) this.#ears.delete(session)
      })
    return ear
  }
}
