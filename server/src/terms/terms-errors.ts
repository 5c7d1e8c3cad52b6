import { Refusal } from '../lib/index.ts'
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
