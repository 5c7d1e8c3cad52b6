import { Refusal } from '../../lib/index.ts'

export class PartyChecksOffError extends Refusal {
  override readonly name = 'PartyChecksOffError'
  readonly code = 'developers/party-checks-off'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('Party checks are switched off here, so this is neither asked for nor kept.')
  }
}

export class PartyRulesIncompleteError extends Refusal {
  override readonly name = 'PartyRulesIncompleteError'
  readonly code = 'developers/party-rules'
  readonly status = 422
  readonly who = 'operator'
  constructor() {
    super('Before party checks can be switched on, name the jurisdiction, the legal basis, and at least one account that decides.')
  }
}

/** Whoever is no operator could not decide, and what is held would stay held. */
export class DeciderNotOperatorError extends Refusal {
  override readonly name = 'DeciderNotOperatorError'
  readonly code = 'developers/decider-not-operator'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer: string
  constructor(at: number) {
    super('Whoever decides about what party checks find has to be an operator whose account works. Give them that role first, or name somebody else.')
    this.pointer = `/deciders/${at}`
  }
}

export class NotDeciderError extends Refusal {
  override readonly name = 'NotDeciderError'
  readonly code = 'developers/not-decider'
  readonly status = 403
  readonly who = 'operator'
  constructor() {
    super('Only the people whom the rules of party checks name decide about this. Ask one of them.')
  }
}

export class ReasonsMissingError extends Refusal {
  override readonly name = 'ReasonsMissingError'
  readonly code = 'request/invalid'
  readonly status = 422
  readonly who = 'operator'
  constructor() {
    super('Say why. The reason is kept with the decision.')
  }
}

export class MatchNotFoundError extends Refusal {
  override readonly name = 'MatchNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('There is no such match that waits for a decision.')
  }
}

export class DecidedMeanwhileError extends Refusal {
  override readonly name = 'DecidedMeanwhileError'
  readonly code = 'request/conflict'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('Somebody else decided about this organisation, or it was compared anew, in the same moment. Look again, and decide then.')
  }
}

export class ListNotFoundError extends Refusal {
  override readonly name = 'ListNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('There is no such list under way. Begin again.')
  }
}

/** For the attempt that is undone; the next one compares with what is in force then. */
export class ListReplacedError extends Refusal {
  override readonly name = 'ListReplacedError'
  readonly code = 'request/conflict'
  readonly status = 409
  readonly who = 'wait'
  constructor() {
    super('A list was replaced while it was compared with. It is compared anew.')
  }
}

export class ListPartMissingError extends Refusal {
  override readonly name = 'ListPartMissingError'
  readonly code = 'developers/list-part-missing'
  readonly status = 409
  readonly who = 'operator'
  constructor(file: string, number: number) {
    super(`Part ${number} of ${file} is missing, and later ones are there. Hand it in, and finish then.`)
  }
}

export class ListAddressError extends Refusal {
  override readonly name = 'ListAddressError'
  readonly code = 'developers/list-address'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer: string
  constructor(pointer: string, because: string) {
    super(`The list cannot be fetched from there: ${because}.`)
    this.pointer = pointer
  }
}

export class EmbargoTableInvalidError extends Refusal {
  override readonly name = 'EmbargoTableInvalidError'
  readonly code = 'developers/embargo-table'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer: string
  constructor(pointer: string, because: string) {
    super(`The table cannot be used: at ${pointer === '' ? 'its beginning' : pointer}, ${because}`)
    this.pointer = pointer
  }
}
