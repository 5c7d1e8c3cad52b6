import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'jobs/on-time',
    clauses: ['7a-changes'],
    does: 'What has a date happens on it, once, by whichever node is there; after an outage in order, with the time that was meant and the time that it was.',
    evidence: 'the deadlines with both times; deadline.abandoned',
  },
]
