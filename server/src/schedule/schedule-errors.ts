import { Refusal } from '../lib/index.ts'

/** Another attempt holds the deadline, or it was moved, cancelled or finished meanwhile: what this attempt wrote is undone. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

export class DeadlineNotFoundError extends Refusal {
  override readonly name = 'DeadlineNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('There is no such deadline that was given up, or another one took its place.')
  }
}
