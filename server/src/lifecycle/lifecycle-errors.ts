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
