import { parametersOf, plainName, wordsIn } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'
import { verbKind } from '../engine/verbs.ts'

const CHOOSES = new Set(['action', 'operation', 'command', 'mode', 'method', 'op', 'task', 'action_type', 'operation_type'])

export const mixedEffects = toolRule({
  id: 'mixed-effects',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Tools that read or write, depending on an argument',
  remedy: { who: 'developer', what: 'Make one tool for reading and another for writing, so that people are asked where it matters.' },
  source: 'Anthropic directory submission',
  *each(tool, at) {
    for (const { name, schema, pointer, depth } of parametersOf(tool)) {
      const values = schema['enum']
      // Deeper down, it is a step within what is sent, such as one of a JSON patch.
      if (depth > 0 || !CHOOSES.has(plainName(name)) || !Array.isArray(values)) continue
      const kinds = new Set(values.slice(0, 100).flatMap((value) => (typeof value === 'string' ? [verbKind(wordsIn(value)[0] ?? '')] : [])))
      const strongest = kinds.has('destroy') ? 'destroys' : 'changes'
      if (kinds.has('read') && (kinds.has('change') || kinds.has('destroy')))
        return void (yield {
          pointer: `${at}${pointer}`,
          severity: tool.effect === 'read' ? 'warns' : 'notes',
          message: `"${tool.name}" reads or ${strongest}, depending on "${name.slice(0, 60)}"${tool.effect === 'read' ? ', and says that it only reads' : ''}.`,
        })
    }
  },
})
