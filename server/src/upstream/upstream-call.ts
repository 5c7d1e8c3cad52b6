import type { CredentialPlacement, ReleaseOffer, ReleaseTool, Target } from '@handfast/contract'
import type { CallId, ConnectorId, Json, JsonObject, ReleaseId } from '../lib/index.ts'
import type { DroppedTool, Era, OtherMethod, RawListed, RawTool, ToolResult } from '../protocol/mcp/index.ts'
import type { FileLink, HandedFile } from '../protocol/openapi/index.ts'
import type { Handshakes } from './handshakes.ts'

/** A key that the vault opened for one call. It is put into the request and kept nowhere. */
export type Credential = {
  readonly placement: CredentialPlacement
  /** The bare token or key; for `basic` it is `name:password`. */
  readonly secret: string
  /** Stable id for caching and pooling; never the secret, nor made from it. */
  readonly id: string
}

/** What is asked of a connector instead of a call of a tool. */
export type OtherRequest = { readonly method: OtherMethod; readonly params: JsonObject }

/** What the assistant answered to the questions of an earlier round, and what the connector wants to see again. */
export type Continuation = { readonly inputResponses: JsonObject; readonly requestState: string | undefined }

/** A log message of a connector about one call. */
export type LogMessage = { readonly level: string; readonly logger?: string; readonly data: Json }

export type Progress = { readonly progress: number; readonly total?: number; readonly message?: string }

/** Files that go with the calls of one person. What an id does not name, or names for somebody else, is not there. */
export interface FileDesk {
  open(id: string): Promise<HandedFile | undefined>
  /** A short-lived address at which the API can fetch the file without a credential. */
  link(id: string): Promise<FileLink | undefined>
  /** Keeps a file for a while; only the person and their assistants can fetch it. */
  keep(file: HandedFile): Promise<{ readonly uri: string }>
}

/** Hears of a resource that changes, after the call that asked for it was answered. */
export type Watching = {
  readonly onUpdated: () => void
  /** The connector stopped telling. */
  readonly onEnded: () => void
  /** Nobody wants to hear it any more. */
  readonly signal: AbortSignal
}

/** One call of one reviewed tool. Arguments were checked against the reviewed schema before. */
export type UpstreamCall = {
  readonly callId: CallId
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly target: Target
  /** Requests are prepared once per tool object: handing in the same object for each call of a release is what makes calls cheap. */
  readonly tool: ReleaseTool
  readonly arguments: JsonObject
  /** JSON text of `arguments`, if the caller has it at hand; saves writing it again. */
  readonly argumentsJson?: string
  readonly credential: Credential | null
  /** Sessions of legacy connectors are pooled by this (user and credential) and the release; two keys never share one. */
  readonly poolKey: string
  readonly assistantEra: Era
  /** Origins that were reviewed; redirects to others are refused. */
  readonly origins: readonly string[]
  /** For the whole call, finding out the era and opening a session included. */
  readonly timeoutMs: number
  /** Largest answer, decoded. */
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** Called with increasing progress, never after the answer. */
  readonly onProgress?: (progress: Progress) => void
  /** Present where this is no call of a tool; `tool` then only names it. */
  readonly other?: OtherRequest
  /** Present with `resources/subscribe`. */
  readonly watching?: Watching
  /** What the assistant can be asked for, of what we can pass on. Absent: nothing. */
  readonly capabilities?: JsonObject
  readonly continuation?: Continuation
  /** How much the assistant wants to hear of the connector's log; absent: nothing. */
  readonly logLevel?: string
  readonly onLog?: (message: LogMessage) => void
  /** Trace context (W3C) of the assistant's request, to go on with. */
  readonly trace?: JsonObject
  /** For Actions that take or give files. */
  readonly files?: FileDesk
  /** On whose behalf the request leaves; a user's call unless said otherwise. */
  readonly reason?: 'user-call' | 'review' | 'health'
}

export type UpstreamAnswer =
  | { readonly kind: 'result'; readonly result: ToolResult; readonly era: Era | 'openapi' }
  | { readonly kind: 'other'; readonly result: JsonObject; readonly era: Era }
  /** It needs something from the assistant first: requests by key, and what it wants to see again with the answers. */
  | { readonly kind: 'asks'; readonly inputRequests: JsonObject; readonly requestState: string | undefined }
  /** It cannot go on with an assistant that lacks these capabilities. */
  | { readonly kind: 'lacks'; readonly capabilities: JsonObject }
  /** The connector's own JSON-RPC error. */
  | { readonly kind: 'error'; readonly code: number; readonly message: string }

export type McpTarget = Extract<Target, { kind: 'mcp' }>

/** What a connector says about itself, for the review. */
export type Description = {
  readonly era: Era
  /** The revision that was agreed on. */
  readonly version: string
  readonly serverInfo: JsonObject | null
  readonly instructions: string | null
  readonly tools: readonly RawTool[]
  readonly resources: readonly RawListed[]
  readonly resourceTemplates: readonly RawListed[]
  readonly prompts: readonly RawListed[]
  readonly offers: readonly ReleaseOffer[]
  /** Tools and other things that cannot be offered, each with the reason. */
  readonly dropped: readonly DroppedTool[]
}

export interface Upstream {
  /** Sends one call and returns what the connector answered. Throws an UpstreamRefusal; its `mayHaveRun` says whether the connector may have acted. */
  call(call: UpstreamCall): Promise<UpstreamAnswer>
  /** Asks a connector who it is and for all its tools, afresh. Throws an UpstreamRefusal. */
  describe(target: McpTarget, credential: Credential | null, signal: AbortSignal): Promise<Description>
  /** Greets a connector in the words of each era, for the review. Throws what is neither an answer nor a refusal. */
  handshakes(target: McpTarget, credential: Credential | null, signal: AbortSignal): Promise<Handshakes>
  close(): Promise<void>
}
