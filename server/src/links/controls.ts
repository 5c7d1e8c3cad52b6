import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'links/account',
    clauses: ['3c-privacy', '3b-platform-security'],
    does: 'People link accounts by signing in at the provider; what they granted is the limit, and tokens are sealed.',
    evidence: 'account.linked, account.renewed',
  },
  {
    id: 'links/taken-back',
    clauses: ['3c-privacy', '3b-platform-security'],
    does: 'Removing an account destroys its credential here and asks the provider until it answers that its tokens are taken back.',
    evidence: 'account.unlinked, account.revoked',
  },
]
