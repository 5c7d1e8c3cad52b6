import type { Text, Time } from './columns.ts'

/** Tables of submissions, probes, drift, appeals. */
export type ReviewTables = {
  /** What a developer works on before handing it in, one for each connector. `body`: JSON of manifest, document and overlay. */
  release_drafts: { connector_id: Text; workspace_id: Text; body: Text; saved_by: Text; saved_at: Time }
  /** What came with a release besides its content. Never changed but for the risk, which probes add to. */
  submissions: {
    release_id: Text
    workspace_id: Text
    connector_id: Text
    /** JSON of the manifest as it was handed in. */
    manifest: Text
    /** JSON of what the developer attested to, with the digest of each text. */
    attestations: Text
    /** From 0 to 100: the queue is in its order. */
    risk: number
    /** JSON of the reasons for that number. */
    risk_because: Text
    /** How many different reviewers have to say yes. */
    reviewers_needed: number
    /** JSON array of the users who belonged to the developer when it was handed in. */
    behind: Text
    at: Time
  }
  /** Who has a release in hand, and until when. */
  review_claims: {
    id: Text
    workspace_id: Text
    connector_id: Text
    release_id: Text
    claimed_by: Text
    at: Time
    expires_at: Time
    ended_at: Time | null
  }
  /** Findings that a reviewer put aside. `finding`: digest of rule, place and message. */
  finding_dismissals: { release_id: Text; finding: Text; workspace_id: Text; reason: Text; dismissed_by: Text; at: Time }
  /** Probes of a release: how far they are, and the sealed evidence. */
  probe_runs: {
    id: Text
    workspace_id: Text
    connector_id: Text
    release_id: Text
    /** `queued`, `running`, `done`, `failed`. */
    state: Text
    /** What is being done. */
    step: Text | null
    done: number
    total: number
    asked_by: Text
    at: Time
    ended_at: Time | null
    /** Sealed JSON of the results; empty before the end. */
    sealed: Text
  }
  /** Keys of test accounts. They open for a review and are destroyed after its decision. */
  reviewer_credentials: {
    id: Text
    workspace_id: Text
    connector_id: Text
    /** JSON array: the key goes nowhere else. */
    origins: Text
    sealed: Text
    set_by: Text
    created_at: Time
    destroyed_at: Time | null
  }
  /** Where a live connector describes itself otherwise than it was reviewed. */
  drifts: {
    id: Text
    workspace_id: Text
    connector_id: Text
    release_id: Text
    /** Null: what is about the connector as a whole. */
    tool: Text | null
    /** `changed`, `removed`, `added`, `instructions`. */
    kind: Text
    /** `update-paused`: served as reviewed. `tool-paused`: not served. `held`: new, not served yet. */
    effect: Text
    reviewed_sha256: Text | null
    found_sha256: Text | null
    /** JSON of the definition that was found. */
    found: Text | null
    /** What differs, in words. */
    detail: Text
    first_seen_at: Time
    last_seen_at: Time
    closed_at: Time | null
    /** `reverted`, `released`, `removed`. */
    closed_because: Text | null
  }
  /** How the last look at a live connector ended. */
  rescans: {
    connector_id: Text
    workspace_id: Text
    release_id: Text
    at: Time
    /** `same`, `drifted`, `not-reached`. */
    outcome: Text
    /** The same as `at` where there is no way to look, whatever the time. */
    cannot_look_at: Time | null
    detail: Text | null
  }
}
