import type { ReleaseContent } from '@handfast/contract'

/** `blocks`: cannot be approved before it is solved. `warns`: the reviewer should look. `notes`: good to know. */
export type Severity = 'blocks' | 'warns' | 'notes'

/** Something the machine noticed, for the reviewer and the developer. */
export type Finding = {
  readonly rule: string
  readonly severity: Severity
  /** Clause of the terms that it is about. */
  readonly clause: string
  readonly message: string
  /** Where in the release (RFC 6901). */
  readonly pointer: string
}

/** What rules look at. They are pure: what had to be asked of the world was asked before. */
export type UnderReview = {
  readonly content: ReleaseContent
  /** What the way out would decide about the target. */
  readonly target: { readonly allowed: boolean; readonly rule: string }
  /** Patterns that the linear engine cannot express, by tool. */
  readonly uncheckedPatterns: readonly { readonly tool: string; readonly patterns: readonly string[] }[]
}

export type Rule = (under: UnderReview) => readonly Finding[]
