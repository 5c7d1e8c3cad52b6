import { operationRule } from '../engine/operation-rule.ts'

export const deprecatedOperations = operationRule({
  id: 'deprecated-operations',
  severity: 'notes',
  clause: '2d-accurate',
  title: 'Operations that are about to go',
  remedy: { who: 'developer', what: 'Leave them out (`operations.exclude` in the manifest) where there is another way.' },
  source: 'OpenAPI 3.1 section 4.8.10',
  counts: ({ deprecated }) => deprecated,
  say: (names, count) => `${count === 1 ? 'An operation is' : `${count} operations are`} marked as deprecated: ${names}.`,
})
