import type { Schema } from '../storage/index.ts'

/** A column whose texts are wrapped by a master key. */
export type SealedColumn = {
  readonly table: keyof Schema
  readonly column: string
  /** The primary key. */
  readonly key: readonly string[]
  /** The text is this member of a JSON object. */
  readonly member?: string
  /** A column that names the master key, and is kept in step. */
  readonly named?: string
  /** Where a text of the first format belongs; those of the second carry their wrapping without it. */
  readonly firstPlace?: (row: Readonly<Record<string, unknown>>) => string
  /** Texts of the first format can be made again and are simply let go of. */
  readonly remade?: true
}

/** Every column that a rotation of the master key wraps anew. A test finds columns that are missing here. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'user_keys',
    column: 'wrapped_key',
    key: ['user_id'],
    named: 'master_key_id',
    firstPlace: ({ user_id }) => `user-key:${user_id}`,
  },
  {
    table: 'credentials',
    column: 'sealed',
    key: ['id'],
    firstPlace: (row) => `credential:${row['id']}:${row['workspace_id']}:${row['user_id'] ?? 'shared'}:${row['connector_id']}`,
  },
  { table: 'settings', column: 'value', key: ['name'], member: 'sealed', firstPlace: () => 'ledger key' },
  { table: 'compiled_tools', column: 'sealed', key: ['release_id', 'tool'], remade: true },
  { table: 'web_sessions', column: 'sealed_hint', key: ['id_hash'] },
  { table: 'authorization_records', column: 'sealed', key: ['kind', 'id_hash'] },
  { table: 'signing_keys', column: 'sealed', key: ['id'] },
  { table: 'mcp_letters', column: 'sealed', key: ['id'] },
  { table: 'sign_in_attempts', column: 'sealed', key: ['state_hash'] },
  { table: 'oauth_clients', column: 'sealed_secret', key: ['id'] },
  { table: 'oauth_client_keys', column: 'sealed_private_jwk', key: ['kid'] },
  { table: 'token_revocations', column: 'sealed', key: ['id'] },
  { table: 'incidents', column: 'sealed', key: ['id'] },
  { table: 'incident_events', column: 'sealed', key: ['id'] },
  { table: 'complaints', column: 'sealed', key: ['id'] },
  { table: 'complaint_events', column: 'sealed', key: ['id'] },
  { table: 'feedback', column: 'sealed', key: ['id'] },
  { table: 'legal_holds', column: 'sealed', key: ['id'] },
  { table: 'webhook_secrets', column: 'sealed', key: ['id'] },
  { table: 'probe_runs', column: 'sealed', key: ['id'] },
  { table: 'reviewer_credentials', column: 'sealed', key: ['id'] },
  { table: 'developer_owners', column: 'sealed', key: ['id'] },
]

/** Columns whose texts are sealed under the key of the person they belong to. A rotation wraps that key, and leaves these as they are. */
export const personalColumns: readonly { readonly table: keyof Schema; readonly column: string }[] = [
  { table: 'approvals', column: 'sealed_arguments' },
  { table: 'approvals', column: 'sealed_reason' },
  { table: 'calls', column: 'sealed_arguments' },
  { table: 'call_outcomes', column: 'sealed_result' },
  { table: 'totp_secrets', column: 'sealed' },
  { table: 'account_links', column: 'sealed_identity' },
  { table: 'handed_files', column: 'sealed' },
]
