import { RedirectRefusedError } from './egress-errors.ts'
import type { EgressRequest } from './egress-request.ts'
import type { Hop } from './hop.ts'
import { headersAfterRedirect } from './request-headers.ts'

/** What decides about a redirect: the request that was answered with it. */
export type RedirectedFrom = Pick<Hop, 'url' | 'redirects'> & { readonly request: Pick<EgressRequest, 'origins' | 'redirects'> }

/** How many redirects one request follows at most. */
export const MAX_REDIRECTS = 3

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

/**
 * The request that a redirect asks for (RFC 9110 section 15.4, with the method changes that browsers agree on).
 * It is a new request: whoever sends it asks the judge again.
 * @throws RedirectRefusedError when it leads anywhere but to a reviewed origin, or down to http
 */
export function followRedirect(hop: Hop, status: number, location: string): Hop {
  const url = redirectTarget(hop, location)
  const toGet = (status === 303 && hop.method !== 'HEAD') || ((status === 301 || status === 302) && hop.method === 'POST')
  return {
    ...hop,
    url,
    method: toGet ? 'GET' : hop.method,
    headers: headersAfterRedirect(hop.headers, { origin: url.origin !== hop.url.origin, body: toGet }),
    body: toGet ? null : hop.body,
    redirects: hop.redirects + 1,
  }
}

/** Where a redirect leads, if it may be followed at all. @throws RedirectRefusedError */
export function redirectTarget(hop: RedirectedFrom, location: string): URL {
  const origins = hop.request.origins ?? []
  if (origins.length === 0) throw new RedirectRefusedError('no redirect is expected here', location)
  const most = Math.min(hop.request.redirects ?? MAX_REDIRECTS, MAX_REDIRECTS)
  if (hop.redirects >= most) throw new RedirectRefusedError(`more than ${most} in a row`, location)
  const url = URL.parse(location, hop.url.href)
  if (url === null) throw new RedirectRefusedError('it leads to something that is not an address', location)
  if (hop.url.protocol === 'https:' && url.protocol !== 'https:') throw new RedirectRefusedError('it leaves https', location)
  if (!origins.some((origin) => URL.parse(origin)?.origin === url.origin))
    throw new RedirectRefusedError('it leads to a place that was not reviewed', location)
  return url
}
