import { Refusal } from '../lib/index.ts'

/** The address of a privacy notice gives no text that people could read. */
export class NoticeUnusableError extends Refusal {
  override readonly name = 'NoticeUnusableError'
  readonly code = 'notices/unusable'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer: string
  constructor(pointer: string, why: string) {
    super(`The privacy notice cannot be used: ${why}`)
    this.pointer = pointer
  }
}

export class SightingNotFoundError extends Refusal {
  override readonly name = 'SightingNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('There is no such finding that waits for a decision.')
  }
}
