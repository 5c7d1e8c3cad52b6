import { countingRule } from '../engine/tool-rule.ts'

export const nameCharacters = countingRule({
  id: 'name-characters',
  severity: 'notes',
  clause: '1-protocol',
  title: 'Names with characters that some assistants refuse',
  remedy: { who: 'developer', what: 'Use letters, digits, underscores and dashes. Several assistants refuse a point in the name of a tool.' },
  source: 'OpenAI and Anthropic API references, tool names',
  counts: ({ name }) => !/^[A-Za-z0-9_-]{1,64}$/.test(name),
  say: (names, count) => `${count === 1 ? 'A name has' : `${count} names have`} characters that some assistants do not take: ${names}.`,
})
