import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'vault/sealed',
    clauses: ['3b-platform-security', '2a-no-resale'],
    does: 'Credentials are sealed, bound to their row, person and connector, shown to nobody again, and overwritten when they go.',
    evidence: 'credential.stored, credential.destroyed',
  },
  {
    id: 'vault/for-a-permit',
    clauses: ['3b-platform-security'],
    does: 'A credential opens for a permit only, and each use of it can be looked up by whoever it belongs to.',
    evidence: 'the use in call.intended; credential.opened outside of calls',
  },
]
