import type { ReleaseTool } from '@handfast/contract'
import { toolRule } from '../engine/tool-rule.ts'

export const effectLowered = toolRule({
  id: 'effect-lowered',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Tools that are declared more harmless than the connector says',
  remedy: { who: 'reviewer', what: 'Find out what the tool does. Where the declaration is wrong, reject the release and say so.' },
  *each(tool, at) {
    if (tool.effect === 'read' && !readsByItself(tool))
      yield {
        message: `"${tool.name}" is declared as reading only, and the connector does not say so. Check what it does.`,
        pointer: `${at}/effect`,
        about: `${tool.name} ${tool.effect} ${tool.description}`,
      }
    else if (tool.effect !== 'read' && !tool.consequential)
      yield {
        message: `"${tool.name}" changes something without asking a person. Is that harmless?`,
        pointer: `${at}/consequential`,
        about: `${tool.name} ${tool.effect} ${tool.description}`,
      }
  },
})

function readsByItself({ operation, annotations }: ReleaseTool): boolean {
  return operation === undefined ? annotations?.readOnlyHint === true : operation.method === 'GET' || operation.method === 'HEAD'
}
