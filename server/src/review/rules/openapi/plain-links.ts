import type { Rule } from '../engine/rule.ts'

export const plainLinks: Rule = {
  id: 'plain-links',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Addresses by http in the document',
  remedy: { who: 'developer', what: 'Write https. Whoever follows the address can be shown something else on the way.' },
  source: 'OpenAI Actions',
  needs: 'document',
  *look({ document }) {
    for (const { pointer, url } of document?.plainLinks ?? [])
      yield { pointer: `/document${pointer}`, message: `The document names ${url}, which is not https.`, about: url }
  },
}
