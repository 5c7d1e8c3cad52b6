import type { Rule } from '../engine/rule.ts'

export const publisherUnverified: Rule = {
  id: 'publisher-unverified',
  severity: 'notes',
  clause: '2d-accurate',
  title: 'Publishers of whom too little is known',
  remedy: {
    who: 'developer',
    what: 'Verify an e-mail address, and name contacts for support, security and legal matters on the page of your organisation.',
  },
  source: 'OpenAI app submission; Anthropic directory policy 3',
  needs: 'developer',
  *look({ developer }) {
    if (developer === null) return
    const pointer = '/publishedBy/developer'
    if (!developer.emailVerified) yield { pointer, message: 'No e-mail address of the publisher has been verified.', about: 'email' }
    const missing = (['support', 'security', 'legal'] as const).filter((purpose) => !developer.contacts[purpose])
    if (missing.length > 0) yield { pointer, message: `The publisher has no verified contact for ${missing.join(', ')}.`, about: missing.join(' ') }
  },
}
