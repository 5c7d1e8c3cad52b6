import { Refusal, rfc3339 } from '../lib/index.ts'

export class ChangeNotFoundError extends Refusal {
  override readonly name = 'ChangeNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('There is no such change of the terms.')
  }
}

export class ChangeSettledError extends Refusal {
  override readonly name = 'ChangeSettledError'
  readonly code = 'terms/change-settled'
  readonly status = 409
  readonly who = 'operator'
}

export class ChangeWithoutDifferenceError extends Refusal {
  override readonly name = 'ChangeWithoutDifferenceError'
  readonly code = 'terms/no-difference'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer = '/body'
  constructor() {
    super('These are the words that are in force. Change something, then keep it as a draft.')
  }
}

export class ChangeOtherWordsError extends Refusal {
  override readonly name = 'ChangeOtherWordsError'
  readonly code = 'terms/other-words'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('The draft, or the edition that it was compared with, is another one now. Look at it again, then go on.')
  }
}

export class ChangeAlreadyPendingError extends Refusal {
  override readonly name = 'ChangeAlreadyPendingError'
  readonly code = 'terms/change-pending'
  readonly status = 409
  readonly who = 'operator'
  constructor() {
    super('Another change of this document waits for its time. Withdraw it first, or wait until it is in force.')
  }
}

export class ChangeUnjustifiedError extends Refusal {
  override readonly name = 'ChangeUnjustifiedError'
  readonly code = 'terms/unjustified'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer = '/class'
  constructor() {
    super('Say what the change is (material, required-by-law or other) and why that is so. The reason is kept and shown with it.')
  }
}

export class ChangeTooEarlyError extends Refusal {
  override readonly name = 'ChangeTooEarlyError'
  readonly code = 'terms/too-early'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer = '/effectiveAt'
  constructor(earliest: number) {
    super(`A change of this kind takes effect at ${rfc3339(earliest)} at the earliest. Name that time or a later one.`)
  }
}

export class TranslationLanguageError extends Refusal {
  override readonly name = 'TranslationLanguageError'
  readonly code = 'terms/translation'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer: string
  constructor(index: number, language: string) {
    super(`The document is there in the language ${language} already. Give each language once, and the one whose words bind not at all.`)
    this.pointer = `/translations/${index}/language`
  }
}
