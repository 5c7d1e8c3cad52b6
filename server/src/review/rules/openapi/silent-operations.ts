import { operationRule } from '../engine/operation-rule.ts'

export const silentOperations = operationRule({
  id: 'silent-operations',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Operations without a summary or description',
  remedy: { who: 'developer', what: 'Say in a sentence what the operation does; an overlay can.' },
  source: 'Microsoft certification of connectors',
  counts: ({ summary, descriptionLength }) => summary === null && descriptionLength === 0,
  say: (names, count, all) => `${count} of ${all} operations do not say what they do: ${names}.`,
})
