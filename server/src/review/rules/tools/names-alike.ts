import { pointer } from '../../../lib/index.ts'
import { skeletonOf } from '../engine/confusables.ts'
import type { Rule } from '../engine/rule.ts'

export const namesAlike: Rule = {
  id: 'names-alike',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Tools whose names are hard to tell apart',
  remedy: { who: 'developer', what: 'Rename one of them, so that people and assistants can tell which one they choose.' },
  source: 'UTS 39 section 4',
  // Exactly equal names do not come this far.
  *look({ content }) {
    const seen = new Map<string, string>()
    for (const [index, { name }] of content.tools.entries()) {
      const plain = skeletonOf(name)
      const other = seen.get(plain)
      if (other === undefined) seen.set(plain, name)
      else yield { message: `"${name}" is hard to tell from "${other}". Rename one of them.`, pointer: pointer('tools', index, 'name') }
      yield undefined
    }
  },
}
