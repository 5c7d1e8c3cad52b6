import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'terms/acceptance',
    clauses: ['1-acceptance', '1-behalf'],
    does: 'An acceptance names who agreed, for whom and with what authority, to which exact documents, when and from where, and gives a receipt that proves itself.',
    evidence: 'terms.accepted with the digests of the documents and of the receipt; the receipt, with the address',
  },
  {
    id: 'terms/entity',
    clauses: ['1-entity'],
    does: 'The contracting entity follows from the country of the developer.',
    evidence: 'the entity on the receipt and in terms.accepted',
  },
  {
    id: 'terms/bundle',
    clauses: ['1-incorporated'],
    does: 'The documents come from one pack, in editions that are told apart by the digest of their words; once somebody agreed, other words are a change.',
    evidence: 'edition.published and change.drafted with the digests',
  },
  {
    id: 'terms/pages',
    clauses: ['1-incorporated', '7a-changes'],
    does: 'Every edition, what differs between two, and every change with its reason can be read by anybody, without a script, and printed.',
    evidence: 'the pages under /terms, with digests and dates',
  },
  {
    id: 'terms/changes',
    clauses: ['7a-changes'],
    does: 'A change says of which class it is and why; a material one cannot take effect before 15 times 24 hours are over, and each is told to every developer with an agreement.',
    evidence: 'change.drafted, change.posted and change.withdrawn; a notice to each developer',
  },
  {
    id: 'terms/served',
    clauses: ['7a-changes'],
    does: 'A change binds a connector by continued availability only where its notice was served, counted from then, and nobody gave notice of the end before; otherwise the older edition goes on binding.',
    evidence: 'terms.deemed with the date of service and the date from which it binds',
  },
  {
    id: 'terms/choice',
    clauses: ['7a-changes'],
    does: 'Whoever publishes while a change is to come says whether they accept it already or keep the right to leave before.',
    evidence: 'terms.chosen',
  },
  {
    id: 'terms/in-force',
    clauses: ['7d-entire', '5a-term'],
    does: 'For any connector and any time it is told which documents were in force, and how they came to be.',
    evidence: 'the acceptances, changes and deemed acceptances that the answer names',
  },
  {
    id: 'terms/amendments',
    clauses: ['7d-entire'],
    does: 'A document for one developer alone holds once both sides have signed exactly its words.',
    evidence: 'amendment.proposed, amendment.signed, amendment.withdrawn with the digest',
  },
  {
    id: 'terms/agreement',
    clauses: ['7d-entire'],
    does: 'The whole agreement about a connector leaves as one file and as one page, with every digest in it.',
    evidence: 'the export',
  },
]
