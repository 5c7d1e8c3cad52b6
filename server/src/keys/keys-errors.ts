import { Refusal } from '../lib/index.ts'

/** The service that holds the key of keys does not answer, or not to us. */
export class KeysUnavailableError extends Refusal {
  override readonly name = 'KeysUnavailableError'
  readonly code = 'keys/unavailable'
  readonly status = 503
  readonly who = 'operator'
  override readonly detail: Readonly<Record<string, unknown>>
  constructor(why: string, cause?: unknown) {
    super('The keys that seal this Handfast cannot be reached just now.', { cause })
    this.detail = { why }
  }
}

/** This node lacks a key that the database is sealed with. Going on would mean to read nothing, or to seal what others cannot open. */
export class KeyMissingError extends Refusal {
  override readonly name = 'KeyMissingError'
  readonly code = 'keys/missing'
  readonly status = 503
  readonly who = 'operator'
  constructor(id: string) {
    super(`This database is sealed with the master key ${id}, which is not among the keys that this node was given. Bring it back from its copy.`)
  }
}

export class KeyNotMadeHereError extends Refusal {
  override readonly name = 'KeyNotMadeHereError'
  readonly code = 'keys/not-made-here'
  readonly status = 409
  readonly who = 'operator'
  constructor(what: string) {
    super(
      `${what} Put a new key first and keep the old one behind it, on every node; the rotation then begins by itself. "handfast key new" prints one.`,
    )
  }
}

export class RotationUnderWayError extends Refusal {
  override readonly name = 'RotationUnderWayError'
  readonly code = 'keys/under-way'
  readonly status = 409
  readonly who = 'wait'
  constructor(id: string) {
    super(`The key ${id} waits to become the current one. "handfast key list" says for which node.`)
  }
}

export class KeyNeededError extends Refusal {
  override readonly name = 'KeyNeededError'
  readonly code = 'keys/needed'
  readonly status = 409
  readonly who = 'operator'
  constructor(id: string) {
    super(`The key ${id} is in use: only a key that waits, or one that nothing is sealed with any more, can be forgotten.`)
  }
}

export class KeyNotFoundError extends Refusal {
  override readonly name = 'KeyNotFoundError'
  readonly code = 'keys/not-found'
  readonly status = 404
  readonly who = 'operator'
  constructor() {
    super('There is no such master key.')
  }
}
