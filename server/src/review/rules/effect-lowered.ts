import type { ReleaseTool } from '@handfast/contract'
import { pointer } from '../../lib/index.ts'
import type { Finding, Rule } from './rule.ts'

/** Clause 2e-ii: where the manifest calls a tool more harmless than the connector itself does, a person has to agree. */
export const effectLowered: Rule = ({ content }) => {
  const findings: Finding[] = []
  const about = { rule: 'effect-lowered', severity: 'warns', clause: '2e-ii' } as const
  for (const [index, tool] of content.tools.entries()) {
    if (tool.effect === 'read' && !readsByItself(tool))
      findings.push({
        ...about,
        message: `"${tool.name}" is declared as reading only, and the connector does not say so. Check what it does.`,
        pointer: pointer('tools', index, 'effect'),
      })
    else if (tool.effect !== 'read' && !tool.consequential)
      findings.push({
        ...about,
        message: `"${tool.name}" changes something without asking a person. Is that harmless?`,
        pointer: pointer('tools', index, 'consequential'),
      })
    else if (tool.annotations?.readOnlyHint === true && tool.annotations.destructiveHint === true)
      findings.push({
        ...about,
        message: `"${tool.name}" says both that it only reads and that it destroys.`,
        pointer: pointer('tools', index, 'annotations'),
      })
  }
  return findings
}

function readsByItself({ operation, annotations }: ReleaseTool): boolean {
  return operation === undefined ? annotations?.readOnlyHint === true : operation.method === 'GET' || operation.method === 'HEAD'
}
