import type { Text, Time } from './columns.ts'

/** Tables of organisations that publish, what they say about themselves, and how it was checked. */
export type DeveloperTables = {
  /** What stops an organisation from publishing until a person has looked. Rows are ended, never changed back. */
  developer_holds: {
    id: Text
    workspace_id: Text
    developer_id: Text
    /** `party-check` or `operator`. */
    cause: Text
    /** Check that it came from. */
    check_id: Text | null
    /** What the organisation was told. */
    facts: Text
    redress: Text
    placed_by: Text
    at: Time
    /** Until when a person looks. */
    look_by: Time
    /** What the organisation says against it. */
    appeal: Text | null
    appealed_by: Text | null
    appealed_at: Time | null
    /** What was answered to the appeal, where the hold stayed. */
    answer: Text | null
    answered_by: Text | null
    answered_at: Time | null
    released_at: Time | null
    released_by: Text | null
    release_reason: Text | null
  }
  /** Whom an organisation wants to be told. The code that proves an address is kept as a hash. */
  developer_contacts: {
    id: Text
    workspace_id: Text
    developer_id: Text
    purpose: 'legal' | 'security' | 'support'
    email: Text
    created_by: Text
    created_at: Time
    code_hash: Text | null
    code_sent_at: Time | null
    code_expires_at: Time | null
    /** Codes sent since the day began in which the first of them was sent. */
    codes_sent: number
    codes_since: Time | null
    /** Wrong codes since the last one was sent. */
    attempts: number
    verified_at: Time | null
    /** Until when that counts. */
    verified_until: Time | null
    removed_at: Time | null
  }
  developer_profiles: {
    developer_id: Text
    workspace_id: Text
    legal_name: Text | null
    region: Text | null
    address: Text | null
    website: Text | null
    registration_number: Text | null
    privacy_url: Text | null
    support_url: Text | null
    changed_at: Time
  }
  developer_owners: {
    id: Text
    workspace_id: Text
    developer_id: Text
    sealed: Text
    share: number | null
    declared_by: Text
    at: Time
    removed_at: Time | null
  }
  developer_statements: {
    id: Text
    workspace_id: Text
    developer_id: Text
    edition_sha256: Text
    answers: Text
    by_user: Text
    at: Time
  }
  developer_domains: {
    id: Text
    workspace_id: Text
    developer_id: Text
    domain: Text
    token: Text
    asked_by: Text
    asked_at: Time
    method: Text | null
    proven_at: Time | null
    checked_at: Time | null
    failures: number
    failure: Text | null
    lost_at: Time | null
    removed_at: Time | null
  }
  developer_findings: {
    id: Text
    workspace_id: Text
    developer_id: Text
    kind: Text
    about: Text
    detail: Text
    first_seen_at: Time
    last_seen_at: Time
    closed_at: Time | null
  }
  party_rules: {
    id: Text
    workspace_id: Text
    enabled: number
    jurisdiction: Text
    legal_basis: Text
    deciders: Text
    keep_days: number
    changed_by: Text
    at: Time
  }
  party_sources: {
    workspace_id: Text
    source: Text
    addresses: Text
    set_by: Text
    at: Time
  }
  party_lists: {
    id: Text
    workspace_id: Text
    source: Text
    state: Text
    sha256: Text | null
    published_on: Text | null
    entries: number
    bytes: Time
    origin: Text
    taken_by: Text
    at: Time
    seen_at: Time
    alarmed_at: Time | null
    failure: Text | null
  }
  party_list_parts: {
    list_id: Text
    file: Text
    number: number
    workspace_id: Text
    body: Uint8Array
  }
  party_list_entries: {
    list_id: Text
    entry: Text
    workspace_id: Text
    sha256: Text
    body: Text
  }
  party_checks: {
    id: Text
    workspace_id: Text
    developer_id: Text
    run_id: Text
    party: Text
    party_sha256: Text
    because: Text
    answer: Text
    lists: Text
    hold_id: Text | null
    at: Time
    expires_at: Time | null
    settled_at: Time | null
  }
  party_matches: {
    check_id: Text
    source: Text
    entry: Text
    workspace_id: Text
    entry_sha256: Text
    listed_name: Text
    answer: Text
    score: number
    facts: Text
    verdict: Text | null
    reason: Text | null
    decided_by: Text | null
    decided_at: Time | null
  }
  party_verdicts: {
    workspace_id: Text
    developer_id: Text
    party_sha256: Text
    source: Text
    entry: Text
    entry_sha256: Text
    verdict: Text
    reason: Text
    decided_by: Text
    at: Time
  }
  embargo_tables: {
    id: Text
    workspace_id: Text
    sha256: Text
    body: Text
    set_by: Text
    at: Time
  }
  subprocessors: {
    id: Text
    workspace_id: Text
    connector_id: Text
    name: Text
    country: Text
    purpose: Text
    receives: Text
    url: Text | null
    added_by: Text
    added_at: Time
    removed_by: Text | null
    removed_at: Time | null
  }
  data_declarations: {
    id: Text
    workspace_id: Text
    connector_id: Text
    body: Text
    sha256: Text
    declared_by: Text
    at: Time
  }
  brand_kits: {
    id: Text
    workspace_id: Text
    connector_id: Text
    body: Text
    sha256: Text
    logo_sha256: Text | null
    set_by: Text
    at: Time
    purged_at: Time | null
  }
  brand_files: {
    workspace_id: Text
    owner: Text
    sha256: Text
    media_type: Text
    body: Uint8Array
    at: Time
  }
  operator_brands: {
    id: Text
    workspace_id: Text
    body: Text
    sha256: Text
    logo_sha256: Text | null
    set_by: Text
    at: Time
  }
  transfers: {
    id: Text
    workspace_id: Text
    kind: Text
    connector_id: Text | null
    developer_id: Text
    to_developer_id: Text | null
    new_control: Text | null
    reason: Text
    asked_by: Text
    asked_at: Time
    expires_at: Time
    acceptance_id: Text | null
    accepted_by: Text | null
    accepted_at: Time | null
    decision: Text | null
    writing: Text | null
    decided_by: Text | null
    decided_at: Time | null
    ended_by: Text | null
    ended_at: Time | null
  }
}
