import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'http/who-may',
    clauses: ['2a-no-resale'],
    does: 'Every address says who may use it, and what it leaves in the ledger, or the server does not start.',
    evidence: 'the description of the API; request/not-found',
  },
]
