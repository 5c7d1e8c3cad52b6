const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

/** Headers on every answer, so that no page of another site can frame it, sniff it or learn where people came from. */
export function securityHeaders(https: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': policy,
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(https ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}

/** Which hosts and origins are this server. */
export class Site {
  readonly publicUrl: URL
  readonly https: boolean
  readonly #hosts: ReadonlySet<string>

  /** @param hosts further names that it answers for, without ports, such as the one that a health check inside a cluster uses */
  constructor(publicUrl: URL, hosts: readonly string[] = []) {
    this.publicUrl = publicUrl
    this.https = publicUrl.protocol === 'https:'
    this.#hosts = new Set([publicUrl.hostname, ...hosts].map((host) => host.toLowerCase()))
  }

  /** True for the public host and for loopback. Any other name in `Host` was pointed at us by somebody else (DNS rebinding). */
  answersFor(host: string | undefined): boolean {
    const name = hostname(host)
    return name !== null && (this.#hosts.has(name) || isLoopback(name))
  }

  /**
   * True when a page of this server sent the request, or no page at all. Origins are compared whole: another port is another page.
   * On loopback the server is reached under several names; there the page's origin has to be the host that it asked.
   */
  isOwnPage(headers: { readonly origin?: string | undefined; readonly host?: string | undefined; readonly fetchSite?: string | undefined }): boolean {
    const { origin, host, fetchSite } = headers
    if (origin === undefined) return fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none'
    if (origin === this.publicUrl.origin) return true
    const name = hostname(host)
    return name !== null && isLoopback(name) && origin === `http://${host?.toLowerCase()}`
  }
}

/** The name in a `Host` header in lower case, or null when it is not one. */
function hostname(host: string | undefined): string | null {
  if (host === undefined || !/^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.test(host)) return null
  return host.toLowerCase().replace(/:\d+$/, '')
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name)
}
