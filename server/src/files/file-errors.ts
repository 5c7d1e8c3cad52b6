import { Refusal } from '../lib/index.ts'

/** Unknown, out of time, or somebody else's: from outside all the same. */
export class FileMissingError extends Refusal {
  override readonly name = 'FileMissingError'
  readonly code = 'files/missing'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('This file is not there any more, or it is not yours. Files are kept for an hour.')
  }
}

export class FileTooLargeError extends Refusal {
  override readonly name = 'FileTooLargeError'
  readonly code = 'files/too-large'
  readonly status = 413
  readonly who = 'user'
  constructor(limitBytes: number) {
    super(`A file has at most ${limitBytes / 1024 / 1024} MiB.`)
  }
}

export class FilesFullError extends Refusal {
  override readonly name = 'FilesFullError'
  readonly code = 'files/full'
  readonly status = 429
  readonly who = 'wait'
  constructor() {
    super('You have handed over as many files as are kept at once. They go away after an hour.')
  }
}
