import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'terms/acceptance',
    clauses: ['1-acceptance', '1-behalf'],
    does: 'An acceptance names who agreed, for whom and with what authority, to which exact documents, when and from where.',
    evidence: 'terms.accepted with the digests; the address in the table, where it can be looked up',
  },
  {
    id: 'terms/entity',
    clauses: ['1-entity'],
    does: 'The contracting entity follows from the country of the developer.',
    evidence: 'the entity on the acceptance and in terms.accepted',
  },
  {
    id: 'terms/bundle',
    clauses: ['1-incorporated'],
    does: 'The documents come from one pack, in editions that are told apart by the digest of their words.',
    evidence: 'edition.published with the digest',
  },
]
