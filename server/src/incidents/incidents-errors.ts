import { Refusal, rfc3339 } from '../lib/index.ts'

export class IncidentNotFoundError extends Refusal {
  override readonly name = 'IncidentNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor(what: string) {
    super(`There is no such ${what}, or it is not yours.`)
  }
}

export class IncidentClosedError extends Refusal {
  override readonly name = 'IncidentClosedError'
  readonly code = 'incidents/closed'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('This incident is closed. Reopen it to go on.')
  }
}

export class NoSuchClockError extends Refusal {
  override readonly name = 'NoSuchClockError'
  readonly code = 'incidents/no-clock'
  readonly status = 409
  readonly who = 'operator'
  constructor(running: readonly string[]) {
    super(running.length === 0 ? 'No deadline of this incident is open.' : `The deadlines that are open are: ${running.join(', ')}.`)
  }
}

export class NoConnectorError extends Refusal {
  override readonly name = 'NoConnectorError'
  readonly code = 'incidents/no-connector'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('This incident names no connector, so there is nothing to stop and nobody to look up.')
  }
}

export class ComplaintDecidedError extends Refusal {
  override readonly name = 'ComplaintDecidedError'
  readonly code = 'incidents/decided'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('This complaint was decided already. A decision stands; a new fact is a new complaint.')
  }
}

export class HeldError extends Refusal {
  override readonly name = 'HeldError'
  readonly code = 'incidents/held'
  readonly status = 409
  readonly who = 'operator'
  constructor(until: number) {
    super(
      `This cannot be deleted before ${rfc3339(until)}, since a hold keeps it. Ask the operator why; it is deleted when you ask again after that.`,
    )
  }
}

export class HoldOverError extends Refusal {
  override readonly name = 'HoldOverError'
  readonly code = 'incidents/hold-over'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('This hold has ended already.')
  }
}

export class HoldTimeError extends Refusal {
  override readonly name = 'HoldTimeError'
  readonly code = 'incidents/hold-time'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer = '/until'
  constructor() {
    super('A hold ends at a time to come, and not later than in ten years.')
  }
}
