import { pointer } from '../../../lib/index.ts'
import { growthRule } from '../engine/growth-rule.ts'

export const newDestructive = growthRule({
  id: 'new-destructive',
  severity: 'warns',
  clause: '2d-review',
  title: 'New tools that destroy',
  remedy: { who: 'reviewer', what: 'Look at the tool as at a connector of its own. People have to agree to it before it can be called.' },
  *compare({ tools }, previous) {
    const known = new Map(previous.tools.map(({ name, effect }) => [name, effect]))
    for (const [index, { name, effect }] of tools.entries()) {
      const before = known.get(name)
      if (effect !== 'destructive' || before === 'destructive') continue
      yield {
        pointer: pointer('tools', index),
        message: before === undefined ? `"${name}" is new, and destroys.` : `"${name}" destroys now; before, its effect was "${before}".`,
      }
    }
  },
})
