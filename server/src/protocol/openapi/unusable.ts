/**
 * Why one operation cannot become a tool. It stays inside this folder: the importer catches it and writes the reason beside the operation,
 * because one bad operation never rejects a document. Thrown rather than returned since it arises deep inside schemas.
 */
export class Unusable extends Error {
  override readonly name = 'Unusable'
  /** Where in the document, as a JSON pointer (RFC 6901). */
  readonly pointer: string
  /** It is well-formed, and nothing here writes it: where it is optional, it can be left out. */
  readonly isUnsupported: boolean
  constructor(reason: string, pointer: string, isUnsupported = false) {
    super(reason)
    this.pointer = pointer
    this.isUnsupported = isUnsupported
  }
}
