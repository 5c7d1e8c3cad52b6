import { countingRule } from '../engine/tool-rule.ts'

export const titleMissing = countingRule({
  id: 'title-missing',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Tools without a title for people',
  remedy: { who: 'developer', what: 'Give each tool a title of a few words. People read it where they say yes to a call.' },
  source: 'Anthropic directory policy 5; MCP 2025-06-18, tools',
  counts: ({ title, annotations }) => `${title ?? ''}${annotations?.title ?? ''}`.trim() === '',
  say: (names, count, all) => `${count} of ${all} tools have a name for programs and no title for people: ${names}.`,
})
