import { pointer } from '../../lib/index.ts'
import type { Rule } from './rule.ts'

/** Clause 2b-minimum: what is not checked here is checked by the connector alone, and people should know. */
export const uncheckedPatterns: Rule = ({ content, uncheckedPatterns: unchecked }) =>
  unchecked.map(({ tool, patterns }) => ({
    rule: 'unchecked-patterns',
    severity: 'notes',
    clause: '2b-minimum',
    message: `"${tool}" has ${patterns.length === 1 ? 'a pattern' : `${patterns.length} patterns`} that cannot be checked in bounded time, so the connector has to: ${(patterns[0] ?? '').slice(0, 200)}`,
    pointer: pointer(
      'tools',
      content.tools.findIndex(({ name }) => name === tool),
    ),
  }))
