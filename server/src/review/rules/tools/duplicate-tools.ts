import { pointer } from '../../../lib/index.ts'
import type { Rule } from '../engine/rule.ts'

/** Shorter ones are alike by chance. */
const SHORTEST = 20

export const duplicateTools: Rule = {
  id: 'duplicate-tools',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Tools that are described in the same words',
  remedy: { who: 'developer', what: 'Say what tells the tools apart, or offer one of them.' },
  source: 'OpenAI app guidelines',
  *look({ content }) {
    const seen = new Map<string, string>()
    for (const [index, { name, description }] of content.tools.entries()) {
      const words = description.trim().toLowerCase()
      const other = words.length < SHORTEST ? undefined : seen.get(words)
      if (other !== undefined)
        yield { pointer: pointer('tools', index, 'description'), message: `"${name}" is described in the same words as "${other}".` }
      else seen.set(words, name)
      yield undefined
    }
  },
}
