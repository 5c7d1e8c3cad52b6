import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'history/own',
    clauses: ['2c-license'],
    does: 'What was sent and what came back is kept for the person whom it belongs to, sealed under their key, and used for nothing else.',
    evidence: 'the history of the person',
  },
  {
    id: 'history/data-rights',
    clauses: ['3c-privacy'],
    does: 'People export everything that is kept about them, and erase it by destroying their key, while the ledger still verifies.',
    evidence: 'data.exported, user.erased',
  },
  {
    id: 'history/unknown',
    clauses: ['2a-use'],
    does: 'A call whose process ended in between is closed as unknown, and never sent again.',
    evidence: 'call.unknown',
  },
]
