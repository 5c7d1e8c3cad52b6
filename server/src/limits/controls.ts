import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'limits/per-connector',
    clauses: ['2a-no-harm', '3b-limits'],
    does: 'Calls to one connector are held to a rate and a number at a time.',
    evidence: 'call.refused with limits/rate or limits/concurrency',
  },
]
