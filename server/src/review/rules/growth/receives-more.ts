import { growthRule } from '../engine/growth-rule.ts'
import { listed } from '../engine/tool-rule.ts'

export const receivesMore = growthRule({
  id: 'receives-more',
  severity: 'notes',
  clause: '3c-privacy',
  title: 'Personal data that was not received before',
  remedy: { who: 'reviewer', what: 'Make sure that the privacy notice names it too. People are asked again.' },
  source: 'GDPR article 13(3)',
  *compare({ receives }, previous) {
    const known = new Set(previous.receives)
    const fresh = receives.filter((line) => !known.has(line))
    if (fresh.length > 0)
      yield { pointer: '/receives', message: `The connector receives more than before: ${listed(fresh)}.`, about: fresh.toSorted().join('\n') }
  },
})
