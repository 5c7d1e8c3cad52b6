import { parametersOf } from '../engine/parameters.ts'
import { countingRule } from '../engine/tool-rule.ts'

export const undescribedParameters = countingRule({
  id: 'undescribed-parameters',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Arguments without a description',
  remedy: {
    who: 'developer',
    what: 'Say of each argument what it is for. Assistants fill in what they are told, and people read it before they say yes.',
  },
  source: 'OpenAI app guidelines; MCP 2025-06-18, tools',
  counts: (tool) => {
    const top = parametersOf(tool).filter(({ depth }) => depth === 0)
    const silent = top.filter(({ schema }) => ['description', 'title', '$ref', 'anyOf', 'oneOf', 'allOf'].every((key) => schema[key] === undefined))
    return silent.length * 2 > top.length
  },
  say: (names, count, all) => `${count} of ${all} tools do not say what most of their arguments are for: ${names}.`,
})
