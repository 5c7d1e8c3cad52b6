import { toolRule } from '../engine/tool-rule.ts'
import { verbOf } from '../engine/verbs.ts'

export const readOnlyVerb = toolRule({
  id: 'read-only-verb',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Tools that say they only read, and are called otherwise',
  remedy: { who: 'developer', what: 'Take readOnlyHint back if the tool changes anything. If it does not, give it a name that says so.' },
  source: 'OpenAI app review; Anthropic directory policy 5',
  *each({ name, effect, operation }, at) {
    if (effect !== 'read') return
    const verb = verbOf(name)
    if (verb === null || verb.kind === 'read') return
    const why = operation === undefined ? 'says that it only reads' : `is sent by ${operation.method}, which only reads`
    yield {
      pointer: `${at}/name`,
      message: `"${name}" ${why}, and its name says "${verb.verb}". If it changes something, people would not be asked.`,
      about: `${name} ${effect}`,
    }
  },
})
