import { textRule } from '../engine/text-rule.ts'

const LONG = 200
const MOST_WORDS = 24
const LONG_KEY = 64

export const schemaProse = textRule({
  id: 'schema-prose',
  severity: 'warns',
  clause: '2e-i',
  title: 'Sentences where a schema holds values or names',
  remedy: { who: 'developer', what: 'Put words for the reader into `description`. Names, defaults and choices are short.' },
  source: 'Full-schema poisoning (CyberArk, 2025)',
  *read({ pointer, text, part, words }) {
    if (part === 'key' && (text.length > LONG_KEY || /\s\S+\s\S+\s\S+\s/.test(text)))
      yield { pointer, message: `The name of an argument has ${text.length} characters. Names are read by assistants like any other words.` }
    // Patterns and examples are long for good reasons, and the first is no prose.
    if (part !== 'value' || text.length <= LONG || /\/(?:pattern|examples?|default|_meta|icons|\$ref)(?:\/|$)/.test(pointer)) return
    if (/\s/.test(text) && words().words.length > MOST_WORDS)
      yield { pointer, message: `There are ${words().words.length} words where only a value belongs. Read them.` }
  },
})
