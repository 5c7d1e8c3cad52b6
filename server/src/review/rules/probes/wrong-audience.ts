import { probeRule } from '../engine/probe-rule.ts'

export const wrongAudience = probeRule({
  id: 'wrong-audience',
  severity: 'blocks',
  clause: '3a-developer-security',
  title: 'Servers that take tokens meant for others',
  remedy: { who: 'developer', what: 'Refuse every token whose audience is not this server.' },
  source: 'RFC 8707; MCP specification, authorization; OpenAI app submission',
  *judge({ hostile }) {
    if (hostile?.wrongAudience === 'accepted')
      yield {
        pointer: '/credential',
        message: 'A token for another resource was accepted: whoever holds any token of that server can act here.',
        about: 'accepted',
      }
  },
})
