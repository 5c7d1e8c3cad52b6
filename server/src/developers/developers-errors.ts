import { Refusal } from '../lib/index.ts'

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
