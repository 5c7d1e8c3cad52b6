import { groundOf, type StatementOfReasons } from '@handfast/contract'
import { rfc3339 } from '../lib/index.ts'
import type { Decision } from './decision.ts'

/** What a decision touches. */
export function scopeOf({ kind, tool, release }: Pick<Decision, 'kind' | 'tool' | 'release'>): StatementOfReasons['scope'] {
  if (tool !== null) return { of: 'tool', name: tool }
  switch (kind) {
    case 'submit':
    case 'approve':
    case 'reject':
    case 'agree':
    case 'request-changes':
    case 'withdraw':
    case 'reopen':
      return { of: 'release', name: release }
    case 'refuse-listing':
    case 'allow-listing':
      return { of: 'listing', name: null }
    case 'give-notice':
    case 'ask-withdrawal':
    case 'agree-withdrawal':
    case 'end':
      return { of: 'agreement', name: null }
    default:
      return { of: 'connector', name: null }
  }
}

/** The statement of reasons that a decision carries; null where it names no ground, as those that allow something need not. */
export function statementOf(decision: Decision): StatementOfReasons | null {
  const { ground, clause, reason, until, redress } = decision
  if (ground === null) return null
  return {
    facts: reason,
    ground,
    clause: clause ?? groundOf(ground).clause,
    scope: scopeOf(decision),
    until: until === null ? null : rfc3339(until),
    redress: redress === null ? null : { how: redress.how, until: rfc3339(redress.until) },
  }
}
