import { Refusal } from '../lib/index.ts'

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
