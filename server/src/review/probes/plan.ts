import type { ProbeConsent, ReleaseContent, TestCase } from '@handfast/contract'
import type { ToolValidator } from '../../directory/index.ts'
import type { Egress } from '../../egress/index.ts'
import type { Clock, ConnectorId, ReleaseId } from '../../lib/index.ts'
import type { Credential, Upstream } from '../../upstream/index.ts'

export type ProbeNeeds = { readonly egress: Egress; readonly upstream: Upstream; readonly clock: Clock }

/** What is tried, at whose expense, and what may be tried at all. */
export type ProbePlan = {
  readonly connector: ConnectorId
  readonly release: ReleaseId
  readonly content: ReleaseContent
  readonly origins: readonly string[]
  readonly tests: readonly TestCase[]
  /** Of the test account; null: none was given, or the API needs none. */
  readonly credential: Credential | null
  /** What may be tried beyond ordinary calls, and why not where it may not (clause 2a-no-harm). */
  readonly hostile: ProbeConsent
  readonly validatorFor: (tool: string) => Promise<ToolValidator>
  readonly signal: AbortSignal
}

/** For each question of a probe. */
export const PROBE_TIMEOUT_MS = 20_000
export const PROBE_BYTES = 1024 * 1024
/** Of an answer that is kept as evidence. */
export const KEPT_TEXT = 20_000
