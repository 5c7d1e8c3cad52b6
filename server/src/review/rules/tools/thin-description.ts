import { wordsIn } from '../engine/parameters.ts'
import { countingRule } from '../engine/tool-rule.ts'

const FEWEST_WORDS = 3

export const thinDescription = countingRule({
  id: 'thin-description',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Descriptions that say no more than the name',
  remedy: { who: 'developer', what: 'Say what the tool does, when it fits, what it changes, and what it cannot do.' },
  source: 'OpenAI app guidelines',
  counts: ({ name, description, operation }) => {
    // What a document leaves unsaid, `silent-operations` says.
    if (operation !== undefined) return false
    const text = description.trim().slice(0, 400)
    if (text === '') return false
    // Scripts without spaces say much in one run.
    const words = text.split(/\s+/)
    if (/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/.test(text)) return false
    const named = new Set(wordsIn(name))
    return words.length < FEWEST_WORDS || wordsIn(text).every((word) => named.has(word))
  },
  say: (names, count) =>
    `${count === 1 ? 'The description of a tool says' : `The descriptions of ${count} tools say`} hardly more than the name: ${names}.`,
})
