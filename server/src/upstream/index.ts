export { controls } from './controls.ts'
export { createUpstream, type UpstreamOptions } from './create-upstream.ts'
export type { Handshakes } from './handshakes.ts'
export { askable } from './questions.ts'
export type {
  Continuation,
  Credential,
  Description,
  FileDesk,
  LogMessage,
  McpTarget,
  OtherRequest,
  Progress,
  Upstream,
  UpstreamAnswer,
  UpstreamCall,
  Watching,
} from './upstream-call.ts'
export {
  CredentialRejectedError,
  type MayHaveRun,
  QuestionGoneError,
  UpstreamBusyError,
  UpstreamCancelledError,
  UpstreamNotUnderstoodError,
  UpstreamRedirectedError,
  UpstreamRefusal,
  UpstreamTimedOutError,
  UpstreamTooLargeError,
  UpstreamUnreachableError,
} from './upstream-errors.ts'
