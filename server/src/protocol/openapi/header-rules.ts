/** Set by us or by the connection. OpenAPI says that parameters with the first three names are ignored (OAS 3.1 section 4.8.12). */
const OURS = new Set(['accept', 'content-type', 'authorization', 'user-agent', 'accept-encoding', 'content-length'])

/** Would let an argument choose another host, frame the message anew, pose as somebody else, or turn a read into a write. */
const FORBIDDEN = new Set([
  'host',
  'cookie',
  'cookie2',
  'set-cookie',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'via',
  'forwarded',
  'max-forwards',
  'origin',
  'http2-settings',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-host',
])
const FORBIDDEN_PREFIXES = ['proxy-', 'x-forwarded-', 'sec-', 'x-original-', 'cf-connecting-']

/** What becomes of a header parameter: sent, left out because we fill it, or refused. */
export function judgeHeader(name: string): 'sent' | 'ours' | 'forbidden' {
  const lower = name.toLowerCase()
  if (OURS.has(lower)) return 'ours'
  if (!isToken(name) || FORBIDDEN.has(lower) || FORBIDDEN_PREFIXES.some((prefix) => lower.startsWith(prefix))) return 'forbidden'
  return 'sent'
}

/** A field name (RFC 9110 section 5.1). */
function isToken(name: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/.test(name)
}

/** A field value (RFC 9110 section 5.5) without the obsolete bytes above ASCII: visible characters, with blanks between them only. */
export function isFieldValue(value: string): boolean {
  return value.length <= 8_192 && /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/.test(value)
}
