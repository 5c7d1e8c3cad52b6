import type { OAuthDeclaration } from '@handfast/contract'
import { staysHere } from '../engine/domains.ts'
import type { Rule, Seen } from '../engine/rule.ts'

/** Headers that frame or route a request, or that we fill: a key there would be lost, or would steer the request elsewhere. */
const NOT_FOR_KEYS = new Set([
  'host',
  'cookie',
  'connection',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'keep-alive',
  'accept',
  'accept-encoding',
  'user-agent',
  'forwarded',
  'via',
  'origin',
  'referer',
  'handfast-reason',
  'x-request-id',
])
const PREFIXES = ['mcp-', 'proxy-', 'sec-', 'x-forwarded-']

export const credentialPlacement: Rule = {
  id: 'credential-placement',
  severity: 'blocks',
  clause: '3b-platform-security',
  title: 'Keys where they are logged, lost, misread or unencrypted',
  remedy: { who: 'developer', what: 'Take the key in `Authorization` or a header of its own, and only by https.' },
  source: 'RFC 6750 section 2; RFC 9700',
  *look({ content: { credential, target } }) {
    const pointer = '/credential'
    if (credential.type === 'header') {
      const name = credential.name.toLowerCase()
      if (NOT_FOR_KEYS.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix)))
        yield { pointer, message: `"${credential.name}" is a header that is not free to carry a key.` }
    }
    if (credential.type === 'query')
      yield { pointer, severity: 'warns', message: 'A key in the address ends up in log files. Use a header if the API takes one.' }
    if (credential.type === 'oauth2') yield* signIn(credential)
    if (credential.type !== 'none' && !target.url.startsWith('https:') && !staysHere(target.url))
      yield { pointer, severity: 'warns', message: 'The key would travel unencrypted, since the address is not https.' }
  },
}

function* signIn(credential: OAuthDeclaration): Generator<Seen> {
  for (const [field, address] of Object.entries(credential))
    if (typeof address === 'string' && /^http:/.test(address) && !staysHere(address))
      yield { pointer: `/credential/${field}`, severity: 'warns', message: `People would sign in unencrypted: ${field} is not https.` }
  const host =
    credential.issuer === undefined ? 'wherever the server says' : (URL.parse(credential.authorizationEndpoint ?? credential.issuer)?.host ?? '')
  yield { pointer: '/credential', severity: 'notes', message: `People are sent to sign in at ${host}.` }
}
