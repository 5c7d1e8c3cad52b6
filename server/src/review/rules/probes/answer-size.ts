import { pointer } from '../../../lib/index.ts'
import { probeRule } from '../engine/probe-rule.ts'

const LARGE = 100_000

export const answerSize = probeRule({
  id: 'answer-size',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Answers that crowd out the conversation',
  remedy: { who: 'developer', what: 'Answer in pages, or let the caller say how much is wanted.' },
  source: 'Anthropic directory policy 5',
  *judge({ cases }, { content }) {
    const seen = new Set<string>()
    for (const { tool, bytes } of cases) {
      if (tool === null || bytes <= LARGE || seen.has(tool)) continue
      seen.add(tool)
      const at = content.tools.findIndex(({ name }) => name === tool)
      yield { pointer: at < 0 ? '/tools' : pointer('tools', at), message: `An answer of "${tool}" has ${Math.round(bytes / 1024)} KiB.`, about: tool }
    }
  },
})
