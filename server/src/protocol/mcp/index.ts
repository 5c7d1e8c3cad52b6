export { headerText, type MirroredArgument, type MirroredArguments, mirroredArguments, mirroredValue } from './client-headers.ts'
export {
  type DroppedListed,
  LIST_METHODS,
  type ListedKind,
  MAX_URI,
  type RawListed,
  readListedPage,
  usableUri,
} from './client-listed.ts'
export { type ErrorMessage, readServerMessage, type ServerMessage, shortText, valueNestsDeeperThan } from './client-messages.ts'
export { type OtherMethod, type ReadOtherResult, readOtherResult } from './client-other-results.ts'
export {
  type CallExtras,
  type ClientInfo,
  initializeParams,
  legacyMessage,
  modernRequest,
  POST_HEADERS,
  ToolCallWriter,
  type WrittenRequest,
} from './client-requests.ts'
export { type ContentBlock, MAX_RESULT_DEPTH, passableMeta, type ReadToolResult, readToolResult, type ToolResult } from './client-result.ts'
export { type DroppedTool, type RawTool, readToolPage, type ToolPage } from './client-tools.ts'
export * from './names.ts'
export {
  type ClientMessage,
  claimsModern,
  headerValue,
  McpError,
  type ModernMeta,
  type RequestId,
  readClientMessage,
  readModernMeta,
} from './server-messages.ts'
export { type SseEvent, SseReader, SseTooLargeError } from './sse.ts'
export { matchesTemplate, usableTemplate } from './uri-template.ts'
