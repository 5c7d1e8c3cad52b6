import { Refusal, type Who } from '../lib/index.ts'

export class NotAMemberError extends Refusal {
  override readonly name = 'NotAMemberError'
  readonly code = 'developers/not-a-member'
  readonly status = 403
  readonly who = 'developer'
  constructor(needsOwner: boolean) {
    super(
      needsOwner
        ? 'Only an owner of that organisation can do this. Ask one of them.'
        : 'Only members of the organisation that publishes it can do this. Ask one of them to add you.',
    )
  }
}

export class DeveloperNotFoundError extends Refusal {
  override readonly name = 'DeveloperNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'developer'
  constructor() {
    super('There is no such developer here.')
  }
}

export class LastOwnerError extends Refusal {
  override readonly name = 'LastOwnerError'
  readonly code = 'request/conflict'
  readonly status = 409
  readonly who = 'developer'
  constructor() {
    super('An organisation keeps at least one owner. Make somebody else an owner first.')
  }
}

/** A person has to look first. The organisation was told why. */
export class DeveloperHeldError extends Refusal {
  override readonly name = 'DeveloperHeldError'
  readonly code = 'developers/held'
  readonly status = 403
  readonly who = 'operator'
  constructor(lookBy: number) {
    super(
      `This organisation is on hold until somebody has looked, by ${new Date(lookBy).toISOString().slice(0, 10)}. Its legal contact was told why and what to do.`,
    )
  }
}

export class HoldNotFoundError extends Refusal {
  override readonly name = 'HoldNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'developer'
  constructor() {
    super('There is no such hold here.')
  }
}

export class NoChangeError extends Refusal {
  override readonly name = 'NoChangeError'
  readonly code = 'developers/no-change'
  readonly status = 409
  readonly who: Who
  constructor(message: string, who: Who) {
    super(message)
    this.who = who
  }
}

/** In the public profile, who decided does not decide again, and nobody about an organisation of their own. */
export class SomebodyElseError extends Refusal {
  override readonly name = 'SomebodyElseError'
  readonly code = 'developers/somebody-else'
  readonly status = 403
  readonly who = 'operator'
  constructor(because: 'decided' | 'theirs') {
    super(
      because === 'decided'
        ? 'Whoever decided first does not decide about the appeal. Ask another operator.'
        : 'You belong to an organisation that this is about. Ask another operator.',
    )
  }
}

export class MatchesWaitError extends Refusal {
  override readonly name = 'MatchesWaitError'
  readonly code = 'developers/matches-wait'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('Say of each match first whether it is the same party. The hold ends by itself where none is; where one is, release it then.')
  }
}

export class ContactNotFoundError extends Refusal {
  override readonly name = 'ContactNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'developer'
  constructor() {
    super('There is no such contact here.')
  }
}

export class ContactTakenError extends Refusal {
  override readonly name = 'ContactTakenError'
  readonly code = 'developers/contact-taken'
  readonly status = 409
  readonly who = 'developer'
  constructor() {
    super('The organisation has that address for that purpose already, or has as many as are kept. Remove one first.')
  }
}

/** Says the same whatever is wrong with a code, so that nobody learns from trying. */
export class CodeInvalidError extends Refusal {
  override readonly name = 'CodeInvalidError'
  readonly code = 'developers/code-invalid'
  readonly status = 403
  readonly who = 'developer'
  constructor() {
    super('This code is not right, was used, or is out of time. Ask for a new one.')
  }
}

export class TooManyCodesError extends Refusal {
  override readonly name = 'TooManyCodesError'
  readonly code = 'developers/too-many-codes'
  readonly status = 429
  readonly who = 'wait'
  override readonly retryAfter: number
  constructor(wait: number) {
    super('A code was sent a moment ago, or many were today. Wait, and look for the last one.')
    this.retryAfter = Math.max(1, Math.ceil(wait / 1_000))
  }
}

/** Something of an organisation or a connector that is not there, or not theirs. */
abstract class NothingThereError extends Refusal {
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'developer'
}

export class OwnerNotFoundError extends NothingThereError {
  override readonly name = 'OwnerNotFoundError'
  constructor() {
    super('There is no such declared owner here.')
  }
}

export class DomainNotFoundError extends NothingThereError {
  override readonly name = 'DomainNotFoundError'
  constructor() {
    super('There is no such domain here.')
  }
}

export class SubprocessorNotFoundError extends NothingThereError {
  override readonly name = 'SubprocessorNotFoundError'
  constructor() {
    super('There is no such subprocessor here, or it is gone already.')
  }
}

export class FindingNotFoundError extends NothingThereError {
  override readonly name = 'FindingNotFoundError'
  constructor() {
    super('There is no such finding here.')
  }
}

export class TransferNotFoundError extends NothingThereError {
  override readonly name = 'TransferNotFoundError'
  constructor() {
    super('There is no such transfer here.')
  }
}

/** As many as are kept. */
export class TooManyError extends Refusal {
  override readonly name = 'TooManyError'
  readonly code = 'developers/too-many'
  readonly status = 409
  readonly who = 'developer'
  constructor(what: string, most: number) {
    super(`There are ${most} ${what} already, which is as many as are kept. Remove one first.`)
  }
}

export class DomainInvalidError extends Refusal {
  override readonly name = 'DomainInvalidError'
  readonly code = 'developers/domain-invalid'
  readonly status = 422
  readonly who = 'developer'
  constructor() {
    super('This is no domain that can be proven, or there are many already. Write it like api.example.org, without an address around it.')
  }
}

export class DomainNotProvenError extends Refusal {
  override readonly name = 'DomainNotProvenError'
  readonly code = 'developers/domain-not-proven'
  readonly status = 409
  readonly who = 'developer'
  constructor(why: string) {
    super(`The proof was not found. ${why}`)
  }
}

export class StatementsOutdatedError extends Refusal {
  override readonly name = 'StatementsOutdatedError'
  readonly code = 'developers/statements-outdated'
  readonly status = 409
  readonly who = 'developer'
  constructor() {
    super('These are not the sentences of today. Read them again.')
  }
}

export class ImageInvalidError extends Refusal {
  override readonly name = 'ImageInvalidError'
  readonly code = 'developers/image-invalid'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer = '/logo'
  constructor(because: string) {
    super(`The logo cannot be used: ${because}`)
  }
}

export class NotAcceptedYetError extends Refusal {
  override readonly name = 'NotAcceptedYetError'
  readonly code = 'developers/transfer-not-accepted'
  readonly status = 409
  readonly who = 'developer'
  constructor() {
    super('Whoever takes it has to accept the documents in force first, and then the transfer.')
  }
}

/** A release of whoever gives the connector away would be published in the name of whoever takes it. */
export class ReleaseWaitsError extends Refusal {
  override readonly name = 'ReleaseWaitsError'
  readonly code = 'developers/release-waits'
  readonly status = 409
  readonly who = 'developer'
  constructor() {
    super('A release of this connector waits for the review. Whoever handed it in takes it back, or the review decides about it; then approve this.')
  }
}

/** In the public profile nothing is handed in before these are there. */
export class DeveloperIncompleteError extends Refusal {
  override readonly name = 'DeveloperIncompleteError'
  readonly code = 'developers/incomplete'
  readonly status = 403
  readonly who = 'developer'
  constructor(lacking: readonly string[]) {
    super(`Before your organisation hands in a release, this is needed: ${lacking.join('; ')}.`)
  }
}
