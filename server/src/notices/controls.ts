import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'notices/queued-with-its-cause',
    clauses: ['7b-notices'],
    does: 'A notice is written in the transaction of what it tells, and put on its way once, to every reader and address.',
    evidence: 'ledger: notice.queued and notice.addressed; table notices with the exact words and their digest',
  },
  {
    id: 'notices/e-mail-receipt',
    clauses: ['7b-notices', '7a-changes'],
    does: 'An e-mail counts as served on the date on which the server of the recipient has it, and not before.',
    evidence: 'ledger: delivery.changed with the date of service; table notice_steps with what the servers said',
  },
  {
    id: 'notices/post',
    clauses: ['7b-notices'],
    does: 'A notice by post counts as served on the date on which it was handed to the courier, as an operator writes it down.',
    evidence: 'ledger: delivery.changed; the delivery with courier, address and date',
  },
  {
    id: 'notices/next-address',
    clauses: ['7b-notices'],
    does: 'What comes back goes on to the next contact of the developer, then to its owners.',
    evidence: 'ledger: delivery.changed (bounced) and notice.addressed in one transaction',
  },
  {
    id: 'notices/operator-tasks',
    clauses: ['7b-notices'],
    does: 'A legal notice that no address took, or that nobody is known to have received after three days, comes before an operator.',
    evidence: 'ledger: notice.undelivered and notice.settled; table notice_tasks',
  },
  {
    id: 'notices/archive',
    clauses: ['7b-notices'],
    does: 'Exactly what leaves is kept before it leaves, and every attempt sends the same.',
    evidence: 'table notice_copies with the whole mail or webhook and its digest',
  },
  {
    id: 'notices/legal-not-muted',
    clauses: ['7b-notices'],
    does: 'People switch mails off by kind; legal notices go out regardless.',
    evidence: 'ledger: notices.muted; the deliveries of legal notices',
  },
  {
    id: 'notices/no-header-injection',
    clauses: ['7b-notices'],
    does: 'Nothing in a title, a name or an address becomes a header, a recipient or a command of its own.',
    evidence: 'the kept mails; addresses that cannot be used fail and are shown',
  },
  {
    id: 'notices/signed-webhooks',
    clauses: ['7b-notices'],
    does: 'Programs are told with a signature by a secret of their own, which is replaced without a gap.',
    evidence: 'ledger: webhook.created, webhook.changed, webhook.deleted and delivery.changed',
  },
  {
    id: 'notices/operator-inbox',
    clauses: ['7b-notices'],
    does: 'Notices to the operator are received at an address, a copy address and a form, each with its date of service and its answer.',
    evidence: 'ledger: letter.received and letter.changed; table operator_letters',
  },
  {
    id: 'notices/privacy-notice',
    clauses: ['3c-privacy'],
    does: 'The words of privacy notices are fetched, kept and looked at again; where they changed, a person says what that means.',
    evidence: 'ledger: notice.drifted and notice.decided; tables notice_texts and notice_sightings',
  },
]
