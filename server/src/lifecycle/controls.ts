import type { Control } from '../lib/index.ts'

/** What this room does because a clause says so. */
export const controls: readonly Control[] = [
  {
    id: 'lifecycle/steering',
    clauses: ['2d-remove'],
    does: 'Suspends, pauses, refuses to list and removes connectors, each with a ground and a statement of reasons, on every node at once.',
    evidence: 'connector.suspended, connector.paused, listing.refused, connector.removed and their counterparts; the table decisions',
  },
  {
    id: 'lifecycle/tool-pause',
    clauses: ['2d-remove', '2d-review'],
    does: 'Pauses one tool, which is then neither listed nor called.',
    evidence: 'tool.paused, tool.resumed; refused calls with the code lifecycle/tool-paused',
  },
  {
    id: 'lifecycle/reasons-told',
    clauses: ['2d-remove', '5a-immediate'],
    does: 'Writes the notice to whoever is decided against in the transaction of the decision; where a law forbids that, has it looked at again by a date.',
    evidence: 'notice.queued with the decision; reasons.looked_at',
  },
  {
    id: 'lifecycle/agreement',
    clauses: ['5a-term', '5a-notice'],
    does: 'Computes where the agreement stands from decisions and the clock alone: in force from the creation of the connector until it is ended.',
    evidence: 'connector.created, agreement.notice_given, agreement.notice_withdrawn, agreement.ended',
  },
  {
    id: 'lifecycle/notice-period',
    clauses: ['5a-notice'],
    does: 'Lets either side end the agreement with at least 30 times 24 hours of notice; calls work until the minute and not after it, whoever is awake.',
    evidence: 'agreement.notice_given with effectiveAt; agreement.ended with dueAt and the real time',
  },
  {
    id: 'lifecycle/at-once',
    clauses: ['5a-immediate'],
    does: 'Lets either side end the agreement at once, with a ground that allows it.',
    evidence: 'agreement.ended with its ground',
  },
  {
    id: 'lifecycle/survival',
    clauses: ['5b-survival', '2c-history'],
    does: 'Shows what of an ended agreement lives on and what it permits, and leaves users the history of a connector that is gone.',
    evidence: 'the agreement and the tombstone in the API; history entries',
  },
  {
    id: 'lifecycle/deletions',
    clauses: ['5b-survival', '3b-platform-security', '4b-connector-marks'],
    does: 'Deletes keys, accounts, caches and marks of a connector that is gone, each by its date, unless a legal hold stands against it.',
    evidence: 'deletion.certified, deletion.held',
  },
]
