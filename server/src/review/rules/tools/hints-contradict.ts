import { toolRule } from '../engine/tool-rule.ts'

export const hintsContradict = toolRule({
  id: 'hints-contradict',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Hints that contradict each other',
  remedy: { who: 'developer', what: 'Take back one of the two hints: what only reads destroys nothing.' },
  source: 'MCP 2025-06-18, tool annotations; OpenAI app guidelines',
  *each({ name, annotations }, at) {
    if (annotations?.readOnlyHint === true && annotations.destructiveHint === true)
      yield { message: `"${name}" says both that it only reads and that it destroys.`, pointer: `${at}/annotations` }
  },
})
