import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'directory/acceptance-first',
    clauses: ['1-acceptance'],
    does: 'No connector is made for a developer who has not accepted exactly the documents in force.',
    evidence: 'terms/not-accepted; connector.created after terms.accepted',
  },
  {
    id: 'directory/catalogue',
    clauses: ['2a-no-resale'],
    does: 'Outside its developer a connector shows no address, no credential and nothing unpublished.',
    evidence: 'the catalogue; request/not-found',
  },
  {
    id: 'directory/digest',
    clauses: ['2a-unmodified'],
    does: 'A release is fixed by the digest of its canonical form; the original document and its overlay are kept beside each other.',
    evidence: 'release.submitted with the digest',
  },
  {
    id: 'directory/schemas',
    clauses: ['2b-minimum'],
    does: 'Schemas of strangers are compiled under a time budget and checked before anything is sent by them.',
    evidence: 'directory/schema, directory/schema-too-costly',
  },
]
