import { Refusal } from '../lib/index.ts'
import type { Finding } from './rules/engine/rule.ts'

export class ReleaseDecidedError extends Refusal {
  override readonly name = 'ReleaseDecidedError'
  readonly code = 'review/decided'
  readonly status = 409
  readonly who = 'developer'
  constructor() {
    super('This release was decided already. Hand in another one to change something.')
  }
}

export class OtherDigestError extends Refusal {
  override readonly name = 'OtherDigestError'
  readonly code = 'review/other-digest'
  readonly status = 409
  readonly who = 'operator'
  override readonly pointer = '/digest'
  constructor() {
    super('The digest is not that of this release. Look at the release again, then decide.')
  }
}

export class SelfReviewError extends Refusal {
  override readonly name = 'SelfReviewError'
  readonly code = 'review/self-review'
  readonly status = 403
  readonly who = 'operator'
  constructor() {
    super('Somebody else has to review this release, since you stand behind its connector.')
  }
}

export class ReleaseBlockedError extends Refusal {
  override readonly name = 'ReleaseBlockedError'
  readonly code = 'review/blocked'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer: string
  constructor(finding: Pick<Finding, 'message' | 'pointer'>) {
    super(`This release cannot be approved: ${finding.message}`)
    this.pointer = finding.pointer
  }
}
