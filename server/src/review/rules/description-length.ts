import { pointer } from '../../lib/index.ts'
import type { Finding, Rule } from './rule.ts'

/** Long descriptions are where instructions hide, and each one is read by the assistant in every conversation. */
const LONG = 2_000

/** Clause 2e-ii: a description says what a tool does, and nothing more. */
export const descriptionLength: Rule = ({ content }) => {
  const findings: Finding[] = []
  const about = { rule: 'description-length', severity: 'warns', clause: '2e-ii' } as const
  for (const [index, { name, description }] of content.tools.entries()) {
    const at = pointer('tools', index, 'description')
    if (description.trim() === '') findings.push({ ...about, message: `"${name}" has no description, so nobody knows what it does.`, pointer: at })
    else if (description.length > LONG)
      findings.push({ ...about, message: `The description of "${name}" has ${description.length} characters. Read all of it.`, pointer: at })
  }
  return findings
}
