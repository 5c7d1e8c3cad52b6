import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Clock, type Json, JsonMalformedError, parseJson } from '../../lib/index.ts'
import { browserCookie } from '../oauth/browser-cookie.ts'
import { admit, type Gate } from './admit.ts'
import { AwayCookie } from './away-cookie.ts'
import type { Caller, Visitor } from './caller.ts'
import { checkEndpoints } from './check-endpoints.ts'
import { type AnyEndpoint, type Download, download, endpoint } from './endpoint.ts'
import { type ApiRooms, allEndpoints } from './endpoints/index.ts'
import { EventReply } from './event-reply.ts'
import { exchangeFor } from './exchange.ts'
import { type Answer, once, type Undertaking } from './keyed.ts'
import type { LocalCallers } from './local-callers.ts'
import { answersNothing, describeApi } from './openapi.ts'
import { everybody } from './policy.ts'
import { readInput } from './read-input.ts'
import { type FaultLog, faultOrRefusal, MOST_BYTES, renderError } from './render-error.ts'
import { MethodNotAllowedError, NothingHereError } from './request-errors.ts'
import { Seals } from './seals.ts'
import { SessionCookie } from './session-cookie.ts'
import { Site, securityHeaders } from './site.ts'

export type ApiOptions = {
  /** The one origin that cookies, links and origin checks derive from. */
  readonly publicUrl: URL
  /** What this installation is called, and which release it runs. */
  readonly name: string
  readonly version: string
  /** At least 32 random bytes, the same on every node: seals cursors and kept answers, proves pages. */
  readonly key: Uint8Array
  readonly clock: Clock
  readonly log: FaultLog
  /** Addresses or ranges of proxies whose `X-Forwarded-For` is believed. None where absent. */
  readonly trustedProxies?: readonly string[]
  /** Further host names that it answers for. */
  readonly hosts?: readonly string[]
  /** Requests of this machine's command line. None where absent. */
  readonly localCallers?: LocalCallers
}

/** The control API, to be mounted beside other handlers of one port. */
export type Api = {
  /** Answers one request below `/api/v1/`. */
  handle(request: IncomingMessage, response: ServerResponse): void
  readonly endpoints: readonly AnyEndpoint[]
  close(): Promise<void>
}

/**
 * Builds the control API over the rooms.
 * @param more endpoints over what is no room of the control API
 * @throws EndpointFault when an endpoint does not say who may call it or what it records
 */
export async function createApi(rooms: ApiRooms, options: ApiOptions, more: readonly AnyEndpoint[] = []): Promise<Api> {
  return serveEndpoints(rooms, [...allEndpoints(rooms, options), ...more], options)
}

/** The same for a given list, to which the description of itself is added. */
export async function serveEndpoints(rooms: ApiRooms, given: readonly AnyEndpoint[], options: ApiOptions): Promise<Api> {
  const site = new Site(options.publicUrl, options.hosts)
  const gate: Gate = {
    ...rooms,
    site,
    cookie: new SessionCookie(site.https),
    browser: browserCookie(site.https),
    away: new AwayCookie(site.https),
    seals: new Seals(options.key),
    clock: options.clock,
    localCallers: options.localCallers,
  }
  const endpoints: AnyEndpoint[] = [...given]
  endpoints.push(
    endpoint({
      method: 'GET',
      path: '/api/v1/openapi.json',
      summary: 'This description',
      policy: everybody('it says nothing about this installation that the source does not say'),
      ledger: { none: 'reading' },
      input: z.object({}),
      output: z.looseObject({}),
      handle: async () => describeApi(endpoints, options),
    }),
  )
  checkEndpoints(endpoints)
  const app = fastify({
    bodyLimit: MOST_BYTES,
    trustProxy: options.trustedProxies === undefined || options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    logger: false,
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: compilesNothing, buildSerializer: compilesNothing } },
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      reply.headers(securityHeaders(site.https))
      renderError(error, request, reply as FastifyReply, options.log, site.publicUrl.origin)
    },
  })
  prepare(app, endpoints, site, options)
  for (const one of endpoints) mount(app, one, gate, rooms, options)
  await app.ready()
  return { handle: (request, response) => app.routing(request, response), endpoints, close: () => app.close() }
}

/** Endpoints have shapes of their own. Named here, so that fastify does not load the compilers that it brings: they are some MiB in memory. */
function compilesNothing(): never {
  throw new Error('no route of the control API has a schema of fastify')
}

function prepare(app: FastifyInstance, endpoints: readonly AnyEndpoint[], site: Site, options: ApiOptions): void {
  const headers = { ...securityHeaders(site.https), 'cache-control': 'no-store' }
  app.addHook('onRequest', async (_, reply) => void reply.headers(headers))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, text, done) => {
    try {
      done(null, text === '' ? undefined : parseJson(String(text)))
    } catch (error) {
      // The parser quotes what it stumbled over, which may be half a password.
      done(error instanceof JsonMalformedError ? new JsonMalformedError('The body is not JSON.') : (error as Error))
    }
  })
  // Mail systems pipe a message as it is; it becomes the one field of the only endpoint that takes one.
  app.addContentTypeParser('message/rfc822', { parseAs: 'string' }, (_, text, done) => done(null, { message: String(text) }))
  app.setErrorHandler((error, request, reply) => renderError(error, request, reply, options.log, site.publicUrl.origin))
  const shapes = endpoints.map((one) => ({
    method: one.method,
    shape: new RegExp(`^${one.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }))
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const allowed = shapes.filter((one) => one.shape.test(path)).map((one) => one.method)
    return renderError(
      allowed.length === 0 ? new NothingHereError() : new MethodNotAllowedError(allowed),
      request,
      reply,
      options.log,
      site.publicUrl.origin,
    )
  })
}

function mount(app: FastifyInstance, one: AnyEndpoint, gate: Gate, rooms: ApiRooms, options: ApiOptions): void {
  const admitted = new WeakMap<FastifyRequest, Visitor | Caller>()
  app.route({
    method: one.method,
    ...(one.mostBytes === undefined ? {} : { bodyLimit: one.mostBytes }),
    url: one.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    onRequest: async (request) => void admitted.set(request, await admit(request, one, gate)),
    handler: async (request, reply) => {
      const caller = admitted.get(request)
      if (caller === undefined) throw new Error('a request reached its handler unadmitted')
      const input = readInput(request, one)
      const events = one.streams === true && EventReply.isWanted(request) ? new EventReply(reply) : null
      const answered: { status: number; undertaking: Undertaking | null } = { status: one.status ?? 200, undertaking: null }
      const exchange = exchangeFor(request, reply, one, caller, gate, options.clock, events, answered)
      if (one.output === download) {
        const { filename, pieces, mediaType } = (await one.handle(input, caller, exchange)) as Download
        const name = /^[\w.-]+$/.test(filename)
          ? `filename="${filename}"`
          : `filename*=UTF-8''${encodeURIComponent(filename).replace(/['()*]/g, '_')}`
        const headers = { 'content-type': mediaType, 'content-disposition': `attachment; ${name}` }
        return reply.headers(headers).send(Readable.from(pieces))
      }
      const work = async (undertaking: Undertaking | null = null): Promise<Answer> => {
        answered.undertaking = undertaking
        const output = one.output.parse(await one.handle(input, caller, exchange))
        return answersNothing(one) ? { status: 204, body: '' } : { status: answered.status, body: JSON.stringify(output) }
      }
      const key = request.headers['idempotency-key']
      const keeps = one.method === 'POST' && 'user' in caller && one.keepsAnswer !== false && typeof key === 'string'
      const kept = { answers: rooms.people.answers, seals: gate.seals, now: options.clock.now() }
      let answer: Answer
      try {
        answer = keeps ? await once(kept, one, key, caller, input as Json, work) : await work()
      } catch (error) {
        if (events === null || !events.begun) throw error
        events.end('error', JSON.stringify(faultOrRefusal(error, request, options.log)))
        return reply
      }
      if (events !== null) {
        events.end('answer', answer.body)
        return reply
      }
      if ('repeated' in answer && answer.repeated) reply.header('idempotency-replayed', 'true')
      if (answer.status === 204) return reply.code(204).send()
      return reply.code(answer.status).header('content-type', 'application/json; charset=utf-8').send(answer.body)
    },
  })
}
