import type { ClauseId, Manifest, ReleaseContent } from '@handfast/contract'
import type { InspectedOperation, OperationFacts, OverlayFinding, PlainLink } from '../../../protocol/openapi/index.ts'
import type { ProbeResults } from '../../probes/types.ts'
import type { TextRead } from './read-text.ts'

/** `blocks`: cannot be approved before it is solved. `warns`: the reviewer should look. `notes`: good to know. */
export type Severity = 'blocks' | 'warns' | 'notes'

/** Something the machine noticed, for the reviewer and the developer. */
export type Finding = {
  readonly rule: string
  readonly severity: Severity
  /** Clause of the terms that it is about. */
  readonly clause: ClauseId
  readonly message: string
  /** Where in the release (RFC 6901). */
  readonly pointer: string
  /** The same for the same words at the same tool, in every release: what a reviewer dismissed once need not be looked at again. */
  readonly fingerprint: string
}

/** What a rule sees. Severity, clause and id are the rule's, unless it says otherwise here. */
export type Seen = {
  readonly message: string
  readonly pointer: string
  readonly severity?: Severity
  /** What the fingerprint covers, where that is not what stands at the pointer. */
  readonly about?: string
}

/** Nothing was seen; whoever runs the rules may let others have the thread. */
export type Breath = undefined

/** What a rule needs beside the content. Where it is not there, the rule is not asked. */
export type Need = 'manifest' | 'previous' | 'developer' | 'listing' | 'document' | 'probes'

/** One check of the review. Pure: what had to be asked of the world was asked before. */
export type Rule = {
  /** Stable: findings are tracked and dismissed by it. */
  readonly id: string
  /** The gravest that it gives. */
  readonly severity: Severity
  readonly clause: ClauseId
  /** What is looked for, in a few words. */
  readonly title: string
  /** What to do, and whose move it is. */
  readonly remedy: { readonly who: 'developer' | 'operator' | 'reviewer'; readonly what: string }
  /** The published standard or store rule that decides. */
  readonly source?: string
  readonly needs?: Need
  readonly look: (under: UnderReview) => Iterable<Seen | Breath>
  /** A rule about words: the same as `look`, one text at a time, so that each text is taken apart once for all of them. */
  readonly read?: (text: TextRead, under: UnderReview) => Iterable<Seen>
}

/** What the way out would decide about an address. */
export type Verdict = { readonly allowed: boolean; readonly rule: string }

/** What rules look at, as plain data. */
export type UnderReview = {
  readonly content: ReleaseContent
  /** As it was handed in. Null: only what the connector says about itself is known, such as a list of tools. */
  readonly manifest: Manifest | null
  /** The release that is live, or was last. Null: there is none yet, or it is not known. */
  readonly previous: ReleaseContent | null
  /** About `content.target.url`. */
  readonly target: Verdict
  /** About the origins at which the document places single operations. */
  readonly origins: readonly (Verdict & { readonly origin: string })[]
  /** Patterns that the linear engine cannot express, by tool. */
  readonly uncheckedPatterns: readonly { readonly tool: string; readonly patterns: readonly string[] }[]
  /** What an MCP server says beside its lists. */
  readonly server: { readonly name: string | null; readonly instructions: string | null } | null
  /** The OpenAPI document that the tools were made from. */
  readonly document: DocumentFacts | null
  readonly developer: DeveloperFacts | null
  readonly listing: ListingFacts | null
  readonly probes: ProbeResults | null
  /** What else is offered here, so that nothing passes for it. */
  readonly others: readonly OtherConnector[]
  /** Names and marks of whoever runs this Handfast. */
  readonly marks: readonly string[]
}

/** Another connector of the same directory. */
export type OtherConnector = { readonly slug: string; readonly name: string; readonly tools: readonly string[] }

/** What is known, and was verified, about who publishes. */
export type DeveloperFacts = {
  readonly name: string
  readonly emailVerified: boolean
  /** Domains of which they have shown that they are theirs. */
  readonly provenDomains: readonly string[]
  readonly contacts: { readonly legal: boolean; readonly security: boolean; readonly support: boolean }
}

/** What the directory shows beside the release. Null: nothing was given. */
export type ListingFacts = {
  readonly website: string | null
  readonly support: string | null
  readonly terms: string | null
  readonly documentation: string | null
  readonly category: string | null
  readonly icon: IconFacts | null
  readonly releaseNotes: string | null
  readonly prompts: readonly string[]
  readonly testCases: readonly { readonly name: string; readonly kind: 'positive' | 'negative'; readonly tools: readonly string[] }[]
}

/** What was found by looking at the bytes of an icon. */
export type IconFacts = {
  readonly type: 'png' | 'jpeg' | 'webp' | 'svg' | 'unknown'
  readonly declaredType: string | null
  readonly bytes: number
  readonly width: number | null
  readonly height: number | null
  /** Scripts, handlers, or references that lead out, of an SVG. */
  readonly active: readonly string[]
}

/** What an OpenAPI document says beyond what became tools. */
export type DocumentFacts = {
  readonly servers: readonly string[]
  readonly plainLinks: readonly PlainLink[]
  readonly operations: readonly (OperationFacts & Pick<InspectedOperation, 'tool' | 'pointer' | 'method' | 'path' | 'usable'>)[]
  /** Actions of the overlay that do nothing. */
  readonly idleOverlay: readonly OverlayFinding[]
}
