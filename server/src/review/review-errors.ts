import { type AttestationId, attestations } from '@handfast/contract'
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

export class LookedAnewError extends Refusal {
  override readonly name = 'LookedAnewError'
  readonly code = 'review/looked-anew'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('Probes ended while you decided, and what they found was not before you. Look at the release again, then decide.')
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

export class AttestationMissingError extends Refusal {
  override readonly name = 'AttestationMissingError'
  readonly code = 'review/attestation-missing'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer: string
  constructor(id: AttestationId) {
    super(`Handing in takes your word on this: "${attestations[id].says}" Add "${id}" to \`attests\` if it is true.`)
    this.pointer = '/attests'
  }
}

export class ReleaseClaimedError extends Refusal {
  override readonly name = 'ReleaseClaimedError'
  readonly code = 'review/claimed'
  readonly status = 409
  readonly who = 'wait'
  constructor(until: string) {
    super(`Another reviewer has this release in hand until ${until}. Ask them to give it back, or wait.`)
  }
}

export class SameReviewerError extends Refusal {
  override readonly name = 'SameReviewerError'
  readonly code = 'review/same-reviewer'
  readonly status = 409
  readonly who = 'operator'
  constructor(needed: number) {
    super(`You have said yes already. This release needs ${needed} different reviewers, because of its risk.`)
  }
}

export class FindingUnknownError extends Refusal {
  override readonly name = 'FindingUnknownError'
  readonly code = 'review/finding-unknown'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('This release has no such finding. Look at it again.')
  }
}

export class FindingFixedError extends Refusal {
  override readonly name = 'FindingFixedError'
  readonly code = 'review/finding-stays'
  readonly status = 409
  readonly who = 'developer'
  constructor(rule: string) {
    super(`What "${rule}" found cannot be put aside: the developer has to change it and hand in another release.`)
  }
}

export class AppealNotFoundError extends Refusal {
  override readonly name = 'AppealNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'developer'
  constructor() {
    super('There is no such decision or appeal of this connector.')
  }
}

export class NotAppealableError extends Refusal {
  override readonly name = 'NotAppealableError'
  readonly code = 'review/not-appealable'
  readonly status = 409
  readonly who = 'developer'
  constructor() {
    super('There is nothing to appeal here: it was no decision against you, or you have appealed already.')
  }
}

export class AppealTooLateError extends Refusal {
  override readonly name = 'AppealTooLateError'
  readonly code = 'review/appeal-too-late'
  readonly status = 410
  readonly who = 'developer'
  constructor(until: string) {
    super(`This could be appealed until ${until}.`)
  }
}

export class AppealAnsweredError extends Refusal {
  override readonly name = 'AppealAnsweredError'
  readonly code = 'review/appeal-answered'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('This appeal was answered already.')
  }
}

export class AppealElsewhereError extends Refusal {
  override readonly name = 'AppealElsewhereError'
  readonly code = 'review/appeal-elsewhere'
  readonly status = 403
  readonly who = 'operator'
  constructor() {
    super('Somebody else has to answer this appeal: you decided what it is about, or stand behind the connector.')
  }
}
