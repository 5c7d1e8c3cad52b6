import { operationRule } from '../engine/operation-rule.ts'

export const operationIds = operationRule({
  id: 'operation-ids',
  severity: 'notes',
  clause: '2a-unmodified',
  title: 'Operations without an id',
  remedy: {
    who: 'developer',
    what: 'Give every operation an `operationId` (an overlay can): without it the name of the tool is made from its path, and changes with it.',
  },
  source: 'OpenAPI 3.1 section 4.8.10; Microsoft certification of connectors',
  counts: ({ operationId }) => operationId === null,
  say: (names, count, all) => `${count} of ${all} operations have no operationId, so their tools are named after paths: ${names}.`,
})
