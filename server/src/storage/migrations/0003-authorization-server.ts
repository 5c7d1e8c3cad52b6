import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/** What the authorization server keeps: how assistants are registered, what people let them do, and everything that is good for a while only. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  for (const [column, type] of [
    ['client_id', 'text'],
    ['kind', 'text'],
    ['metadata', 'text'],
    ['secret_hash', 'text'],
    ['recorded_at', 'bigint'],
    ['disabled_at', 'bigint'],
    ['deleted_at', 'bigint'],
  ] as const)
    await db.schema.alterTable('assistants').addColumn(column, type).execute()
  await db.schema.createIndex('assistants_client_id').unique().on('assistants').column('client_id').execute()
  await createTables(db, dialect, {
    grants: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['user_id', 'text'],
        ['assistant_id', 'text'],
        ['client_id', 'text'],
        ['resource', 'text'],
        ['audience', 'text'],
        ['scopes', 'text'],
        ['openid', 'integer'],
        ['stays', 'integer'],
        ['connectors', 'text', 'null'],
        ['redirect', 'text'],
        ['created_at', 'bigint'],
        ['expires_at', 'bigint'],
        ['last_used_at', 'bigint', 'null'],
        ['ended_at', 'bigint', 'null'],
        ['ended_because', 'text', 'null'],
      ],
      key: ['id'],
      index: [['user_id'], ['assistant_id']],
    },
    grant_tokens: {
      columns: [
        ['token_hash', 'text'],
        ['workspace_id', 'text'],
        ['grant_id', 'text'],
        ['scopes', 'text'],
        ['openid', 'integer'],
        ['created_at', 'bigint'],
        ['expires_at', 'bigint'],
        ['revoked_at', 'bigint', 'null'],
      ],
      key: ['token_hash'],
      index: [['grant_id'], ['expires_at']],
    },
    authorization_records: {
      columns: [
        ['kind', 'text'],
        ['id_hash', 'text'],
        ['workspace_id', 'text'],
        ['grant_id', 'text', 'null'],
        ['user_code_hash', 'text', 'null'],
        ['browser_hash', 'text', 'null'],
        ['sealed', 'text'],
        ['created_at', 'bigint'],
        ['expires_at', 'bigint'],
        ['consumed_at', 'bigint', 'null'],
      ],
      key: ['kind', 'id_hash'],
      index: [['grant_id'], ['user_code_hash'], ['expires_at']],
    },
    signing_keys: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['sealed', 'text'],
        ['created_at', 'bigint'],
        ['retired_at', 'bigint', 'null'],
      ],
      key: ['id'],
    },
  })
}
