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

/** In the public profile, who decided does not decide again. */
export class SomebodyElseError extends Refusal {
  override readonly name = 'SomebodyElseError'
  readonly code = 'developers/somebody-else'
  readonly status = 403
  readonly who = 'operator'
  constructor() {
    super('Whoever decided first does not decide about the appeal. Ask another operator.')
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
