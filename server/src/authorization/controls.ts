import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'authorization/no-anonymous-calls',
    clauses: ['2a-use'],
    does: 'A call comes from a known person through a known assistant, under a grant that ends when either says so.',
    evidence: 'grant.given, grant.revoked, token.created, token.revoked',
  },
  {
    id: 'authorization/limits-of-a-grant',
    clauses: ['3c-privacy'],
    does: 'A grant allows at most what was asked for and at most what the person allowed.',
    evidence: 'grant.given with its scopes; grant.reduced',
  },
]
