import { Refusal } from '../lib/index.ts'

export class NoCredentialError extends Refusal {
  override readonly name = 'NoCredentialError'
  readonly code = 'vault/no-credential'
  readonly status = 403
  readonly who = 'user'
  override readonly link: string
  constructor(connectorName: string, link: string) {
    super(`${connectorName} needs a key that has not been given yet. Open ${link} to give it; it is sealed and never shown again.`)
    this.link = link
  }
}

export class CredentialMalformedError extends Refusal {
  override readonly name = 'CredentialMalformedError'
  readonly code = 'vault/malformed'
  readonly status = 422
  readonly who = 'user'
  override readonly pointer = '/secret'
  /** @param has what is wrong, without a piece of the secret */
  constructor(has: string) {
    super(`This key has ${has}. Copy it again from the service that gave it.`)
  }
}

/** Not there, or not for this reader: which of the two is not said. */
export class CredentialNotFoundError extends Refusal {
  override readonly name = 'CredentialNotFoundError'
  readonly code = 'vault/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such credential.')
  }
}

export class CredentialNotAskedForError extends Refusal {
  override readonly name = 'CredentialNotAskedForError'
  readonly code = 'vault/not-asked-for'
  readonly status = 409
  readonly who = 'user'
  constructor() {
    super('This connector needs no key, so none is kept.')
  }
}
