import { probeRule } from '../engine/probe-rule.ts'

export const unsteadyList = probeRule({
  id: 'unsteady-list',
  severity: 'warns',
  clause: '2d-review',
  title: 'Lists of tools that differ from one question to the next',
  remedy: { who: 'developer', what: 'List the same tools to everybody who asks with the same rights. What was not reviewed cannot be called.' },
  source: 'OpenAI app review; MCP specification, tools',
  *judge({ handshake }) {
    if (handshake?.listsAgree === false)
      yield { pointer: '/tools', message: 'The server listed other tools when it was asked a second time.', about: 'unsteady' }
  },
})
