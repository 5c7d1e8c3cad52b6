import { growthRule, pairs } from '../engine/growth-rule.ts'

export const hintsSoftened = growthRule({
  id: 'hints-softened',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Hints that became softer',
  remedy: { who: 'reviewer', what: 'Ask why. The guard of the tool is as before; assistants that trust hints would ask less.' },
  source: 'MCP 2025-06-18, tool annotations',
  *compare(content, previous) {
    for (const { tool, before, at } of pairs(content, previous)) {
      const [now, then] = [tool.annotations ?? {}, before.annotations ?? {}]
      const softer = (now.readOnlyHint === true && then.readOnlyHint !== true) || (now.destructiveHint !== true && then.destructiveHint === true)
      // Where the guard would follow, `effect-softened` says it.
      if (softer && tool.effect === before.effect)
        yield { pointer: `${at}/annotations`, message: `"${tool.name}" hints at less than before; its guard stays "${tool.effect}".` }
    }
  },
})
