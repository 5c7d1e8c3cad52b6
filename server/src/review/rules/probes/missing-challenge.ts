import { probeRule } from '../engine/probe-rule.ts'

export const missingChallenge = probeRule({
  id: 'missing-challenge',
  severity: 'warns',
  clause: '1-protocol',
  title: 'Servers that refuse without saying how to sign in',
  remedy: { who: 'developer', what: 'Answer 401 with `WWW-Authenticate` and its `resource_metadata`.' },
  source: 'MCP specification, authorization; RFC 9728 section 5.1',
  *judge({ authorization }, { content: { credential, target } }) {
    if (authorization === null || credential.type !== 'oauth2' || target.kind !== 'mcp') return
    for (const [which, met] of [
      ['without a token', authorization.withoutToken],
      ['with an unknown token', authorization.withUnknownToken],
    ] as const) {
      if (met === null) continue
      const pointer = '/credential'
      if (met.status === 401 && !/resource_metadata/i.test(met.challenge ?? ''))
        yield { pointer, message: `A request ${which} is refused without a challenge that says where to sign in.`, about: `${which} 401` }
      else if (met.status >= 200 && met.status < 300 && which === 'with an unknown token')
        yield { pointer, message: 'A request with a made-up token was answered.', about: `${which} answered` }
      else if (met.status === 400 || met.status === 403 || met.status >= 500)
        yield {
          pointer,
          severity: 'notes',
          message: `A request ${which} is answered with ${met.status}; 401 would say that a sign-in is needed.`,
          about: `${which} ${met.status}`,
        }
    }
  },
})
