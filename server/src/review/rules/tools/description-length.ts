import { toolRule } from '../engine/tool-rule.ts'

/** Long descriptions are where instructions hide, and each one is read by the assistant in every conversation. */
const LONG = 2_000
const VERY_LONG = 8_000

export const descriptionLength = toolRule({
  id: 'description-length',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Tools without a description, or with a very long one',
  remedy: { who: 'developer', what: 'Say in a few sentences what the tool does, when it fits and what it changes.' },
  source: 'OpenAI app guidelines; MCP 2025-06-18, tools',
  *each({ name, description }, at) {
    const pointer = `${at}/description`
    if (description.trim() === '') yield { message: `"${name}" has no description, so nobody knows what it does.`, pointer }
    else if (description.length > LONG)
      yield {
        message: `The description of "${name}" has ${description.length} characters. Read all of it.`,
        pointer,
        severity: description.length > VERY_LONG ? 'warns' : 'notes',
      }
  },
})
