export { createUpstream, type UpstreamOptions } from './create-upstream.ts'
export type { Credential, Description, McpTarget, Progress, Upstream, UpstreamAnswer, UpstreamCall } from './upstream-call.ts'
export {
  CredentialRejectedError,
  type MayHaveRun,
  UpstreamBusyError,
  UpstreamCancelledError,
  UpstreamNotUnderstoodError,
  UpstreamRedirectedError,
  UpstreamRefusal,
  UpstreamTimedOutError,
  UpstreamTooLargeError,
  UpstreamUnreachableError,
} from './upstream-errors.ts'
