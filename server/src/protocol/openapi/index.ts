export { type BuiltRequest, buildRequest } from './build-request.ts'
export { inspectInWorker, type WorkerLimits } from './inspect-in-worker.ts'
export { type InspectedOperation, type Inspection, type InspectOptions, inspectOperations } from './inspect-operations.ts'
export {
  ArgumentRefusedError,
  DocumentMalformedError,
  DocumentTooComplexError,
  DocumentTooLargeError,
  DocumentVersionError,
  TargetRefusedError,
} from './openapi-errors.ts'
export { type ReadAnswer, readAnswer, type ToolResult } from './read-answer.ts'
export { MAX_DOCUMENT_BYTES, type OpenApiDocument, readDocument } from './read-document.ts'
