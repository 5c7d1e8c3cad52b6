import type { Rule } from '../engine/rule.ts'
import { listed } from '../engine/tool-rule.ts'

export const unlikeSecurity: Rule = {
  id: 'unlike-security',
  severity: 'warns',
  clause: '2d-review',
  title: 'A document that asks for another credential than the manifest',
  remedy: { who: 'developer', what: 'Declare in the manifest what the document requires under `security`, or mend the document by an overlay.' },
  source: 'OpenAPI 3.1 section 4.8.30',
  needs: 'document',
  *look({ content: { credential }, document, manifest }) {
    if (document === null || manifest === null || credential.type !== 'none') return
    const usable = document.operations.filter((operation) => operation.usable)
    const guarded = usable.filter((operation) => operation.guarded).map(({ tool }) => tool)
    if (guarded.length > 0)
      yield {
        pointer: '/credential',
        message: `${guarded.length} of ${usable.length} operations ask for a credential (${listed(guarded)}), and the manifest declares none: calls would be refused.`,
        about: guarded.toSorted().join('\n'),
      }
  },
}
