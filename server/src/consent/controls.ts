import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'consent/permit',
    clauses: ['1-choice', '3c-privacy'],
    does: 'A call needs a permit, which exists only where its person enabled the connector and agreed to what it receives by the notice in force.',
    evidence: 'call.refused with consent/not-enabled or consent/notice-changed; the enablement that a call names',
  },
  {
    id: 'consent/disable',
    clauses: ['1-choice'],
    does: 'Disabling ends the choice, every lasting yes under it, and the next request on every node.',
    evidence: 'connector.disabled; an epoch of the change feed',
  },
  {
    id: 'consent/receipt',
    clauses: ['3c-privacy', '1-choice'],
    does: 'Enabling keeps what was on the screen: notice, fields, tools, publisher and terms, as a receipt that proves itself against the ledger.',
    evidence: 'connector.enabled with the digest of the receipt; the receipt itself',
  },
  {
    id: 'consent/tools-agreed',
    clauses: ['3c-privacy', '1-choice'],
    does: 'Tools that a later release adds, or that reach further, stay off until the person agrees to the difference.',
    evidence: 'call.refused with consent/tool-not-agreed',
  },
  {
    id: 'consent/approval',
    clauses: ['3c-privacy'],
    does: 'A consequential call waits for the yes of a person to exactly these arguments, good once and for ten minutes.',
    evidence: 'approval.requested, approval.granted, approval.refused, approval.used',
  },
  {
    id: 'consent/workspace-rules',
    clauses: ['1-choice'],
    does: 'A workspace may enable connectors for its members and deny them, by rules in versions; what came from a rule is shown as such.',
    evidence: 'policy.changed; the rule and its version on a refused call',
  },
  {
    id: 'consent/age-rating',
    clauses: ['2e-vii'],
    does: 'Nobody below the age rating of a connector enables it; an age band and its source are kept, no date of birth.',
    evidence: 'age.changed; call.refused with consent/age',
  },
]
