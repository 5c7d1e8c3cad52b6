import { toolRule } from '../engine/tool-rule.ts'
import { verbOf } from '../engine/verbs.ts'

export const destructiveUnmarked = toolRule({
  id: 'destructive-unmarked',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Tools that destroy by name and do not say so',
  remedy: {
    who: 'developer',
    what: 'Set destructiveHint to true, or `effect: destructive` for the tool in the manifest. People are then asked each time, with a warning.',
  },
  source: 'OpenAI app review; MCP 2025-06-18, tool annotations',
  *each({ name, effect, annotations, operation }, at) {
    const verb = verbOf(name)
    if (verb?.kind !== 'destroy' || effect !== 'change') return
    const hinted = annotations?.destructiveHint === false ? 'says that it destroys nothing' : 'does not say whether it destroys'
    const said = operation === undefined ? hinted : `is sent by ${operation.method}, which does not say whether it destroys`
    yield { pointer: `${at}/effect`, message: `"${name}" ${said}, and its name says "${verb.verb}".`, about: `${name} ${effect} ${said}` }
  },
})
