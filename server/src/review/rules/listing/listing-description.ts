import { phrases } from '../engine/phrases.ts'
import { wordsOf } from '../engine/read-text.ts'
import type { Rule } from '../engine/rule.ts'

const FEWEST_WORDS = 4
const placeholder = phrases('lorem ipsum', 'todo', 'tbd', 'description|text goes here', 'insert|your|add description|text here', 'coming soon')

export const listingDescription: Rule = {
  id: 'listing-description',
  severity: 'notes',
  clause: '2d-accurate',
  title: 'Descriptions from which nobody learns what the connector is for',
  remedy: { who: 'developer', what: 'Say in a few sentences what people can do with the connector, and with whose service.' },
  source: 'OpenAI app guidelines',
  needs: 'manifest',
  *look({ content }) {
    const words = wordsOf(content.description.slice(0, 4_000))
    const pointer = '/description'
    const found = placeholder(words)
    if (found !== null) yield { pointer, severity: 'warns', message: `The description is not finished: "${found.quote}".` }
    else if (words.words.length < FEWEST_WORDS) yield { pointer, message: 'The description is too short to say what the connector is for.' }
  },
}
