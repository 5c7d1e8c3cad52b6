import type { ReleaseTool } from '@handfast/contract'
import type { Principal } from '../authorization/index.ts'
import type { Approval, Judgement, Permit, PersonPolicy, UserConsent } from '../consent/index.ts'
import type { ConnectorStanding, ReviewedRelease, ToolValidator } from '../directory/index.ts'
import type { CallId, Json, JsonObject } from '../lib/index.ts'
import type { Spent } from '../limits/index.ts'
import type { Era, OtherMethod } from '../protocol/mcp/index.ts'
import type { PersonalSealer } from '../sealing/index.ts'
import type { Credential, LogMessage, OtherRequest, Progress, Watching } from '../upstream/index.ts'

/**
 * What a call carries as it walks down the pipeline. Each stage takes the type that the stage before it returns, so a wrong order does not compile.
 * It is one object that gains members on its way; nothing is taken away or changed.
 */
export type Identified = {
  readonly id: CallId
  /** Milliseconds, UTC. */
  readonly at: number
  /** Reading of the monotonic clock at arrival. */
  readonly startedAt: number
  readonly bearer: string
  readonly principal: Principal
  /** The enforcement epoch before anything was asked: what changed since then shows after the intent. */
  readonly epoch: number
  /** The slug of `/mcp/{connector}`, or null for everything the person enabled. */
  readonly scope: string | null
  readonly name: string
  readonly arguments: JsonObject
  /** Such as `mcp/2026-07-28`. */
  readonly protocol: string
  readonly era: Era
  readonly signal: AbortSignal
  readonly onProgress: ((progress: Progress) => void) | undefined
  /** The assistant says that the person declined to open our approval page. */
  readonly declined: boolean
  /** Present where this is no call of a tool: then `name` is that of a prompt, or a URI. */
  readonly operation?: OtherMethod
  /** What the connector may ask of the assistant on the way; absent: nothing. */
  readonly capabilities?: JsonObject
  /** Answers to the questions of the round before, and the state that came with them, as the assistant sent them. */
  readonly inputResponses?: JsonObject
  readonly requestState?: string
  /** Present with `resources/subscribe`: who hears of changes afterwards. */
  readonly watching?: Watching
  readonly logLevel?: string
  readonly onLog?: (message: LogMessage) => void
  readonly trace?: JsonObject
  /** Done before the intent is committed, for whoever has to find this call again should the process end. */
  readonly beforeIntent?: (call: CallId) => Promise<void>
  /** The intent is committed: from now on something may have left the house. */
  readonly onIntent?: () => void
}

/** `other` is what is asked of the connector instead of a call of `tool`, which then only stands for it. */
export type Routed = Identified & {
  readonly standing: ConnectorStanding
  readonly release: ReviewedRelease
  readonly tool: ReleaseTool
  readonly other?: OtherRequest
}
export type Permitted = Routed & { readonly permit: Permit; readonly consent: UserConsent; readonly policy: PersonPolicy }
/** `argumentsText` is what the digest, the approval page and the request are made from. */
export type Checked = Permitted & { readonly validator: ToolValidator; readonly argumentsText: string; readonly round?: Round }
/** `judgement`: what the rules of the workspace and the person's own levels come to. Not denied. */
export type Judged = Checked & { readonly judgement: Judgement }
declare const approvedProof: unique symbol
/** `approval` is the yes to this one call; null where none was needed. */
export type Approved = Judged & { readonly [approvedProof]: true; readonly approval: Approval | null }
export type Armed = Approved & { readonly budget: Spent; readonly credential: Credential | null; readonly sealer: PersonalSealer }
declare const intendedProof: unique symbol
/** The intent is durable, and the call is still allowed after it. Only such a call is sent. */
export type Intended = Armed & { readonly [intendedProof]: true }

/** A later round of a call whose connector asked something. */
export type Round = {
  /** What the connector wants to see again. */
  readonly inner: string | undefined
  readonly inputResponses: JsonObject
  /** The person said yes to this very call in an earlier round. Such a state is good for one more round only. */
  readonly approved: boolean
  /** Whose yes that was; see needsDigest. Rules that came to ask for another one since then are asked about anew. */
  readonly asked?: string | null
  readonly nonce: string
  readonly expiresAt: number
}

/** What the connector needs from the assistant before it goes on; the state is sealed for whoever asked. */
export type Questions = { readonly inputRequests: JsonObject; readonly requestState: string | undefined }

/** A result as it is passed on. */
export type Passed = JsonObject & { readonly structuredContent?: Json; readonly isError?: boolean; readonly _meta?: JsonObject }

/** What came back, and its JSON text, which is kept, committed to and passed on. */
export type Answer = { readonly call: CallId; readonly result: Passed; readonly text: string; readonly asks: Questions | null }

/** Adds members to a call. One object all the way down: copying it at every stage is what would cost. */
export function gain<Before extends object, More extends object>(call: Before, more: More): Before & More {
  return Object.assign(call, more)
}
