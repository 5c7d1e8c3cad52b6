import type { Rule } from '../engine/rule.ts'

export const releaseNotes: Rule = {
  id: 'release-notes',
  severity: 'notes',
  clause: '2d-review',
  title: 'Further releases without a word about what changed',
  remedy: { who: 'developer', what: 'Say in a sentence or two what is new and why.' },
  source: 'OpenAI app submission',
  needs: 'listing',
  *look({ listing, previous }) {
    if (previous !== null && (listing?.releaseNotes ?? '').trim() === '')
      yield { pointer: '/listing/releaseNotes', message: 'The release does not say what changed since the one before.' }
  },
}
