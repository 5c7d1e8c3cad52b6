import { Refusal } from '../../lib/index.ts'

/** The text is neither JSON nor YAML, or the same key stands twice. Message and pointer say where. */
export class DocumentMalformedError extends Refusal {
  override readonly name = 'DocumentMalformedError'
  readonly code = 'openapi/malformed'
  readonly status = 422
  readonly who = 'developer'
}

/** The document is of a version, or a kind, that is not read here. */
export class DocumentVersionError extends Refusal {
  override readonly name = 'DocumentVersionError'
  readonly code = 'openapi/version'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer: string
  constructor(message: string, pointer: string) {
    super(message)
    this.pointer = pointer
  }
}

/** More bytes than a document may have. */
export class DocumentTooLargeError extends Refusal {
  override readonly name = 'DocumentTooLargeError'
  readonly code = 'openapi/too-large'
  readonly status = 413
  readonly who = 'developer'
  constructor(limitBytes: number) {
    super(`The document is larger than ${Math.floor(limitBytes / 1024 / 1024)} MiB. Split it, or leave out what assistants do not need.`)
  }
}

/** It nests too deeply, has too many values once its aliases are written out, or took too long to read. */
export class DocumentTooComplexError extends Refusal {
  override readonly name = 'DocumentTooComplexError'
  readonly code = 'openapi/too-complex'
  readonly status = 422
  readonly who = 'developer'
}

/** An argument cannot be put into the request as the operation declares it. The pointer names the argument. */
export class ArgumentRefusedError extends Refusal {
  override readonly name = 'ArgumentRefusedError'
  readonly code = 'openapi/argument'
  readonly status = 422
  readonly who = 'assistant'
  override readonly pointer: string
  constructor(message: string, pointer: string) {
    super(message)
    this.pointer = pointer
  }
}

/** The reviewed target or the path below it is not one that requests may be built from. */
export class TargetRefusedError extends Refusal {
  override readonly name = 'TargetRefusedError'
  readonly code = 'openapi/target'
  readonly status = 422
  readonly who = 'developer'
}

/** The overlay beside a document cannot be applied. The pointer is one of the overlay. */
export class OverlayInvalidError extends Refusal {
  override readonly name = 'OverlayInvalidError'
  readonly code = 'openapi/overlay'
  readonly status = 422
  readonly who = 'developer'
  override readonly pointer: string
  constructor(message: string, pointer: string) {
    super(message)
    this.pointer = pointer
  }
}

/** The upload is no archive of documents, or does not say which of its files is the one to read. */
export class UploadInvalidError extends Refusal {
  override readonly name = 'UploadInvalidError'
  readonly code = 'openapi/upload'
  readonly status = 422
  readonly who = 'developer'
}
