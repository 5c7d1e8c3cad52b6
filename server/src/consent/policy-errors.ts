import { Refusal, type RefusalStatus } from '../lib/index.ts'
import type { Denial } from './policy.ts'

/** The workspace does not let this call through. The rule is named: somebody can look it up, and change it. */
export class PolicyDeniedError extends Refusal {
  override readonly name = 'PolicyDeniedError'
  readonly code = 'consent/policy-denied'
  readonly status = 403
  readonly who = 'operator'
  override readonly detail: { readonly rule: string; readonly version: number }
  constructor(what: string, { rule, version, because }: Denial) {
    super(`The rules of your workspace do not allow ${what} (rule ${rule}).${because === '' ? '' : ` ${because}`} Ask whoever runs your workspace.`)
    this.detail = { rule, version }
  }
}

/** The workspace enabled it; the person has to have read the notice before anything of theirs is sent (clause 3c-privacy). */
export class NoticeUnreadError extends Refusal {
  override readonly name = 'NoticeUnreadError'
  readonly code = 'consent/notice-unread'
  readonly status = 403
  readonly who = 'user'
  override readonly link: string
  constructor(connectorName: string, link: string) {
    super(`Your workspace enabled ${connectorName} for you. Open ${link} once to read what it receives; then make the same call again.`)
    this.link = link
  }
}

export class PolicyInvalidError extends Refusal {
  override readonly name = 'PolicyInvalidError'
  readonly code = 'consent/policy-invalid'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer: string
  constructor(pointer: string, message: string) {
    super(message)
    this.pointer = pointer
  }
}

export class PolicyLocksOutError extends Refusal {
  override readonly name = 'PolicyLocksOutError'
  readonly code = 'consent/policy-locks-out'
  readonly status = 409
  readonly who = 'operator'
  override readonly pointer = '/editors'
  constructor() {
    super('Nobody of this workspace who can sign in could change this policy any more. Name somebody under `editors`, or leave it out.')
  }
}

/** Two changes at once; the second one looks again. */
export class PolicyChangedError extends Refusal {
  override readonly name = 'PolicyChangedError'
  readonly code = 'request/conflict'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('The policy changed meanwhile. Load it again and repeat the change.')
  }
}

export class PolicyVersionNotFoundError extends Refusal {
  override readonly name = 'PolicyVersionNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such version of this policy.')
  }
}

export class NotApproverError extends Refusal {
  override readonly name = 'NotApproverError'
  readonly code = 'consent/not-approver'
  readonly status: RefusalStatus = 403
  readonly who = 'user'
  constructor() {
    super('The rules of your workspace want somebody else to say yes to this call.')
  }
}
