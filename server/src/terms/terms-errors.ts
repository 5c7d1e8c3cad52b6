import { Refusal, rfc3339 } from '../lib/index.ts'
import type { PendingChange } from './in-force.ts'
import type { PackProblem } from './pack/read-pack.ts'

export class TermsNotAcceptedError extends Refusal {
  override readonly name = 'TermsNotAcceptedError'
  readonly code = 'terms/not-accepted'
  readonly status = 403
  readonly who = 'developer'
  constructor() {
    super('The terms in force have not been accepted for this developer yet. Read and accept them first.')
  }
}

export class TermsNotCurrentError extends Refusal {
  override readonly name = 'TermsNotCurrentError'
  readonly code = 'terms/not-current'
  readonly status = 409
  readonly who = 'developer'
  constructor() {
    super('The documents changed since you opened them, or one is missing. Read them again, then accept.')
  }
}

export class AuthorityMissingError extends Refusal {
  override readonly name = 'AuthorityMissingError'
  readonly code = 'terms/authority'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer = '/authorityAttested'
  constructor() {
    super('Say that you may accept these terms for the person or organisation you named.')
  }
}

export class TermsPackInvalidError extends Refusal {
  override readonly name = 'TermsPackInvalidError'
  readonly code = 'terms/pack'
  readonly status = 422
  readonly who = 'operator'
  readonly problems: readonly PackProblem[]
  constructor(file: string, problems: readonly PackProblem[], options?: ErrorOptions) {
    const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`)
    super(`The terms pack cannot be used.\n${lines.join('\n')}`)
    this.cause = options?.cause
    this.problems = problems
  }
}

export class TermsChoiceNeededError extends Refusal {
  override readonly name = 'TermsChoiceNeededError'
  readonly code = 'terms/choice-needed'
  readonly status = 409
  readonly who = 'developer'
  constructor(pending: readonly PendingChange[]) {
    const list = pending.map(({ change, from }) => `${change.document} ${change.label} (${change.id}) from ${rfc3339(from)}`).join('; ')
    super(
      `The terms change: ${list}. A release that stays published until then counts as agreeing to it when its time comes; publishing it now does not. Say which it is to be: accept the change already, or wait and keep the right to end the agreement before.`,
    )
  }
}

export class AcceptanceNotFoundError extends Refusal {
  override readonly name = 'AcceptanceNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'developer'
  constructor() {
    super('There is no such acceptance, or it is not yours.')
  }
}

export class AgreementNotFoundError extends Refusal {
  override readonly name = 'AgreementNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'developer'
  constructor() {
    super('There was no agreement about such a connector at that time.')
  }
}

export class AmendmentNotFoundError extends Refusal {
  override readonly name = 'AmendmentNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'developer'
  constructor() {
    super('There is no such amendment, or it is not yours.')
  }
}

export class AmendmentSettledError extends Refusal {
  override readonly name = 'AmendmentSettledError'
  readonly code = 'terms/amendment-settled'
  readonly status = 409
  readonly who = 'developer'
  constructor() {
    super('This amendment was signed or withdrawn already, or it reads otherwise than what you saw.')
  }
}
