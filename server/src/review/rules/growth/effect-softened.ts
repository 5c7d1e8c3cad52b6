import { growthRule, pairs, strength } from '../engine/growth-rule.ts'

export const effectSoftened = growthRule({
  id: 'effect-softened',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Tools that are called more harmless than in the release before',
  remedy: {
    who: 'reviewer',
    what: 'Find out what changed in the tool. Its guard stays as it was unless the manifest names the softer effect and you approve it.',
  },
  source: 'MCP 2025-06-18, tool annotations (hints are not to be trusted)',
  *compare(content, previous) {
    for (const { tool, before, at } of pairs(content, previous)) {
      if (strength[tool.effect] < strength[before.effect])
        yield {
          pointer: `${at}/effect`,
          message: `"${tool.name}" was "${before.effect}" and is "${tool.effect}" now. Approving lowers its guard.`,
          about: `${tool.name} ${before.effect} ${tool.effect}`,
        }
      else if (before.consequential && !tool.consequential)
        yield {
          pointer: `${at}/consequential`,
          message: `People were asked before each call of "${tool.name}", and would not be any more.`,
          about: `${tool.name} unasked`,
        }
    }
  },
})
