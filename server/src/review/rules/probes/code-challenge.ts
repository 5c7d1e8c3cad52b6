import { probeRule } from '../engine/probe-rule.ts'

export const codeChallenge = probeRule({
  id: 'code-challenge',
  severity: 'warns',
  clause: '3a-developer-security',
  title: 'Authorization servers without proof keys',
  remedy: { who: 'developer', what: 'Support PKCE with S256, and say so in `code_challenge_methods_supported`.' },
  source: 'RFC 7636; OAuth 2.1 section 4.1.1; MCP specification, authorization',
  *judge({ authorization }) {
    const metadata = authorization?.serverMetadata
    if (metadata !== null && metadata !== undefined && !(metadata.codeChallengeMethods?.includes('S256') ?? false))
      yield {
        pointer: '/credential',
        message: `The authorization server ${metadata.issuer.slice(0, 200)} does not offer S256.`,
        about: metadata.issuer,
      }
  },
})
