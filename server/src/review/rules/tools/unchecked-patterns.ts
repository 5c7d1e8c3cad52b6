import { pointer } from '../../../lib/index.ts'
import type { Rule } from '../engine/rule.ts'

export const uncheckedPatterns: Rule = {
  id: 'unchecked-patterns',
  severity: 'notes',
  clause: '2b-minimum',
  title: 'Patterns that cannot be checked in bounded time',
  remedy: {
    who: 'developer',
    what: 'Write the pattern without looking back and without references to earlier groups; until then the connector checks it alone.',
  },
  source: 'JSON Schema 2020-12 section 6.4',
  *look({ content, uncheckedPatterns: unchecked }) {
    for (const { tool, patterns } of unchecked)
      yield {
        message: `"${tool}" has ${patterns.length === 1 ? 'a pattern' : `${patterns.length} patterns`} that cannot be checked in bounded time, so the connector has to: ${(patterns[0] ?? '').slice(0, 200)}`,
        pointer: pointer(
          'tools',
          content.tools.findIndex(({ name }) => name === tool),
        ),
        about: patterns.join('\n'),
      }
  },
}
