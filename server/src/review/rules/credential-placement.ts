import type { Finding, Rule } from './rule.ts'

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

/** Clause 3b-platform-security: a key goes where it is neither logged nor misread. */
export const credentialPlacement: Rule = ({ content }) => {
  const about = { rule: 'credential-placement', clause: '3b-platform-security', pointer: '/credential' } as const
  const { credential, target } = content
  const findings: Finding[] = []
  if (credential.type === 'header') {
    const name = credential.name.toLowerCase()
    if (NOT_FOR_KEYS.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix)))
      findings.push({ ...about, severity: 'blocks', message: `"${credential.name}" is a header that is not free to carry a key.` })
  }
  if (credential.type === 'query')
    findings.push({ ...about, severity: 'warns', message: 'A key in the address ends up in log files. Use a header if the API takes one.' })
  if (credential.type === 'oauth2') {
    for (const [field, address] of Object.entries(credential)) {
      if (typeof address === 'string' && /^http:/.test(address))
        findings.push({
          ...about,
          pointer: `/credential/${field}`,
          severity: 'warns',
          message: `People would sign in unencrypted: ${field} is not https.`,
        })
    }
    const host =
      credential.issuer === undefined ? 'wherever the server says' : (URL.parse(credential.authorizationEndpoint ?? credential.issuer)?.host ?? '')
    findings.push({ ...about, severity: 'notes', message: `People are sent to sign in at ${host}.` })
  }
  if (credential.type !== 'none' && !target.url.startsWith('https:'))
    findings.push({ ...about, severity: 'warns', message: 'The key would travel unencrypted, since the address is not https.' })
  return findings
}
