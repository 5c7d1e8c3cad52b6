import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const incidentControls: readonly Control[] = [
  {
    id: 'incidents/self-assessment',
    clauses: ['3a-developer-security'],
    does: 'Asks developers about their security, keeps each answer, and points at those that call for a closer look.',
    evidence: 'security.assessed with the digest of the answers',
  },
  {
    id: 'incidents/reports',
    clauses: ['3a-developer-security'],
    does: 'Takes reports of breaches and weaknesses from developers, operators and strangers, and holds them to deadlines that are fixed from the report on.',
    evidence: 'incident.reported and incident.changed; a timeline to export',
  },
  {
    id: 'incidents/containment',
    clauses: ['3a-developer-security'],
    does: 'Stops calls and ends credentials from the report itself, and tells exactly those users whose calls the ledger shows.',
    evidence: 'incident.contained, incident.told, a notice to each user',
  },
  {
    id: 'incidents/security-txt',
    clauses: ['3a-developer-security', '2d-accurate'],
    does: 'Serves a security.txt of its own, and reads those of connectors once a month.',
    evidence: 'what was found, with the time',
  },
  {
    id: 'incidents/complaints',
    clauses: ['6a-indemnity'],
    does: 'Takes complaints of third parties about a connector or an answer, freezes what stood then, and has a person decide in time, with reasons.',
    evidence: 'complaint.received, complaint.changed, complaint.decided; frozen evidence with its digest',
  },
  {
    id: 'incidents/blocked-answers',
    clauses: ['6a-indemnity', '2c-history'],
    does: 'Shows an answer to nobody any more when a complaint about it was upheld, and tells its user.',
    evidence: 'answer.blocked and answer.unblocked',
  },
  {
    id: 'incidents/feedback',
    clauses: ['2f-feedback'],
    does: 'Keeps feedback with what may be done with it, and has it answered.',
    evidence: 'feedback.given with the licence, feedback.answered',
  },
  {
    id: 'incidents/holds',
    clauses: ['5b-survival'],
    does: 'Keeps what a hold names from being deleted until a date, visibly and with a ground.',
    evidence: 'hold.placed, hold.lifted',
  },
]
