import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'developers/contacts',
    clauses: ['2d-accurate'],
    does: 'proves the contacts of organisations by codes that come back, and asks again every half year',
    evidence: 'contact.asked and contact.verified in the ledger; the table developer_contacts',
  },
  {
    id: 'developers/domains',
    clauses: ['2d-accurate'],
    does: 'proves domains by a file or a record at them, and looks again every month; a lost proof is a finding',
    evidence: 'domain.proven and domain.lost in the ledger; the table developer_domains',
  },
  {
    id: 'developers/findings',
    clauses: ['2d-accurate'],
    does: 'looks at the pages that organisations name, and opens a finding where one does not answer',
    evidence: 'developer.stale in the ledger; the table developer_findings',
  },
  {
    id: 'developers/statements',
    clauses: ['7c-export'],
    does: 'asks for four statements about location, control, nationality and residence, and asks again when the words or the facts change',
    evidence: 'developer.stated in the ledger, with the digest of the sentences',
  },
  {
    id: 'developers/party-checks',
    clauses: ['7c-export'],
    does: 'compares organisations and declared owners with lists and embargoes once the operator named law, basis and decider; a person decides',
    evidence: 'party.switched_on, party.checked and party.decided in the ledger, with the editions of the lists',
  },
  {
    id: 'developers/holds',
    clauses: ['7c-export'],
    does: 'holds an organisation until a person has looked, with reason, deadline and appeal',
    evidence: 'developer.held, developer.appealed and developer.released in the ledger; the notices to the organisation',
  },
  {
    id: 'developers/subprocessors',
    clauses: ['7d-subcontractors'],
    does: 'lists subprocessors with their history, and tells users who enabled the connector of a new one',
    evidence: 'subprocessor.added in the ledger; the notices to its users',
  },
  {
    id: 'developers/brand',
    clauses: ['4b-connector-marks'],
    does: 'keeps marks as their developer supplied them, cleaned, with how to show them, and deletes them after the end',
    evidence: 'brand.kept and brand.purged in the ledger, with digests',
  },
  {
    id: 'developers/operator-brand',
    clauses: ['4a-platform-marks'],
    does: "serves the operator's marks and guidelines with their edition, and says whether somebody may use them",
    evidence: 'brand.kept in the ledger; the edition in every answer',
  },
  {
    id: 'developers/transfers',
    clauses: ['7d-assignment'],
    does: 'hands a connector over only when whoever takes it accepted the terms and the operator approved in writing',
    evidence: 'transfer.asked, transfer.accepted and transfer.decided in the ledger; the notices to both sides',
  },
]
