export { type BuiltRequest, compileRequest, type RequestBuilder } from './build-request.ts'
export type { Choice } from './choose-operations.ts'
export { MAX_DOCUMENT_BYTES } from './document-bounds.ts'
export type { OperationFacts, PlainLink } from './document-facts.ts'
export { safeName } from './file-name.ts'
export { FILE_ID, type FileLink, type Handed, type HandedFile, MAX_LINKED_FILES } from './handed-file.ts'
export { inspectInWorker, type Read, type Upload, type WorkerLimits } from './inspect-in-worker.ts'
export type { InspectedOperation, Inspection, InspectOptions } from './inspect-operations.ts'
export {
  ArgumentRefusedError,
  DocumentMalformedError,
  DocumentTooComplexError,
  DocumentTooLargeError,
  DocumentVersionError,
  OverlayInvalidError,
  TargetRefusedError,
  UploadInvalidError,
} from './openapi-errors.ts'
export type { OverlayFinding } from './overlay.ts'
export { type AnswerBlock, type ReadAnswer, readAnswer, type ToolResult } from './read-answer.ts'
