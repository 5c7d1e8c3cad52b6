import { operationRule } from '../engine/operation-rule.ts'

export const unaskedChanges = operationRule({
  id: 'unasked-changes',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Operations that delete or change and claim to be of no consequence',
  remedy: { who: 'developer', what: 'Take `x-openai-isConsequential: false` away from operations that change something.' },
  source: 'OpenAI Actions',
  counts: ({ method, consequential }) => consequential === false && ['DELETE', 'PUT', 'PATCH'].includes(method),
  say: (names, count) =>
    `${count === 1 ? 'An operation changes' : `${count} operations change`} or delete something, and the document says that nobody need be asked: ${names}.`,
})
