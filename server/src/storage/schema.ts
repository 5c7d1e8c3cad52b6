/**
 * Every table, as code sees it. Times are integer UTC milliseconds; yes and no are 1 and 0; JSON that is digested is stored as text.
 * `workspace_id` stands on every owned table, and every query that reads owned rows names it.
 */
import type { Generated } from 'kysely'
import type { Flag, Text, Time } from './schema/columns.ts'
import type { DeveloperTables } from './schema/developers.ts'
import type { IncidentTables } from './schema/incidents.ts'
import type { LifecycleTables } from './schema/lifecycle.ts'
import type { NoticeTables } from './schema/notices.ts'
import type { ReviewTables } from './schema/review.ts'
import type { TermsTables } from './schema/terms.ts'

/** All tables: those of the house below, and those of the contract, by room. */
export type Schema = HouseTables & TermsTables & DeveloperTables & ReviewTables & LifecycleTables & NoticeTables & IncidentTables

type HouseTables = {
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
    /** When its person first had a way in of their own; null: invited. */
    opened_at: Time | null
    /** 1: the person wrote this address themselves, and nobody has confirmed it. */
    email_own: Generated<Flag>
    /** The assistant that vouched for this person; null: a person with a way in of their own. */
    asserted_by: Generated<Text | null>
  }
  /** Public keys with which people sign in (WebAuthn). The user handle in the authenticator is the user id. */
  passkeys: {
    id: Text
    credential_id: Text
    workspace_id: Text
    user_id: Text
    name: Text
    /** COSE key, base64url. */
    public_key: Text
    counter: number
    /** JSON array. */
    transports: Text
    synced: Flag
    created_at: Time
    last_used_at: Time | null
  }
  /** Secrets of code generators (RFC 6238). `last_step`: the time step of the last code that was accepted. */
  totp_secrets: { user_id: Text; workspace_id: Text; sealed: Text; last_step: number; created_at: Time; confirmed_at: Time | null }
  recovery_codes: { code_hash: Text; workspace_id: Text; user_id: Text; created_at: Time; used_at: Time | null }
  /** Who somebody is at an OpenID provider: issuer and subject, never an address. `label` is shown to the person. */
  provider_identities: {
    id: Text
    workspace_id: Text
    user_id: Text
    provider: Text
    issuer: Text
    subject: Text
    label: Text
    created_at: Time
    last_used_at: Time | null
  }
  /** Steps of a sign-in that were taken; kept until they would be out of time anyway. */
  spent_steps: { id_hash: Text; expires_at: Time }
  /** Attempts to sign in, of all nodes together. No address stands here, only hashes. */
  attempt_counts: { key_hash: Text; attempts: number; next_at: Time; until_at: Time }
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
    /** How it was begun; null: before this was kept. */
    method: Text | null
    provider: Text | null
    address: Text | null
    /** The provider's id token, for signing out there. */
    sealed_hint: Text | null
    /** When the person last proved that it is them. */
    proven_at: Generated<Time>
    /** 1: with more than a password. */
    strong: Generated<Flag>
    /** The assistant whose link began it; good for the pages of its user only. */
    hosted_by: Generated<Text | null>
  }
  /** What an assistant may say about users of its own. */
  assertion_rules: {
    assistant_id: Text
    workspace_id: Text
    /** JSON array. */
    issuers: Text
    /** Separated by blanks. */
    scopes: Text
    creates_users: Flag
    own_users_only: Flag
    /** Another one with each change. */
    version: Text
    changed_at: Time
  }
  /** Who came by an assistant's word. Issuer and subject are what says who it is; nothing else does. */
  asserted_users: {
    assistant_id: Text
    issuer: Text
    subject: Text
    workspace_id: Text
    user_id: Text
    created_at: Time
  }
  /** Assertions are good for one time (RFC 7523 section 3, `jti`). */
  used_assertions: {
    id_hash: Text
    workspace_id: Text
    expires_at: Time
  }
  /** One-time links that an assistant gives its own user. */
  page_links: {
    token_hash: Text
    workspace_id: Text
    user_id: Text
    assistant_id: Text
    /** Path of the page that it opens. */
    page: Text
    created_at: Time
    expires_at: Time
    used_at: Time | null
  }

  assistants: {
    id: Text
    workspace_id: Text
    name: Text
    created_at: Time
    /** How it names itself to the authorization server. Null: it holds personal access tokens only. */
    client_id: Text | null
    kind: 'registered' | 'dynamic' | 'document' | null
    /** JSON of RFC 7591 without secrets. */
    metadata: Text | null
    secret_hash: Text | null
    /** When the ledger heard of it. What strangers register is recorded once a person lets it in. */
    recorded_at: Time | null
    disabled_at: Time | null
    deleted_at: Time | null
  }
  /** What a person let an assistant do. */
  grants: {
    id: Text
    workspace_id: Text
    user_id: Text
    assistant_id: Text
    client_id: Text
    /** The resource as the assistant wrote it, and the audience that it means (RFC 8707). */
    resource: Text
    audience: Text
    /** Separated by spaces. */
    scopes: Text
    openid: Flag
    /** Whether refresh tokens are given. */
    stays: Flag
    /** JSON array of connector ids; null: everything that the person enables. */
    connectors: Text | null
    /** Where the answer went: host, or scheme of an app. */
    redirect: Text
    created_at: Time
    expires_at: Time
    last_used_at: Time | null
    ended_at: Time | null
    ended_because: Text | null
  }
  /** Access tokens under grants. */
  grant_tokens: {
    token_hash: Text
    workspace_id: Text
    grant_id: Text
    scopes: Text
    openid: Flag
    created_at: Time
    expires_at: Time
    revoked_at: Time | null
  }
  /** What the authorization server keeps for a while: requests under way, codes, refresh tokens. Found by hash, content sealed. */
  authorization_records: {
    kind: Text
    id_hash: Text
    workspace_id: Text
    grant_id: Text | null
    user_code_hash: Text | null
    browser_hash: Text | null
    sealed: Text
    created_at: Time
    expires_at: Time
    consumed_at: Time | null
  }
  signing_keys: { id: Text; workspace_id: Text; sealed: Text; created_at: Time; retired_at: Time | null }
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
    /** How much of connectors' logs the assistant wants to hear; null: it did not say. */
    log_level: Text | null
    /** URIs that it wants to hear changes of, as a JSON list. */
    subscriptions: Text | null
  }
  /** What one process has for another that waits for it. Taken once, by whoever waits. */
  mcp_letters: { id: Text; workspace_id: Text; address: Text; sealed: Text; created_at: Time }
  /** States of conversations that carried a person's yes and were used. */
  mcp_spent_states: { nonce: Text; workspace_id: Text; expires_at: Time }

  developers: { id: Text; workspace_id: Text; name: Text; country: Text; created_at: Time }
  developer_members: { developer_id: Text; user_id: Text; workspace_id: Text; role: Text }

  editions: {
    id: Text
    workspace_id: Text
    document: Text
    label: Text
    body: Text
    sha256: Text
    effective_at: Time
    created_at: Time
    /** Null: from before there were several languages, which was English. */
    title: Generated<Text | null>
    language: Generated<Text | null>
    /** Withdrawn before it came into force. */
    withdrawn_at: Generated<Time | null>
  }
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
    /** Canonical JSON of what was agreed to, as the person can keep it. Null: from before there were receipts. */
    receipt: Generated<Text | null>
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
    /** The OpenAPI Overlay beside it. Releases before overlays have none. */
    overlay: Generated<Text | null>
    /** What the machine found when it was handed in, as JSON; later rules do not rewrite what the reviewer saw. */
    findings: Text
    created_by: Text
    created_at: Time
    /** Set once, by the decision; two reviewers at once cannot both decide. */
    decided_at: Time | null
  }
  /** The validators of one tool as code, made by us from its reviewed schemas and sealed, so that a start does not compile. */
  /** Files on their way between a person and an API, sealed under the person's key and gone when their time is over. */
  handed_files: {
    id: Text
    workspace_id: Text
    user_id: Text
    connector_id: Text | null
    direction: 'in' | 'out'
    size: number
    /** Name, media type and bytes. */
    sealed: Text
    created_at: Time
    expires_at: Time
  }
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
    /** A person, or `system`. */
    decided_by: Text
    at: Time
    /** When it takes effect; null: at once. */
    effective_at: Time | null
    /** When it ends by itself; null: it lasts. */
    ends_at: Time | null
    ground: Text | null
    clause: Text | null
    tool: Text | null
    /** The decision that this one answers. */
    about: Text | null
    redress: Text | null
    redress_until: Time | null
    /** Where a law forbids telling: when that is looked at again. */
    withheld_until: Time | null
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
  connector_notices: {
    workspace_id: Text
    connector_id: Text
    release_id: Text
    language: Text
    sha256: Text
    since: Time
    sighting_id: Text
  }
  /** How old a person is, roughly, and who says so. */
  age_bands: { workspace_id: Text; user_id: Text; band: Text; source: Text; set_by: Text; at: Time }
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

  /** Which master keys there are. `wrapped` is what a key service made of one; the keys themselves are never here. */
  master_keys: {
    id: Text
    source: 'file' | 'environment' | 'transit'
    state: 'waiting' | 'current' | 'read-only' | 'removable'
    /** Unique: 1 is the current key, 2 the one that waits to become it. */
    mark: number | null
    wrapped: Text | null
    created_at: Time
    current_at: Time | null
    done_at: Time | null
  }
  /** What each running node holds (a JSON array of ids) and seals with. */
  node_keys: { node_id: Text; held: Text; using_key: Text | null; at: Time }
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
    /** The account it belongs to; null: it stands by itself, shared or from an earlier release. */
    link_id: Text | null
    /** Raised each time that it is replaced in place, as a refresh does. */
    version: Generated<number>
  }
  /** Accounts at connectors. */
  account_links: {
    id: Text
    workspace_id: Text
    /** Null: one account for the whole workspace. */
    user_id: Text | null
    connector_id: Text
    kind: 'key' | 'oauth'
    /** What the person calls it; null: by the account's own name. */
    label: Text | null
    /** Whose account it is, sealed under the person's key. */
    sealed_identity: Text | null
    is_default: Flag
    /** The authorization server as it was when the account was linked, as JSON; null for keys. */
    server: Text | null
    /** Who we are there, as JSON without the secret. */
    client: Text | null
    /** What was granted. JSON array. */
    scopes: Text
    /** What was asked for at the last sign-in. JSON array. */
    asked_scopes: Text | null
    resource: Text | null
    /** What its tokens are exchanged for, as JSON. */
    exchange: Text | null
    state: 'good' | 'failing' | 'ended'
    reason: Text | null
    who: Text | null
    state_at: Time
    /** When it is to be renewed; null: not by itself. */
    renew_at: Time | null
    /** Who renews it now, and until when nobody else may. */
    lease: Text | null
    leased_until: Time | null
    /** A renewal was begun and its end is not written yet. */
    renewing_since: Time | null
    failures: number
    /** Extra scopes that were asked for and not granted, as JSON. */
    not_granted: Text | null
    created_at: Time
    tested_at: Time | null
    ended_at: Time | null
  }
  /** Pages on which one person links an account. */
  connect_pages: {
    id: Text
    workspace_id: Text
    user_id: Text
    connector_id: Text
    link_id: Text | null
    why: Text
    /** What the challenge of the connector said, as JSON. */
    challenge: Text | null
    created_at: Time
    expires_at: Time
    done_at: Time | null
    declined_at: Time | null
  }
  /** People who are away at a provider. */
  sign_in_attempts: {
    state_hash: Text
    workspace_id: Text
    user_id: Text
    session_hash: Text
    connector_id: Text
    page_id: Text | null
    sealed: Text
    created_at: Time
    expires_at: Time
    used_at: Time | null
  }
  /** Who this installation is at authorization servers, each for one issuer. */
  oauth_clients: {
    id: Text
    workspace_id: Text
    /** Null: made by registration, for whatever connector asks that issuer. */
    connector_id: Text | null
    issuer: Text
    client_id: Text
    method: Text
    sealed_secret: Text | null
    redirect_uri: Text
    set_by: Text
    created_at: Time
    expires_at: Time | null
    ended_at: Time | null
  }
  oauth_client_keys: { kid: Text; public_jwk: Text; sealed_private_jwk: Text; created_at: Time }
  /** Tokens that a provider still has to take back; the sealed text is overwritten when it has, or when asking ends. */
  token_revocations: {
    id: Text
    workspace_id: Text
    link_id: Text
    connector_id: Text
    user_id: Text | null
    sealed: Text
    created_at: Time
    ended_at: Time | null
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
    /** The credential or the account that travelled with it. */
    credential_id: Text | null
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
