import type { ReleaseTool } from '@handfast/contract'
import { countingRule } from '../engine/tool-rule.ts'

const HINTS = ['readOnlyHint', 'destructiveHint', 'openWorldHint'] as const

export const hintsMissing = countingRule({
  id: 'hints-missing',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Tools that do not say what they do to the world',
  remedy: {
    who: 'developer',
    what: 'Set readOnlyHint, destructiveHint and openWorldHint of every tool, each to true or false. Until then people are asked before each call.',
  },
  source: 'OpenAI app submission; Anthropic directory policy 5; MCP 2025-06-18, tool annotations',
  // The method of an operation says what MCP servers say by hints. What only reads destroys nothing, said or not.
  counts: ({ operation, annotations }: ReleaseTool) => {
    if (operation !== undefined) return false
    return HINTS.some((hint) => annotations?.[hint] === undefined && !(hint === 'destructiveHint' && annotations?.readOnlyHint === true))
  },
  say: (names, count, all) => `${count} of ${all} tools leave hints about reading, destroying or the open world unsaid: ${names}.`,
})
