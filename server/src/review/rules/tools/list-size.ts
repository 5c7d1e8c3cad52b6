import type { Rule } from '../engine/rule.ts'

/** In UTF-16 units, some 40,000 tokens: a fifth of a common context, before anybody has said a word. */
const LARGE = 160_000

export const listSize: Rule = {
  id: 'list-size',
  severity: 'notes',
  clause: '2e-ii',
  title: 'A list of tools that takes much of a context',
  remedy: { who: 'developer', what: 'Shorten descriptions and schemas, or offer fewer tools.' },
  source: 'Anthropic directory policy 5',
  *look({ content: { tools } }) {
    let size = 0
    for (const { name, description, inputSchema } of tools) {
      size += name.length + description.length + JSON.stringify(inputSchema).length
      yield undefined
    }
    if (size > LARGE)
      yield {
        pointer: '/tools',
        message: `The list of tools has ${Math.round(size / 1024)} KiB, roughly ${Math.round(size / 4_000)} thousand tokens.`,
        about: 'large',
      }
  },
}
