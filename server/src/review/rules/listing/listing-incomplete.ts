import type { Rule } from '../engine/rule.ts'

const FIELDS = ['support', 'category', 'documentation', 'website'] as const

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
    const missing = FIELDS.filter((field) => listing[field] === null)
    // Where nothing of this is asked for, nobody could fill it in.
    if (missing.length > 0 && missing.length < FIELDS.length)
      yield { pointer: '/listing', message: `The listing has no ${missing.join(', no ')}.`, about: missing.join(' ') }
  },
}
