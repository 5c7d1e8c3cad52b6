import { operationRule } from '../engine/operation-rule.ts'

const OPERATION = 300
const PARAMETER = 700

export const longTexts = operationRule({
  id: 'long-texts',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Texts of operations that assistants cut',
  remedy: {
    who: 'developer',
    what: `Keep summaries within ${OPERATION} characters and descriptions of parameters within ${PARAMETER}; an overlay can shorten them.`,
  },
  source: 'OpenAI Actions',
  counts: ({ summary, longestParameterText }) => (summary?.length ?? 0) > OPERATION || longestParameterText > PARAMETER,
  say: (names, count) => `${count === 1 ? 'An operation has' : `${count} operations have`} texts that several assistants cut: ${names}.`,
})
