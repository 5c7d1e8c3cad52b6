// Apart from what reads documents, so that whoever only judges an upload's size loads no parser.

/** All files of an upload together. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024
export const MAX_DOCUMENT_DEPTH = 100
export const MAX_DOCUMENT_VALUES = 1_000_000
