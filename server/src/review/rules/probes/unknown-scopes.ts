import { probeRule } from '../engine/probe-rule.ts'
import { listed } from '../engine/tool-rule.ts'

export const unknownScopes = probeRule({
  id: 'unknown-scopes',
  severity: 'notes',
  clause: '2d-accurate',
  title: 'Scopes that the authorization server does not know',
  remedy: { who: 'developer', what: 'Ask for scopes that the server offers, as its metadata writes them.' },
  source: 'RFC 8414 section 2',
  *judge({ authorization }, { content: { credential } }) {
    const offered = authorization?.serverMetadata?.scopesSupported ?? authorization?.resourceMetadata?.scopesSupported
    if (credential.type !== 'oauth2' || offered === null || offered === undefined) return
    const unknown = credential.scopes.filter((scope) => !offered.includes(scope))
    if (unknown.length > 0)
      yield { pointer: '/credential/scopes', message: `The server does not offer ${listed(unknown)}.`, about: unknown.toSorted().join('\n') }
  },
})
