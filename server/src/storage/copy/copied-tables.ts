import type { Schema } from '../schema.ts'

/** The order in which rows are written. A table that is added to the schema and not here does not compile. */
const order: Readonly<Record<keyof Schema, string>> = {
  workspaces: 'id',
  workspace_owners: 'workspace_id, user_id',
  workspace_groups: 'workspace_id, name',
  group_members: 'workspace_id, group_name, user_id, source',
  policies: 'workspace_id, version',
  settings: 'name',
  nodes: 'id',
  users: 'id',
  passkeys: 'id',
  totp_secrets: 'user_id',
  recovery_codes: 'code_hash',
  provider_identities: 'id',
  spent_steps: 'id_hash',
  attempt_counts: 'key_hash',
  one_time_links: 'token_hash',
  web_sessions: 'id_hash',
  assistants: 'id',
  access_tokens: 'id',
  grants: 'id',
  grant_tokens: 'token_hash',
  authorization_records: 'kind, id_hash',
  signing_keys: 'id',
  assertion_rules: 'assistant_id',
  asserted_users: 'assistant_id, issuer, subject',
  used_assertions: 'id_hash',
  page_links: 'token_hash',
  mcp_sessions: 'id_hash',
  mcp_letters: 'id',
  mcp_spent_states: 'nonce',
  developers: 'id',
  developer_members: 'developer_id, user_id',
  developer_holds: 'id',
  developer_contacts: 'id',
  editions: 'id',
  acceptances: 'id',
  connectors: 'id',
  releases: 'id',
  handed_files: 'id',
  compiled_tools: 'release_id, tool',
  decisions: 'id',
  enablements: 'id',
  notice_texts: 'workspace_id, sha256',
  notice_sightings: 'id',
  connector_notices: 'workspace_id, connector_id, language',
  age_bands: 'workspace_id, user_id',
  approval_levels: 'workspace_id, user_id, connector_id',
  approvals: 'id',
  approval_votes: 'approval_id, need',
  standing_approvals: 'id',
  master_keys: 'id',
  node_keys: 'node_id',
  user_keys: 'user_id',
  credentials: 'id',
  account_links: 'id',
  connect_pages: 'id',
  sign_in_attempts: 'state_hash',
  oauth_clients: 'id',
  oauth_client_keys: 'kid',
  token_revocations: 'id',
  calls: 'id',
  call_outcomes: 'call_id',
  idempotency_keys: 'id_hash',
  notices: 'id',
  deadlines: 'id',
  enforcement: 'id',
  enforcement_changes: 'position',
  ledger_tiles: 'level, tile',
  ledger_checkpoints: 'size',
  // Entries with a place in the tree first; behind them those that wait for one, in the order in which they were written.
  ledger_entries: 'leaf_index nulls last, position',
}

export type CopiedTable = { readonly name: string; readonly order: string }
export const copiedTables: readonly CopiedTable[] = Object.entries(order).map(([name, by]) => ({ name, order: by }))

export const LEDGER = 'ledger_entries'
/** Tables that number their own rows and have to go on behind the greatest number. */
export const selfNumbering: readonly string[] = [LEDGER, 'enforcement_changes']

/** The row number of an entry says nothing that its place in the tree does not, and databases give it differently. */
export function isCopied(table: string, column: string): boolean {
  return !(table === LEDGER && column === 'position')
}
