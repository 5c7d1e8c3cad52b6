import { pointer } from '../../lib/index.ts'
import type { Finding, Rule } from './rule.ts'

/** Clause 2e-ii: people and assistants must be able to tell two tools apart. (Exactly equal names do not come this far.) */
export const namesAlike: Rule = ({ content }) => {
  const seen = new Map<string, string>()
  const findings: Finding[] = []
  for (const [index, { name }] of content.tools.entries()) {
    const plain = name.toLowerCase().replace(/[-_.]/g, '').replace(/0/g, 'o').replace(/[1i]/g, 'l')
    const other = seen.get(plain)
    if (other === undefined) seen.set(plain, name)
    else {
      const message = `"${name}" is hard to tell from "${other}". Rename one of them.`
      findings.push({ rule: 'names-alike', severity: 'warns', clause: '2e-ii', message, pointer: pointer('tools', index, 'name') })
    }
  }
  return findings
}
