import { parametersOf } from '../engine/parameters.ts'
import { countingRule } from '../engine/tool-rule.ts'

export const untypedArrays = countingRule({
  id: 'untyped-arrays',
  severity: 'notes',
  clause: '2b-minimum',
  title: 'Lists that do not say what is in them',
  remedy: { who: 'developer', what: 'Declare `items`. Several assistants refuse a list without it.' },
  source: 'OpenAI API reference, function schemas; Microsoft connector validator',
  counts: (tool) =>
    parametersOf(tool).some(({ schema }) => schema['type'] === 'array' && schema['items'] === undefined && schema['prefixItems'] === undefined),
  say: (names, count) => `${count === 1 ? 'A tool takes a list' : `${count} tools take lists`} without saying what is in it: ${names}.`,
})
