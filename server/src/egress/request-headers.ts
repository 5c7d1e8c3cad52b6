import { randomUUID } from 'node:crypto'
import server from '../../package.json' with { type: 'json' }
import { RequestMalformedError } from './egress-errors.ts'
import type { EgressReason } from './egress-request.ts'

const userAgent = `Handfast/${server.version}`

/** Set by us or by the connection. A caller that could set them could name another host or split a request in two. */
const ours: ReadonlySet<string> = new Set([
  'host',
  'user-agent',
  'handfast-reason',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy-authorization',
  'proxy-connection',
])

/** Not secret, so they may follow a redirect to another origin. Everything else could be a credential, whatever its name. */
const safeElsewhere: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'handfast-reason',
  'mcp-protocol-version',
  'user-agent',
  'x-request-id',
])

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The header as it goes out: name, value, name, value.
 * @throws RequestMalformedError for a header that is ours, or that breaks RFC 9110 section 5.5 (line breaks above all)
 */
export function requestHeaders(given: Readonly<Record<string, string>>, reason: EgressReason): string[] {
  const out: string[] = ['user-agent', userAgent, 'handfast-reason', reason]
  let identified = false
  let coded = false
  for (const name in given) {
    const value = given[name]
    if (value === undefined) continue
    const lower = name.toLowerCase()
    if (ours.has(lower) || !NAME.test(name) || !VALUE.test(value))
      throw new RequestMalformedError(`The header ${JSON.stringify(name)} cannot be sent.`)
    if (lower === 'x-request-id') identified = true
    else if (lower === 'accept-encoding') coded = true
    out.push(lower, value)
  }
  if (!identified) out.push('x-request-id', randomUUID())
  if (!coded) out.push('accept-encoding', 'gzip, br')
  return out
}

/** What is left of a header when a redirect leads to another origin, or drops the body. */
export function headersAfterRedirect(headers: readonly string[], change: { readonly origin: boolean; readonly body: boolean }): string[] {
  const out: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const [name = '', value = ''] = [headers[i], headers[i + 1]]
    if (change.origin && !safeElsewhere.has(name)) continue
    if (change.body && name.startsWith('content-')) continue
    out.push(name, value)
  }
  return out
}
