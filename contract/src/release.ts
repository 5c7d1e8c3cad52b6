import type { AgeRating } from './manifest.ts'
import type { OperationBinding } from './operation.ts'

/** A JSON object as it came, for schemas and metadata that we keep but do not interpret. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined }
export type JsonRecord = { readonly [key: string]: JsonValue | undefined }

/** What a tool does to the world, as the review decided; annotations of the connector are hints for that decision. */
export type ToolEffect = 'read' | 'change' | 'destructive'

export type ToolAnnotations = {
  readonly title?: string
  readonly readOnlyHint?: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint?: boolean
}

/** One tool exactly as it was reviewed. `name` to `_meta` reach assistants unaltered but for the name prefix. */
export type ReleaseTool = {
  readonly name: string
  readonly title?: string
  readonly description: string
  readonly inputSchema: JsonRecord
  readonly outputSchema?: JsonRecord
  /** What its answers are expected to look like, without a promise to assistants: answers that do not fit are marked, not refused. */
  readonly answerSchema?: JsonRecord
  readonly annotations?: ToolAnnotations
  readonly icons?: readonly JsonRecord[]
  readonly _meta?: JsonRecord
  readonly effect: ToolEffect
  /** True where a person must say yes at the default approval level. */
  readonly consequential: boolean
  /** Present for Actions (kind `openapi`). */
  readonly operation?: OperationBinding
}

/** What resources, templates and prompts have in common: how they are called and shown. */
type Shown = {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly icons?: readonly JsonRecord[]
  readonly _meta?: JsonRecord
}

/** A resource of an MCP server exactly as it was reviewed. */
export type ReleaseResource = Shown & {
  readonly uri: string
  readonly mimeType?: string
  readonly size?: number
  readonly annotations?: JsonRecord
}

/** A family of resources, named by a URI template (RFC 6570). */
export type ReleaseResourceTemplate = Shown & { readonly uriTemplate: string; readonly mimeType?: string; readonly annotations?: JsonRecord }

export type PromptArgument = { readonly name: string; readonly title?: string; readonly description?: string; readonly required?: boolean }

/** A prompt of an MCP server exactly as it was reviewed. */
export type ReleasePrompt = Shown & { readonly arguments?: readonly PromptArgument[] }

/** What an MCP server offers beside its lists. */
export type ReleaseOffer = 'completions' | 'logging' | 'subscriptions'

/** Where a connector's calls go. */
export type Target = { readonly kind: 'mcp'; readonly url: string } | { readonly kind: 'openapi'; readonly url: string }

/** Where a credential is put in a request. */
export type CredentialPlacement =
  | { readonly type: 'none' }
  | { readonly type: 'bearer' }
  | { readonly type: 'basic' }
  | { readonly type: 'header'; readonly name: string }
  | { readonly type: 'query'; readonly name: string }
  | { readonly type: 'cookie'; readonly name: string }

/** How people sign in to the API by OAuth 2, as the developer declared it and the review saw it. */
export type OAuthDeclaration = {
  readonly type: 'oauth2'
  readonly issuer?: string
  readonly authorizationEndpoint?: string
  readonly tokenEndpoint?: string
  readonly revocationEndpoint?: string
  readonly userinfoEndpoint?: string
  readonly scopes: readonly string[]
  readonly resource?: string
  readonly grant: 'authorization-code' | 'client-credentials'
  readonly exchange?: { readonly audience?: string; readonly scopes: readonly string[] }
}

/** What a connector asks for to know whose account it acts on. */
export type CredentialDeclaration = CredentialPlacement | OAuthDeclaration

/** Where it stands in a request: an access token is a bearer token (RFC 6750 section 2.1). */
export function placementOf(declared: { readonly type: 'oauth2' } | CredentialPlacement): CredentialPlacement {
  return declared.type === 'oauth2' ? { type: 'bearer' } : declared
}

/** A tool that says whose account a credential belongs to. */
export type AccountProbe = { readonly tool: string; readonly name: string; readonly id?: string }

/** Limits that a developer sets on our use of the API (clause 3b-limits). Absent means the operator's default. */
export type DeclaredLimits = { readonly perSecond?: number; readonly burst?: number; readonly concurrency?: number }

/** A privacy notice in one language. */
export type NoticeText = { readonly language: string; readonly text: string; readonly url?: string }

/** What a release contains; its canonical JSON (RFC 8785) is what the digest covers and what the review saw. */
export type ReleaseContent = {
  readonly name: string
  readonly description: string
  /** Who made it, and whether that is the API's owner (clause 1-sponsor). */
  readonly publishedBy: {
    readonly developer: string
    readonly ownsApi: boolean
    /** Present where the owner of the API gave leave to show its logo. */
    readonly ownerMarks?: true
  }
  readonly target: Target
  readonly credential: CredentialDeclaration
  readonly account?: AccountProbe
  /** Fields of personal data that the connector will receive, in words. */
  readonly receives: readonly string[]
  /** Text of the privacy notice that people read before enabling (clause 3c-privacy). */
  readonly privacyNotice: string
  /** Where that text was found, where it was fetched. */
  readonly privacyNoticeUrl?: string
  /** Language of that text; absent: `en`. */
  readonly privacyNoticeLanguage?: string
  /** The same notice in further languages. */
  readonly privacyNotices?: readonly NoticeText[]
  /** Absent: everyone. */
  readonly ageRating?: Exclude<AgeRating, 'everyone'>
  readonly limits: DeclaredLimits
  readonly tools: readonly ReleaseTool[]
  /**
   * What becomes of an answer that does not fit the tool's output schema: `strict` refuses it, `lenient` passes it on, marked as unchecked.
   * Absent: strict.
   */
  readonly answers?: 'strict' | 'lenient'
  /** What the tools of an HTTP API were made from, by SHA-256: the untouched document and the overlay beside it. */
  readonly described?: { readonly documentSha256: string; readonly overlaySha256?: string }
  /** What else an MCP server has. Each is absent where there is none. */
  readonly resources?: readonly ReleaseResource[]
  readonly resourceTemplates?: readonly ReleaseResourceTemplate[]
  readonly prompts?: readonly ReleasePrompt[]
  readonly offers?: readonly ReleaseOffer[]
}
