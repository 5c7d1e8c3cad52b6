import type { Rule } from './rule.ts'

/** Clauses 2e-v and 3a: calls go by https to a public address, or to one that the operator opened by name. */
export const targetAddress: Rule = ({ content, target }) => {
  const about = { rule: 'target-address', clause: '2e-v', pointer: '/target/url' } as const
  if (!target.allowed)
    return [
      {
        ...about,
        severity: 'blocks',
        message: `Calls could not be sent there (${target.rule}). Use a public https address, or ask the operator to open this one by name.`,
      },
    ]
  return content.target.url.startsWith('https:')
    ? []
    : [{ ...about, severity: 'warns', message: `Calls and keys travel unencrypted; only this rule of the operator allows it: ${target.rule}.` }]
}
