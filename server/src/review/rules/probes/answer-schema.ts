import { pointer } from '../../../lib/index.ts'
import { probeRule } from '../engine/probe-rule.ts'

export const answerSchema = probeRule({
  id: 'answer-schema',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Answers that do not fit the schema that promises them',
  remedy: { who: 'developer', what: 'Bring the output schema and the answers together, or declare `answers: lenient`.' },
  source: 'MCP 2025-06-18, tools (output schema); OpenAI Apps SDK reference',
  *judge({ cases }, { content }) {
    const seen = new Set<string>()
    for (const { tool, fitsSchema, schemaProblem } of cases) {
      if (tool === null || fitsSchema !== false || seen.has(tool)) continue
      seen.add(tool)
      const at = content.tools.findIndex(({ name }) => name === tool)
      yield {
        pointer: at < 0 ? '/tools' : pointer('tools', at, 'outputSchema'),
        message: `An answer of "${tool}" does not fit its schema: ${schemaProblem ?? 'without a reason'}.`,
        about: `${tool} ${schemaProblem}`,
      }
    }
  },
})
