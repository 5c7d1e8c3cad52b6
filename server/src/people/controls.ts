import type { Control } from '../lib/index.ts'

/** What this room does because the terms say so. */
export const controls: readonly Control[] = [
  {
    id: 'people/sign-in',
    clauses: ['3b-platform-security'],
    does: 'People sign in with passkeys, second factors or a provider; guessing is slowed down, and sessions end.',
    evidence: 'session.started, session.ended, factor.added',
  },
]
