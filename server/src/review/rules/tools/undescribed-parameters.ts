import { type Parameter, parametersOf } from '../engine/parameters.ts'
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
    const all = parametersOf(tool)
    const top = all.filter(({ depth }) => depth === 0)
    return top.filter((one) => isSilent(one, all)).length * 2 > top.length
  },
  say: (names, count, all) => `${count} of ${all} tools do not say what most of their arguments are for: ${names}.`,
})

const SPEAKING = ['description', 'title', '$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const']

/** Neither it nor, where it only holds others together, most of what is in it says what it is for. */
function isSilent(one: Parameter, all: readonly Parameter[]): boolean {
  if (SPEAKING.some((key) => one.schema[key] !== undefined)) return false
  const within = all.filter(({ pointer, depth }) => depth === one.depth + 1 && pointer.startsWith(`${one.pointer}/properties/`))
  // An object that takes nothing leaves nothing to say.
  if (within.length === 0) return one.schema['additionalProperties'] !== false
  return within.filter((inner) => isSilent(inner, all)).length * 2 > within.length
}
