import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'files/own',
    clauses: ['2c-license'],
    does: 'Files between a person and an API are sealed under the key of that person, reached by that person alone, and gone after their time.',
    evidence: 'the sealed rows with their end',
  },
]
