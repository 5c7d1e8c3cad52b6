import { LRUCache } from 'lru-cache'
import type { Credential } from './upstream-call.ts'
import { CredentialRejectedError } from './upstream-errors.ts'

/** Where requests to a connector go and with what key. */
export type Route = {
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Origins that a redirect may lead to. */
  readonly origins: readonly string[]
  /** For caches: the target and who asks. */
  readonly key: string
}

type Address = { readonly url: URL; readonly origin: string; readonly own: readonly string[] }
const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({})
/** Names that steer the request itself; a key placed in one of them would change more than who asks. */
const NOT_FOR_KEYS = /^(?:host|content-.*|transfer-encoding|connection|accept|mcp-.*|cookie|expect|te|upgrade|proxy-.*)$/
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Turns targets and credentials into routes, without parsing a URL per call. */
export class Routes {
  // Counted by size, so that room is made for those that come and not for all that may.
  readonly #addresses = new LRUCache<string, Address>({ maxSize: 10_000, sizeCalculation: () => 1 })

  /**
   * With a key, a redirect may only lead back to the target's own origin: a key never reaches another one, in whatever header it stands.
   * Throws CredentialRejectedError where the saved key cannot be put where the release says.
   */
  to(url: string, credential: Credential | null, reviewed: readonly string[]): Route {
    const address = this.address(url)
    if (credential === null || credential.placement.type === 'none') return { url: address.url, headers: NO_HEADERS, origins: reviewed, key: url }
    const origins = reviewed.includes(address.origin) ? address.own : []
    const key = `${url}\n${credential.id}`
    if (credential.placement.type === 'query') {
      const withKey = withQueryKey(address.url, credential.placement.name, credential.secret)
      return { url: withKey, headers: NO_HEADERS, origins, key }
    }
    return { url: address.url, headers: credentialHeaders(credential), origins, key }
  }

  address(url: string): Address {
    const known = this.#addresses.get(url)
    if (known !== undefined) return known
    const parsed = new URL(url)
    const address = { url: parsed, origin: parsed.origin, own: [parsed.origin] }
    this.#addresses.set(url, address)
    return address
  }
}

/** The address with the key in its query. What the query already says stays as it was written; another value under the key's name goes. */
export function withQueryKey(url: URL, name: string, secret: string): URL {
  const copy = new URL(url)
  if (copy.searchParams.has(name)) copy.searchParams.delete(name)
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(secret)}`
  copy.search = copy.search === '' ? `?${pair}` : `${copy.search}&${pair}`
  return copy
}

/** The headers that carry a key; none where it stands in the query or there is none. */
export function credentialHeaders(credential: Credential): Readonly<Record<string, string>> {
  const { placement, secret } = credential
  switch (placement.type) {
    case 'none':
    case 'query':
      return NO_HEADERS
    case 'cookie':
      return { cookie: `${placement.name}=${crumb(secret)}` }
    case 'bearer':
      return { authorization: `Bearer ${sendable(secret)}` }
    case 'basic':
      return { authorization: `Basic ${Buffer.from(secret, 'utf8').toString('base64')}` }
    case 'header': {
      const name = placement.name.toLowerCase()
      if (!TOKEN.test(name) || NOT_FOR_KEYS.test(name)) {
        throw new CredentialRejectedError('This connector wants its key in a header that cannot carry one. Tell its developer.', undefined, {
          header: name,
        })
      }
      return { [name]: sendable(secret) }
    }
  }
}

/** `cookie-octet` of RFC 6265 section 4.1.1. */
function crumb(secret: string): string {
  if (/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(secret)) return secret
  throw new CredentialRejectedError('The saved key has characters that a cookie cannot hold. Give the key again.')
}

function sendable(secret: string): string {
  if (/^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(secret)) return secret
  throw new CredentialRejectedError('The saved key has characters that cannot be sent, such as a line break. Give the key again.')
}
