import { Refusal } from '../lib/index.ts'

export class ConnectorNotFoundError extends Refusal {
  override readonly name = 'ConnectorNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such connector here.')
  }
}

export class ReleaseNotFoundError extends Refusal {
  override readonly name = 'ReleaseNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'developer'
  constructor() {
    super('There is no such release of this connector, or it is not yours to see.')
  }
}

export class SlugTakenError extends Refusal {
  override readonly name = 'SlugTakenError'
  readonly code = 'directory/slug-taken'
  readonly status = 409
  readonly who = 'developer'
  override readonly pointer = '/slug'
  constructor(slug: string) {
    super(`There is, or was, a connector called "${slug}" in this workspace. Choose another short name.`)
  }
}

export class ManifestInvalidError extends Refusal {
  override readonly name = 'ManifestInvalidError'
  readonly code = 'directory/manifest'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer: string
  constructor(pointer: string, message: string) {
    super(message)
    this.pointer = pointer
  }
}

export class ReleaseInvalidError extends Refusal {
  override readonly name = 'ReleaseInvalidError'
  readonly code = 'directory/release'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer: string
  constructor(pointer: string, message: string) {
    super(message)
    this.pointer = pointer
  }
}

export class SchemaInvalidError extends Refusal {
  override readonly name = 'SchemaInvalidError'
  readonly code = 'directory/schema'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer: string
  constructor(pointer: string, message: string) {
    super(message)
    this.pointer = pointer
  }
}

export class SchemaTooCostlyError extends Refusal {
  override readonly name = 'SchemaTooCostlyError'
  readonly code = 'directory/schema-too-costly'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer = '/tools'
  constructor(message = 'The schemas of this release take too long to prepare. Make them smaller, or share parts of them under $defs.') {
    super(message)
  }
}
