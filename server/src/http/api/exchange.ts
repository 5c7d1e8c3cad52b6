import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../lib/index.ts'
import { sunsetHeaders } from '../sunset.ts'
import type { Gate } from './admit.ts'
import { bearerOf } from './admit.ts'
import type { Caller, Visitor } from './caller.ts'
import type { AnyEndpoint, Exchange } from './endpoint.ts'
import type { EventReply } from './event-reply.ts'
import type { Undertaking } from './keyed.ts'
import { CursorInvalidError } from './request-errors.ts'

/** What a handler may do to this exchange. Cursors are bound to who asks and to what was asked. */
export function exchangeFor(
  request: FastifyRequest,
  reply: FastifyReply,
  one: AnyEndpoint,
  caller: Visitor | Caller,
  gate: Gate,
  clock: Clock,
  events: EventReply | null,
  answered: { status: number; undertaking: Undertaking | null },
): Exchange {
  const bound = `${'user' in caller ? caller.user : ''} ${one.method} ${one.path}`
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return {
    bearer: bearerOf(request.headers.authorization),
    gone: gone.signal,
    tell: (event, data) => events?.tell(event, data),
    announceEnd: (ending) => void (ending !== undefined && reply.headers(sunsetHeaders(ending))),
    answerWith: (status) => {
      answered.status = status
    },
    get undertaking() {
      return answered.undertaking
    },
    presented: gate.cookie.read(request.headers.cookie),
    browser: gate.browser.read(request.headers.cookie),
    startSession: (secret, expiresAt) => void reply.header('set-cookie', gate.cookie.set(secret, (expiresAt - clock.now()) / 1_000)),
    endSession: () => void reply.header('set-cookie', gate.cookie.clear()),
    away: gate.away.read(request.headers.cookie),
    sendAway: (sealed) => void reply.header('set-cookie', sealed === null ? gate.away.clear() : gate.away.set(sealed)),
    csrfProof: (session) => gate.seals.csrfProof(session),
    cursors: {
      seal: (position) => gate.seals.seal('cursor', bound, position),
      open: (cursor) => {
        if (cursor === undefined) return null
        const position = gate.seals.open('cursor', bound, cursor)
        if (position === null) throw new CursorInvalidError()
        return position
      },
    },
  }
}
