import { growthRule, pairs } from '../engine/growth-rule.ts'
import { listed } from '../engine/tool-rule.ts'

export const wordsChanged = growthRule({
  id: 'words-changed',
  severity: 'notes',
  clause: '2d-review',
  title: 'Tools with the name of before and other words',
  remedy: { who: 'reviewer', what: 'Read the new words beside the old ones: a description can come to mean something else after it was approved.' },
  source: 'Rug pull of tools (Invariant Labs, 2025); OpenAI app review',
  *compare(content, previous) {
    const changed: { readonly name: string; readonly at: string }[] = []
    for (const { tool, before, at } of pairs(content, previous)) {
      if (tool.description !== before.description || tool.title !== before.title) changed.push({ name: tool.name, at })
      yield undefined
    }
    const [first] = changed
    if (first !== undefined)
      yield {
        pointer: `${first.at}/description`,
        message: `${changed.length === 1 ? 'A tool is' : `${changed.length} tools are`} described in other words than before: ${listed(changed.map(({ name }) => name))}.`,
      }
  },
})
