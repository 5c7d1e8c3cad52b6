/** Where the answer to an authorization request may go, by what it is that listens there. */
export type RedirectTarget = { readonly kind: 'web' | 'loopback' | 'app'; readonly target: string }

export type ApplicationType = 'web' | 'native'

const LOOPBACKS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])
/** Schemes that a browser acts on by itself. */
const FORBIDDEN_SCHEMES: ReadonlySet<string> = new Set([
  'javascript:',
  'vbscript:',
  'data:',
  'blob:',
  'file:',
  'about:',
  'ftp:',
  'ws:',
  'wss:',
  'filesystem:',
  'view-source:',
  'mailto:',
  'tel:',
  'sms:',
  'intent:',
])
const LONGEST = 2_000

/** Why a redirect URI cannot be registered, or null. RFC 6749 section 3.1.2, RFC 8252 sections 7 and 8.4, RFC 9700 section 2.1. */
export function problemOf(uri: string, type: ApplicationType): string | null {
  if (uri.length > LONGEST) return 'is too long'
  // What `URL` would repair silently (blanks, tabs, backslashes) would be compared in one form and followed in another.
  if (!/^[\x21-\x7e]+$/.test(uri) || uri.includes('\\')) return 'has characters that do not belong into an address'
  const url = URL.parse(uri)
  if (url === null) return 'is not an absolute address'
  if (uri.includes('#')) return 'has a fragment'
  if (url.username !== '' || url.password !== '' || /^[a-z][a-z0-9+.-]*:\/\/[^/?]*@/i.test(uri)) return 'has a user name in it'
  if (uri.includes('*')) return 'has a wildcard in it; every address is compared as it is'
  if (url.protocol === 'https:') return LOOPBACKS.has(url.hostname) && type === 'native' ? 'is https on a loopback address' : null
  if (url.protocol === 'http:') return LOOPBACKS.has(url.hostname) ? null : 'is plain http to another machine'
  if (FORBIDDEN_SCHEMES.has(url.protocol)) return `has the scheme ${url.protocol.slice(0, -1)}`
  return type === 'native' ? null : 'has a scheme of its own, which is for native applications (application_type)'
}

/**
 * Exact, letter by letter (RFC 9700 section 4.1.3); only the port of a loopback address is free, because a program on a computer takes
 * whichever it gets (RFC 8252 section 7.3).
 */
export function isRegistered(uri: string, registered: readonly string[]): boolean {
  if (registered.includes(uri)) return true
  const portless = withoutLoopbackPort(uri)
  return portless !== null && registered.some((one) => withoutLoopbackPort(one) === portless)
}

/** The address without its port where it is a loopback one and written as it is followed; otherwise null. */
function withoutLoopbackPort(uri: string): string | null {
  const found = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::([1-9]\d{0,4}))?((?:[/?][\x21-\x7e]*)?)$/.exec(uri)
  if (found === null || Number(found[2] ?? 80) > 65_535 || uri.includes('\\') || uri.includes('#')) return null
  return `${found[1]}${found[3]}`
}

/** What is shown beside the name of an assistant, because it is what nobody can choose freely. */
export function targetOf(uri: string): RedirectTarget {
  const url = URL.parse(uri)
  if (url === null) return { kind: 'app', target: uri.slice(0, 100) }
  if (url.protocol === 'https:') return { kind: 'web', target: url.host }
  if (url.protocol === 'http:') return { kind: 'loopback', target: 'this computer' }
  return { kind: 'app', target: url.protocol.slice(0, -1) }
}

/** What an assistant is that does not say it (OpenID Connect Dynamic Client Registration section 2, MCP 2026-07-28 authorization). */
export function inferredType(uris: readonly string[]): ApplicationType {
  return uris.every((uri) => /^https:/i.test(uri)) ? 'web' : 'native'
}
