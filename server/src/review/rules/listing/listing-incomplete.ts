import type { Rule } from '../engine/rule.ts'

export const listingIncomplete: Rule = {
  id: 'listing-incomplete',
  severity: 'notes',
  clause: '2d-accurate',
  title: 'Listings without support, category or documentation',
  remedy: { who: 'developer', what: 'Fill in what is missing, so that people know whom to ask.' },
  source: 'OpenAI app submission; Anthropic directory policy 3',
  needs: 'listing',
  *look({ listing }) {
    if (listing === null) return
    const missing = (['support', 'category', 'documentation', 'website'] as const).filter((field) => listing[field] === null)
    if (missing.length > 0) yield { pointer: '/listing', message: `The listing has no ${missing.join(', no ')}.`, about: missing.join(' ') }
  },
}
