import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'sealing/envelope',
    clauses: ['3b-platform-security'],
    does: 'Each record is sealed with a key of its own, bound to its place, under a key that never enters the database; the key of a person can be destroyed.',
    evidence: 'key.created, key.destroyed',
  },
]
