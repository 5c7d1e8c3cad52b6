/**
 * Every table, as code sees it. Times are integer UTC milliseconds; yes and no are 1 and 0; JSON that is digested is stored as text.
 * `workspace_id` stands on every owned table, and every query that reads owned rows names it.
 */
import type { Generated } from 'kysely'

type Text = string
type Time = number
type Flag = 0 | 1

export type Schema = {
  workspaces: { id: Text; name: Text; created_at: Time }
  workspace_owners: { workspace_id: Text; user_id: Text; at: Time }
  /** `claim`: the value of the identity provider's groups claim that fills it. */
  workspace_groups: { workspace_id: Text; name: Text; title: Text; claim: Text | null; created_at: Time }
  group_members: { workspace_id: Text; group_name: Text; user_id: Text; source: 'hand' | 'claim'; at: Time }
  /** Every version of a workspace's rules, whole; the greatest one is in force. */
  policies: { workspace_id: Text; version: number; body: Text; sha256: Text; note: Text; changed_by: Text; at: Time }
  settings: { name: Text; value: Text }
  nodes: { id: Text; started_at: Time; stopped_at: Time | null }

  users: {
    id: Text
    workspace_id: Text
    email: Text
    name: Text
    password_hash: Text | null
    /** JSON array of roles. */
    roles: Text
    created_at: Time
    disabled_at: Time | null
  }
  one_time_links: { token_hash: Text; workspace_id: Text; user_id: Text; purpose: Text; created_at: Time; expires_at: Time; used_at: Time | null }
  web_sessions: {
    id_hash: Text
    workspace_id: Text
    user_id: Text
    created_at: Time
    seen_at: Time
    expires_at: Time
    ended_at: Time | null
    agent: Text
  }

  assistants: { id: Text; workspace_id: Text; name: Text; created_at: Time }
  access_tokens: {
    id: Text
    token_hash: Text
    /** First characters, so that a person recognises it. */
    prefix: Text
    workspace_id: Text
    user_id: Text
    assistant_id: Text
    name: Text
    created_at: Time
    expires_at: Time | null
    last_used_at: Time | null
    revoked_at: Time | null
  }
  mcp_sessions: {
    id_hash: Text
    workspace_id: Text
    user_id: Text
    token_id: Text
    protocol: Text
    /** What the assistant declared at initialize, as JSON. */
    capabilities: Text
    client: Text
    created_at: Time
    seen_at: Time
    ended_at: Time | null
  }

  developers: { id: Text; workspace_id: Text; name: Text; country: Text; created_at: Time }
  developer_members: { developer_id: Text; user_id: Text; workspace_id: Text; role: Text }

  editions: { id: Text; workspace_id: Text; document: Text; label: Text; body: Text; sha256: Text; effective_at: Time; created_at: Time }
  acceptances: {
    id: Text
    workspace_id: Text
    developer_id: Text
    user_id: Text
    /** JSON array of `{edition, document, sha256}`: the exact bundle that was on the screen. */
    bundle: Text
    entity: Text
    on_behalf_of: Text | null
    authority_attested: Flag
    at: Time
    address: Text
  }

  connectors: {
    id: Text
    workspace_id: Text
    developer_id: Text
    slug: Text
    kind: 'mcp' | 'openapi'
    name: Text
    /** Origins that egress may reach for it, fixed at review. JSON array. */
    origins: Text
    created_at: Time
  }
  releases: {
    id: Text
    workspace_id: Text
    connector_id: Text
    number: number
    /** Canonical JSON of ReleaseContent; what `digest` covers. */
    content: Text
    digest: Text
    /** The original OpenAPI document, untouched, or what the server listed. */
    source: Text | null
    /** What the machine found when it was handed in, as JSON; later rules do not rewrite what the reviewer saw. */
    findings: Text
    created_by: Text
    created_at: Time
    /** Set once, by the decision; two reviewers at once cannot both decide. */
    decided_at: Time | null
  }
  /** The validators of one tool as code, made by us from its reviewed schemas and sealed, so that a start does not compile. */
  compiled_tools: { release_id: Text; tool: Text; sealed: Text }
  /** Decisions about connectors and releases. What stands today is computed from them. */
  decisions: {
    id: Text
    workspace_id: Text
    connector_id: Text
    release_id: Text | null
    /** The digest that was handed in or decided: an approval is good for these bytes only. */
    release_digest: Text | null
    kind: Text
    reason: Text
    /** Roles under which it was decided, as JSON; a self-review says so. */
    decided_as: Text
    decided_by: Text
    at: Time
  }

  enablements: {
    id: Text
    workspace_id: Text
    user_id: Text
    connector_id: Text
    release_id: Text
    notice_sha256: Text
    /** JSON array: the fields of personal data that the person was shown. */
    receives: Text
    at: Time
    ended_at: Time | null
    /** Canonical JSON of what was agreed to, as the person can download it. Null: from before there were receipts. */
    receipt: Text | null
  }
  /** The words of privacy notices as they were found at their addresses. */
  notice_texts: { workspace_id: Text; sha256: Text; body: Text; kept_at: Time }
  /** What was found at the address of a notice and differs from what people agreed to. */
  notice_sightings: {
    id: Text
    workspace_id: Text
    connector_id: Text
    release_id: Text
    language: Text
    url: Text
    sha256: Text | null
    detail: Text | null
    first_seen_at: Time
    last_seen_at: Time
    closed_at: Time | null
    decision: 'same' | 'ask-again' | null
    reason: Text | null
    decided_by: Text | null
  }
  /** Words that a person put in force though no release brought them. */
  /** How old a person is, roughly, and who says so. */
  age_bands: { workspace_id: Text; user_id: Text; band: Text; source: Text; set_by: Text; at: Time }
  connector_notices: {
    workspace_id: Text
    connector_id: Text
    release_id: Text
    language: Text
    sha256: Text
    since: Time
    sighting_id: Text
  }
  approval_levels: { workspace_id: Text; user_id: Text; connector_id: Text; level: Text; at: Time }
  approvals: {
    id: Text
    workspace_id: Text
    user_id: Text
    assistant_id: Text
    connector_id: Text
    release_id: Text
    tool: Text
    arguments_sha256: Text
    sealed_arguments: Text
    state: 'waiting' | 'approved' | 'refused' | 'used'
    created_at: Time
    expires_at: Time
    decided_at: Time | null
    call_id: Text | null
    /** JSON array: whose yes it takes, and which rule asks for it. Null: the person's own, by their own choice. */
    needs: Text | null
    needs_sha256: Text | null
    decided_by: Text | null
    sealed_reason: Text | null
  }
  /** One yes to one of the needs of an approval. */
  approval_votes: { approval_id: Text; need: Text; workspace_id: Text; user_id: Text; at: Time }
  /** A yes that outlives one call: for an hour, or while a condition on the arguments holds. */
  standing_approvals: {
    id: Text
    workspace_id: Text
    user_id: Text
    connector_id: Text
    release_id: Text
    tool: Text
    /** JSON object `{pointer: value}` that arguments must match, or null for any. */
    condition: Text | null
    created_at: Time
    expires_at: Time | null
    ended_at: Time | null
  }

  user_keys: { user_id: Text; workspace_id: Text; master_key_id: Text; wrapped_key: Text; created_at: Time; destroyed_at: Time | null }
  credentials: {
    id: Text
    workspace_id: Text
    /** Null: shared by the workspace, where the operator says so. */
    user_id: Text | null
    connector_id: Text
    sealed: Text
    origins: Text
    set_by: Text
    created_at: Time
    destroyed_at: Time | null
  }

  calls: {
    id: Text
    workspace_id: Text
    user_id: Text
    assistant_id: Text
    connector_id: Text
    release_id: Text | null
    tool: Text
    protocol: Text
    node_id: Text
    at: Time
    sealed_arguments: Text | null
  }
  call_outcomes: {
    call_id: Text
    at: Time
    state: 'answered' | 'tool-error' | 'failed' | 'refused' | 'cancelled' | 'unknown'
    code: Text | null
    duration_ms: number
    sealed_result: Text | null
  }
  idempotency_keys: {
    id_hash: Text
    workspace_id: Text
    user_id: Text
    body_sha256: Text
    response: Text | null
    status: number | null
    created_at: Time
    expires_at: Time
  }

  enforcement: { id: number; epoch: number }
  enforcement_changes: { position: Generated<number>; epoch: number; key: Text }

  ledger_entries: {
    position: Generated<number>
    /** Place in the tree. On SQLite it follows from the position; on PostgreSQL the leader writes it once. */
    leaf_index: Generated<number | null>
    workspace_id: Text
    at: Time
    event: Text
    /** The id that the entry is about: a call, a connector, a user. */
    subject: Text
    /** Canonical JSON; the bytes that are the leaf. */
    body: Text
  }
  ledger_tiles: { level: number; tile: number; hashes: Uint8Array }
  ledger_checkpoints: { size: number; root: Text; note: Text; at: Time }

  deadlines: {
    id: Text
    workspace_id: Text
    kind: Text
    subject: Text
    due_at: Time
    payload: Text
    attempts: number
    leased_until: Time | null
    /** Who has it in hand: the id of a node and of the attempt. */
    lease: Text | null
    /** When a failed attempt is followed by the next. */
    not_before: Time | null
    done_at: Time | null
    /** Given up, for a person to look at. */
    dead_at: Time | null
    /** Why the last attempt failed. */
    failed: Text | null
  }
}
