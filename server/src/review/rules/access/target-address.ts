import { staysHere } from '../engine/domains.ts'
import type { Rule } from '../engine/rule.ts'

export const targetAddress: Rule = {
  id: 'target-address',
  severity: 'blocks',
  clause: '2e-v',
  title: 'Addresses that calls cannot or should not be sent to',
  remedy: { who: 'developer', what: 'Use a public https address; an address inside the house has to be opened by its operator, by name.' },
  source: 'OpenAI app submission; OWASP SSRF prevention',
  *look({ content, target }) {
    const pointer = '/target/url'
    if (!target.allowed)
      yield {
        pointer,
        message: `Calls could not be sent there (${target.rule}). Use a public https address, or ask the operator to open this one by name.`,
      }
    else if (staysHere(content.target.url))
      yield { pointer, severity: 'notes', message: `Calls go to this machine itself, which this rule of the operator allows: ${target.rule}.` }
    else if (!content.target.url.startsWith('https:'))
      yield { pointer, severity: 'warns', message: `Calls and keys travel unencrypted; only this rule of the operator allows it: ${target.rule}.` }
  },
}
