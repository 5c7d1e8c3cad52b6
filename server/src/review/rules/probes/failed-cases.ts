import { probeRule } from '../engine/probe-rule.ts'

export const failedCases = probeRule({
  id: 'failed-cases',
  severity: 'warns',
  clause: '2d-review',
  title: 'Test cases that went otherwise',
  remedy: { who: 'developer', what: 'Mend the tool or the test case, so that both say the same.' },
  source: 'OpenAI app review',
  *judge({ cases }) {
    for (const [index, { name, kind, outcome, why }] of cases.entries())
      if (outcome === 'otherwise')
        yield {
          pointer: `/listing/testCases/${index}`,
          message: `The ${kind} test case "${name.slice(0, 80)}" went otherwise: ${why ?? 'without a reason'}.`,
          about: `${kind} ${name}`,
        }
  },
})
