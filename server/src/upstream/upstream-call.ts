import type { CredentialPlacement, ReleaseTool, Target } from '@handfast/contract'
import type { CallId, ConnectorId, JsonObject, ReleaseId } from '../lib/index.ts'
import type { DroppedTool, Era, RawTool, ToolResult } from '../protocol/mcp/index.ts'

/** A key that the vault opened for one call. It is put into the request and kept nowhere. */
export type Credential = {
  readonly placement: CredentialPlacement
  /** The bare token or key; for `basic` it is `name:password`. */
  readonly secret: string
  /** Stable id for caching and pooling; never the secret, nor made from it. */
  readonly id: string
}

export type Progress = { readonly progress: number; readonly total?: number; readonly message?: string }

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
  /** On whose behalf the request leaves; a user's call unless said otherwise. */
  readonly reason?: 'user-call' | 'review' | 'health'
}

export type UpstreamAnswer =
  | { readonly kind: 'result'; readonly result: ToolResult; readonly era: Era | 'openapi' }
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
  /** Tools that cannot be offered, each with the reason. */
  readonly dropped: readonly DroppedTool[]
}

export interface Upstream {
  /** Sends one call and returns what the connector answered. Throws an UpstreamRefusal; its `mayHaveRun` says whether the connector may have acted. */
  call(call: UpstreamCall): Promise<UpstreamAnswer>
  /** Asks a connector who it is and for all its tools, afresh. Throws an UpstreamRefusal. */
  describe(target: McpTarget, credential: Credential | null, signal: AbortSignal): Promise<Description>
  close(): Promise<void>
}
