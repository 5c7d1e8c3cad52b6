import { Refusal } from '../lib/index.ts'
import type { Egress } from './egress.ts'
import { OriginRefusedError, RequestMalformedError, UnreachableError } from './egress-errors.ts'
import type { EgressResponse } from './egress-request.ts'
import { type FetchPurpose, fetchPurposes, type PurposeRule } from './fetch-purposes.ts'

export type FetchOptions = {
  readonly purpose: FetchPurpose
  /** From start to the last byte. At most what the purpose allows, which is the default. */
  readonly timeoutMs?: number
  /** Of the body after decoding. At most what the purpose allows, which is the default. */
  readonly maxBytes?: number
  /** Redirects to follow, for GET and HEAD only; default none. At most what the purpose allows. */
  readonly redirects?: number
  /** The only origins that may be asked, redirects included. Default: any, and redirects stay within the origin of the request. */
  readonly origins?: readonly string[]
}

/** What libraries give: optional things may also be there and undefined. */
export type FetchInit = { readonly [K in keyof RequestInit]: RequestInit[K] | undefined }
export type FetchLike = (input: string | URL | Request, init?: FetchInit) => Promise<Response>

/** Ours to send, or the connection's. Libraries set some of them without being asked. */
const dropped: ReadonlySet<string> = new Set(['user-agent', 'connection', 'keep-alive', 'content-length', 'host', 'handfast-reason'])
/** The body is whole and decoded when it is handed over; these would describe what was on the wire. */
const spent: ReadonlySet<string> = new Set(['content-encoding', 'content-length', 'transfer-encoding', 'set-cookie'])
/** Fetch standard, "null body status". */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

/**
 * Our way out in the shape of `fetch`, for libraries that bring their own protocol: openid-client and oauth4webapi
 * (`customFetch`) and jose (key sets). The answer arrives whole, within its limits. What the library asks for beyond the
 * request itself (its redirect mode, cache, credentials) has no effect: those are decided here. Rejects with our refusals;
 * libraries tend to wrap them, see `refusalBehind`.
 */
export function asFetch(egress: Egress, options: FetchOptions): FetchLike {
  const rule: PurposeRule = fetchPurposes[options.purpose]
  const totalMs = Math.min(options.timeoutMs ?? rule.mostMs, rule.mostMs)
  const maxBytes = Math.min(options.maxBytes ?? rule.mostBytes, rule.mostBytes)
  const redirects = Math.min(options.redirects ?? 0, rule.mostRedirects)
  const allowed = options.origins === undefined ? null : new Set(options.origins.map(originOf))
  const limits = { totalMs, maxBytes, connectMs: Math.min(5_000, totalMs), headersMs: totalMs, idleMs: totalMs }

  return async (input, init) => {
    const request = composed(input, init)
    const url = new URL(request.url)
    if (allowed !== null && !allowed.has(url.origin)) throw new OriginRefusedError(url.origin)
    const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer())
    const follows = redirects > 0 && (request.method === 'GET' || request.method === 'HEAD')
    const answer = await egress.request({
      url,
      method: request.method,
      headers: headersOf(request),
      ...(body === null ? {} : { body }),
      reason: rule.reason,
      ...(follows ? { origins: [...(allowed ?? [url.origin])], redirects } : {}),
      limits,
      signal: request.signal,
    })
    return responseOf(answer, await answer.body.bytes(), url)
  }
}

/** The refusal of ours that a library has wrapped in an error of its own, or undefined when the error has another reason. */
export function refusalBehind(error: unknown): Refusal | undefined {
  let found = error
  for (let depth = 0; depth < 8 && found instanceof Error; depth++) {
    if (found instanceof Refusal) return found
    found = found.cause
  }
  return undefined
}

/** Normalises what a library gives as `fetch` would: bodies of all kinds, header lists, relative parts. */
function composed(input: string | URL | Request, init: FetchInit | undefined): Request {
  try {
    return new Request(input, { ...(init as RequestInit), redirect: 'manual' })
  } catch (error) {
    throw new RequestMalformedError('The request cannot be sent as it is.', { cause: error })
  }
}

function headersOf(request: Request): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of request.headers) if (!dropped.has(name)) headers[name] = value
  return headers
}

function responseOf(answer: EgressResponse, body: Buffer, asked: URL): Response {
  const { status, url } = answer
  try {
    const response = new Response(bodiless.has(status) ? null : new Uint8Array(body), { status, headers: headersIn(answer) })
    Object.defineProperty(response, 'url', { value: url.href })
    Object.defineProperty(response, 'redirected', { value: url.href !== asked.href })
    return response
  } catch (error) {
    // A status beyond 599, or a header value that is not text.
    throw new UnreachableError(url.hostname, 'not-http', true, error)
  }
}

function headersIn(answer: EgressResponse): [string, string][] {
  return Object.entries(answer.headers).filter(([name]) => !spent.has(name))
}

function originOf(text: string): string {
  const origin = URL.parse(text)?.origin
  if (origin === undefined || origin === 'null') throw new RangeError(`"${text}" is not an origin`)
  return origin
}
