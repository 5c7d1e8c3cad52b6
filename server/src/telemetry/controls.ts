import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'telemetry/no-secrets',
    clauses: ['3b-platform-security'],
    does: 'No secret and no content of a call stands in a log, an error or a figure.',
    evidence: 'the log, in which they are not',
  },
]
