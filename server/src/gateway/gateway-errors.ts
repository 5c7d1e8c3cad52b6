import { Refusal, type RefusalStatus, type Who } from '../lib/index.ts'

export class UnknownToolError extends Refusal {
  override readonly name = 'UnknownToolError'
  readonly code = 'gateway/unknown-tool'
  readonly status = 404
  readonly who = 'assistant'
  constructor(tool: string) {
    super(`There is no tool ${JSON.stringify(tool.slice(0, 128))} here. List the tools again: connectors can be enabled and disabled at any time.`)
  }
}

export class InvalidArgumentsError extends Refusal {
  override readonly name = 'InvalidArgumentsError'
  readonly code = 'gateway/invalid-arguments'
  readonly status = 422
  readonly who = 'assistant'
  override readonly pointer: string
  constructor(pointer: string, message: string) {
    super(`The arguments do not fit: ${pointer === '' ? 'the whole' : pointer} ${message}. Nothing was sent.`)
    this.pointer = pointer
  }
}

export class InvalidAnswerError extends Refusal {
  override readonly name = 'InvalidAnswerError'
  readonly code = 'gateway/invalid-answer'
  readonly status = 502
  readonly who = 'developer'
  override readonly pointer: string
  constructor(pointer: string, message: string) {
    super(
      `The connector's answer does not fit the schema that was reviewed: ${pointer === '' ? 'the whole' : pointer} ${message}. It was not passed on; the call itself was made.`,
    )
    this.pointer = pointer
  }
}

export class ConnectorUnavailableError extends Refusal {
  override readonly name = 'ConnectorUnavailableError'
  readonly code = 'gateway/connector-unavailable'
  readonly status: RefusalStatus
  readonly who: Who
  constructor(name: string, status: string, reason: string | null) {
    const why = reason === null || reason === '' ? '' : ` Reason given: ${reason}`
    super(`${name} cannot be called: it is ${status}.${why}`)
    this.status = status === 'removed' ? 410 : 403
    this.who = status === 'suspended' || status === 'removed' ? 'operator' : 'developer'
  }
}

/** Something that allowed the call was taken back between the check and the sending. */
export class WithdrawnError extends Refusal {
  override readonly name = 'WithdrawnError'
  readonly code = 'gateway/withdrawn'
  readonly status = 403
  readonly who: Who
  constructor(reason: Refusal) {
    super(`This call was stopped just before it was sent. ${reason.message}`, { cause: reason })
    this.who = reason.who
  }
}

export class StoppingError extends Refusal {
  override readonly name = 'StoppingError'
  readonly code = 'gateway/stopping'
  readonly status = 503
  readonly who = 'wait'
  override readonly retryAfter = 5
  constructor() {
    super('This server is stopping. Try again in a few seconds.')
  }
}
