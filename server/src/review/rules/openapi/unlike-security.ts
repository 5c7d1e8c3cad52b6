import type { Rule } from '../engine/rule.ts'

export const unlikeSecurity: Rule = {
  id: 'unlike-security',
  severity: 'warns',
  clause: '2d-review',
  title: 'A document that asks for another credential than the manifest',
  remedy: { who: 'developer', what: 'Declare in the manifest what the document requires under `security`, or mend the document by an overlay.' },
  source: 'OpenAPI 3.1 section 4.8.30',
  needs: 'document',
  *look({ content: { credential }, document, manifest }) {
    if (document === null || manifest === null) return
    if (document.credential !== 'none' && credential.type === 'none')
      yield {
        pointer: '/credential',
        message: `The document asks for a credential (${document.credential}), and the manifest declares none: calls would be refused.`,
        about: document.credential,
      }
  },
}
