import { operationRule } from '../engine/operation-rule.ts'

export const undeclaredAnswers = operationRule({
  id: 'undeclared-answers',
  severity: 'notes',
  clause: '2d-review',
  title: 'Operations that do not say how they answer',
  remedy: { who: 'developer', what: 'Declare at least one answer of success. `default` alone says nothing.' },
  source: 'OpenAPI 3.1 section 4.8.16; Microsoft certification of connectors',
  counts: ({ answers }) => !answers.some((status) => /^[23]/.test(status)),
  say: (names, count, all) => `${count} of ${all} operations declare no answer of success: ${names}.`,
})
