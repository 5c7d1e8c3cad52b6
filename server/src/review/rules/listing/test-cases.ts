import type { Rule } from '../engine/rule.ts'
import { listed } from '../engine/tool-rule.ts'

const POSITIVE = 5
const NEGATIVE = 3

export const testCases: Rule = {
  id: 'test-cases',
  severity: 'warns',
  clause: '2d-review',
  title: 'Test cases that are missing, or that name no tool',
  remedy: { who: 'developer', what: `Hand in at least ${POSITIVE} cases in which a tool is called, and ${NEGATIVE} in which none is.` },
  source: 'OpenAI app submission; Anthropic directory policy 3',
  needs: 'listing',
  *look({ content, listing }) {
    const cases = listing?.testCases ?? []
    const known = new Set(content.tools.map(({ name }) => name))
    for (const [index, { name, tools }] of cases.entries()) {
      const unknown = tools.filter((tool) => !known.has(tool))
      if (unknown.length > 0)
        yield {
          pointer: `/listing/testCases/${index}/tools`,
          message: `The test case "${name.slice(0, 80)}" expects ${listed(unknown)}, which the connector does not have.`,
          about: unknown.join('\n'),
        }
    }
    const count = (kind: 'positive' | 'negative') => cases.filter((one) => one.kind === kind).length
    if (count('positive') < POSITIVE || count('negative') < NEGATIVE)
      yield {
        pointer: '/listing/testCases',
        severity: 'notes',
        message: `There are ${count('positive')} test cases in which something is called and ${count('negative')} in which nothing is.`,
        about: 'count',
      }
  },
}
