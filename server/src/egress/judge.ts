import { type AddressBytes, parseAddress } from './address.ts'
import { blockedPorts, type CompiledRule, namesHost, opensAddress } from './allow-rule.ts'
import { classifyAddress } from './classify.ts'

/** What this installation lets out. */
export type Policy = { readonly rules: readonly CompiledRule[]; readonly dangerouslyAllowPrivateAddresses: boolean }

export type Denial =
  | { readonly because: 'malformed'; readonly rule: string }
  | { readonly because: 'scheme'; readonly rule: string }
  | { readonly because: 'port'; readonly rule: string }
  | { readonly because: 'address-not-public'; readonly rule: string }
  | { readonly because: 'name-not-found'; readonly rule: string }

export type Verdict =
  | { readonly allowed: true; readonly rule: string; readonly addresses: readonly string[] }
  | { readonly allowed: false; readonly denial: Denial; readonly addresses: readonly string[] }

/** What can be said of a URL before any name is resolved. */
export type Preliminary =
  | { readonly state: 'denied'; readonly verdict: Verdict }
  /** The host is an address: it is judged here, because a client's lookup function is never asked about literals. */
  | { readonly state: 'literal'; readonly address: string }
  | { readonly state: 'name'; readonly hostname: string }

/** Looks at the URL alone. Spellings need no care: the WHATWG parser has turned every notation of a host into one. */
export function judgeUrl(url: URL, policy: Policy): Preliminary {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return deny('scheme', `scheme ${url.protocol}`)
  if (url.username !== '' || url.password !== '') return deny('malformed', 'credentials inside the address')
  if (url.hostname === '') return deny('malformed', 'no host')
  if (parseAddress(url.hostname) !== null) return { state: 'literal', address: withoutBrackets(url.hostname) }
  // Resolvers differ about these: some drop the dots and see `127.0.0.1` in `127.0.0.1..`.
  if (/^\.|\.\./.test(url.hostname)) return deny('malformed', 'an empty part in the name')
  // Resolving tells the owner of the name that we exist; not worth it when no answer could open plain http.
  const mayOpenHttp =
    policy.dangerouslyAllowPrivateAddresses || policy.rules.some((rule) => rule.range !== null || namesHost(rule, url.hostname, portOf(url)))
  if (url.protocol === 'http:' && !mayOpenHttp) return deny('scheme', 'http to a host that no rule opens')
  return { state: 'name', hostname: url.hostname }
}

/** Judges all addresses of a host: one bad answer condemns the rest, since an attacker may mix them. */
export function judgeAddresses(url: URL, addresses: readonly string[], policy: Policy): Verdict {
  let rule: string | undefined
  for (const text of addresses) {
    const address = parseAddress(text)
    const opened = address === null ? ({ denial: 'not an address' } as const) : judgeAddress(url, address, policy)
    if ('denial' in opened) return { allowed: false, denial: { because: 'address-not-public', rule: opened.denial }, addresses }
    if ('because' in opened) return { allowed: false, denial: opened, addresses }
    rule ??= opened.rule
  }
  if (rule === undefined) return { allowed: false, denial: { because: 'name-not-found', rule: 'no address' }, addresses }
  return { allowed: true, rule, addresses }
}

type Opened = { readonly rule: string } | { readonly denial: string } | Denial

function judgeAddress(url: URL, address: AddressBytes, policy: Policy): Opened {
  const port = portOf(url)
  const allowing = policy.rules.find((rule) => opensAddress(rule, url.hostname, port, address))
  if (allowing !== undefined) return { rule: `allow-list: ${allowing.name}` }
  const found = classifyAddress(address)
  if (policy.dangerouslyAllowPrivateAddresses && (found.kind === 'loopback' || found.kind === 'private')) {
    return blockedPorts.has(port) ? { because: 'port', rule: `port ${port}` } : { rule: `development switch: ${found.what}` }
  }
  if (found.kind !== 'public') return { denial: found.what }
  if (url.protocol === 'http:') return { because: 'scheme', rule: 'http to the public internet' }
  return blockedPorts.has(port) ? { because: 'port', rule: `port ${port}` } : { rule: 'public' }
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

function deny(because: 'malformed' | 'scheme', rule: string): Preliminary {
  return { state: 'denied', verdict: { allowed: false, denial: { because, rule }, addresses: [] } }
}
