import { Refusal, type Who } from '../lib/index.ts'

export class ConnectorRemovedError extends Refusal {
  override readonly name = 'ConnectorRemovedError'
  readonly code = 'lifecycle/removed'
  readonly status = 410
  readonly who = 'developer'
  constructor() {
    super('This connector was removed, which is final. Publish it again under another short name.')
  }
}

export class LifecycleNoChangeError extends Refusal {
  override readonly name = 'LifecycleNoChangeError'
  readonly code = 'lifecycle/no-change'
  readonly status = 409
  readonly who: Who
  constructor(message: string, who: Who) {
    super(message)
    this.who = who
  }
}

export class GroundError extends Refusal {
  override readonly name = 'GroundError'
  readonly code = 'lifecycle/ground'
  readonly status = 422
  readonly who: Who
  override readonly pointer = '/ground'
  constructor(message: string, who: Who) {
    super(message)
    this.who = who
  }
}

export class TimeError extends Refusal {
  override readonly name = 'TimeError'
  readonly code = 'lifecycle/time'
  readonly status = 422
  readonly who: Who
  override readonly pointer: string
  constructor(pointer: string, message: string, who: Who) {
    super(message)
    this.pointer = pointer
    this.who = who
  }
}

export class AgreementEndedError extends Refusal {
  override readonly name = 'AgreementEndedError'
  readonly code = 'lifecycle/ended'
  readonly status = 410
  readonly who = 'developer'
  constructor() {
    super('The agreement about this connector has ended. To publish again, make another connector, which begins another agreement.')
  }
}

export class ListingRefusedError extends Refusal {
  override readonly name = 'ListingRefusedError'
  readonly code = 'lifecycle/unlisted'
  readonly status = 403
  readonly who = 'operator'
  constructor() {
    super('The operator refused to list this connector, so nothing of it goes live. Its developer can appeal.')
  }
}

export class DecisionNotFoundError extends Refusal {
  override readonly name = 'DecisionNotFoundError'
  readonly code = 'lifecycle/decision-not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('There is no such decision, or nothing of it is withheld.')
  }
}

export class ToolUnknownError extends Refusal {
  override readonly name = 'ToolUnknownError'
  readonly code = 'lifecycle/tool-unknown'
  readonly status = 404
  readonly who: Who
  override readonly pointer = '/tool'
  constructor(who: Who) {
    super('No release of this connector has a tool of that name.')
    this.who = who
  }
}
