import { type JsonObject, Refusal, type RefusalStatus, type Who } from '../lib/index.ts'

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

export class ToolPausedError extends Refusal {
  override readonly name = 'ToolPausedError'
  readonly code = 'lifecycle/tool-paused'
  readonly status = 403
  readonly who = 'operator'
  constructor(connector: string, tool: string) {
    super(`The tool "${tool}" of ${connector} is paused: it cannot be called until that is lifted. The other tools work.`)
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

/** Not in the reviewed release, or not enabled: which of them is not said. */
export class UnknownResourceError extends Refusal {
  override readonly name = 'UnknownResourceError'
  readonly code = 'gateway/unknown-resource'
  readonly status = 404
  readonly who = 'assistant'
  readonly uri: string
  constructor(uri: string) {
    super('There is no such resource here. List the resources again: only what was reviewed can be read.')
    this.uri = uri.slice(0, 2_048)
  }
}

export class UnknownPromptError extends Refusal {
  override readonly name = 'UnknownPromptError'
  readonly code = 'gateway/unknown-prompt'
  readonly status = 404
  readonly who = 'assistant'
  constructor(prompt: string) {
    super(`There is no prompt ${JSON.stringify(prompt.slice(0, 128))} here. List the prompts again: only what was reviewed can be used.`)
  }
}

/** The connector completes nothing. Assistants are told an empty list. */
export class NothingToCompleteError extends Refusal {
  override readonly name = 'NothingToCompleteError'
  readonly code = 'gateway/no-completions'
  readonly status = 404
  readonly who = 'assistant'
  constructor() {
    super('This connector does not complete arguments.')
  }
}

/** The connector's own error to something that is no call of a tool. */
export class ConnectorRefusedError extends Refusal {
  override readonly name = 'ConnectorRefusedError'
  readonly code = 'gateway/connector-refused'
  readonly status = 422
  readonly who = 'assistant'
  /** The code of its JSON-RPC error. */
  readonly rpcCode: number
  readonly asked: string
  constructor(connector: string, rpcCode: number, message: string, asked: string) {
    super(`${connector} refused: ${message}`)
    this.rpcCode = rpcCode
    this.asked = asked
  }
}

/** The connector cannot do this for an assistant that cannot be asked certain things. */
export class CapabilityMissingError extends Refusal {
  override readonly name = 'CapabilityMissingError'
  readonly code = 'gateway/capability-missing'
  readonly status = 422
  readonly who = 'assistant'
  readonly capabilities: JsonObject
  constructor(connector: string, capabilities: JsonObject) {
    super(`${connector} can only do this for an assistant that offers: ${Object.keys(capabilities).join(', ')}. This assistant does not declare it.`)
    this.capabilities = capabilities
  }
}

/** A connector's question that is not passed on. */
export class QuestionRefusedError extends Refusal {
  override readonly name = 'QuestionRefusedError'
  readonly code = 'gateway/question-refused'
  readonly status = 502
  readonly who = 'developer'
  constructor(why: string) {
    super(`The connector's question ${why}. It was not passed on, and nothing was answered.`)
  }
}

/** A request state that is not ours, was given for another request or person, was used, or is too old: which of them is not said. */
export class StateInvalidError extends Refusal {
  override readonly name = 'StateInvalidError'
  readonly code = 'gateway/state-invalid'
  readonly status = 400
  readonly who = 'assistant'
  constructor() {
    super('This request state is not good for this request, or no longer. Make the call again without it.')
  }
}
