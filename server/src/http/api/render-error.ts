import { randomBytes } from 'node:crypto'
import { grantScopes } from '@handfast/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ScopeMissingError } from '../../authorization/index.ts'
import { Refusal, refusalBody } from '../../lib/index.ts'
import { challenge } from '../oauth/metadata.ts'
import { BodyTooLargeError, MediaTypeError, MethodNotAllowedError, RequestInvalidError } from './request-errors.ts'

/** The part of a logger that is used here; pino fits. */
export type FaultLog = { error(fields: Readonly<Record<string, unknown>>, message: string): void }

export const MOST_BYTES = 1_048_576

/** Turns whatever was thrown into `{error: {…}}`. A refusal is said as it is; anything else is logged whole under a reference, and only that is said. */
export function renderError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: FaultLog, origin: string): FastifyReply {
  const refusal = asRefusal(error)
  if (refusal === null) return send(reply, 500, faultOrRefusal(error, request, log).error)
  if (refusal.retryAfter !== undefined) reply.header('retry-after', String(refusal.retryAfter))
  if (refusal instanceof MethodNotAllowedError) reply.header('allow', refusal.allowed.join(', '))
  const wrong = refusal.code === 'authorization/invalid' ? 'invalid_token' : undefined
  if (refusal.status === 401) reply.header('www-authenticate', challenge(origin, '', grantScopes.join(' '), wrong))
  if (refusal instanceof ScopeMissingError) reply.header('www-authenticate', challenge(origin, '', refusal.scope, 'insufficient_scope'))
  return send(reply, refusal.status, refusalBody(refusal))
}

/** What is said of whatever was thrown, once the status can be said no more. */
export function faultOrRefusal(error: unknown, request: FastifyRequest, log: FaultLog): { readonly error: Readonly<Record<string, unknown>> } {
  const refusal = asRefusal(error)
  if (refusal !== null) return { error: refusalBody(refusal) }
  const ref = randomBytes(9).toString('base64url')
  // The template of the route, not the address: an address can hold what somebody pasted into it.
  log.error({ ref, err: error, method: request.method, route: request.routeOptions.url ?? 'none' }, 'a request to the control API failed')
  const message = 'Something failed on our side. The operator finds it in the log under this reference.'
  return { error: { code: 'request/fault', message, who: 'operator', ref } }
}

function send(reply: FastifyReply, status: number, error: Readonly<Record<string, unknown>>): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify({ error }))
}

/** The router and body reader have their own words for a few expected noes. */
function asRefusal(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new BodyTooLargeError(MOST_BYTES)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new MediaTypeError()
  if (typeof code === 'string' && code.startsWith('FST_ERR_') && typeof statusCode === 'number' && statusCode < 500)
    return new RequestInvalidError('', 'its address or body is malformed')
  return null
}
