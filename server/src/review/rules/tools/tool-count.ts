import type { Rule } from '../engine/rule.ts'

/** From here on some assistants cut the list. */
const MANY = 40
const TOO_MANY = 128

export const toolCount: Rule = {
  id: 'tool-count',
  severity: 'warns',
  clause: '2e-ii',
  title: 'More tools than assistants take',
  remedy: { who: 'developer', what: 'Offer fewer tools: choose operations in the manifest, or make connectors for separate uses.' },
  source: 'OpenAI API reference (128 tools); Cursor (40 tools)',
  *look({ content: { tools } }) {
    const many = tools.length
    if (many > TOO_MANY)
      yield {
        pointer: '/tools',
        message: `There are ${many} tools. Assistants without a search for tools take at most ${TOO_MANY}, of all connectors together.`,
        about: 'too many',
      }
    else if (many > MANY)
      yield { pointer: '/tools', severity: 'notes', message: `There are ${many} tools. Some assistants take no more than ${MANY}.`, about: 'many' }
  },
}
