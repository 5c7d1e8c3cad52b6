import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables, type Tables } from './create-tables.ts'

const tables: Tables = {
  account_links: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text', 'null'],
      ['connector_id', 'text'],
      ['kind', 'text'],
      ['label', 'text', 'null'],
      ['sealed_identity', 'text', 'null'],
      ['is_default', 'integer'],
      ['server', 'text', 'null'],
      ['client', 'text', 'null'],
      ['scopes', 'text'],
      ['asked_scopes', 'text', 'null'],
      ['resource', 'text', 'null'],
      ['exchange', 'text', 'null'],
      ['state', 'text'],
      ['reason', 'text', 'null'],
      ['who', 'text', 'null'],
      ['state_at', 'bigint'],
      ['renew_at', 'bigint', 'null'],
      ['lease', 'text', 'null'],
      ['leased_until', 'bigint', 'null'],
      ['renewing_since', 'bigint', 'null'],
      ['failures', 'integer'],
      ['not_granted', 'text', 'null'],
      ['created_at', 'bigint'],
      ['tested_at', 'bigint', 'null'],
      ['ended_at', 'bigint', 'null'],
    ],
    key: ['id'],
    index: [['workspace_id', 'user_id', 'connector_id'], ['renew_at']],
  },
  connect_pages: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['connector_id', 'text'],
      ['link_id', 'text', 'null'],
      ['why', 'text'],
      ['challenge', 'text', 'null'],
      ['created_at', 'bigint'],
      ['expires_at', 'bigint'],
      ['done_at', 'bigint', 'null'],
      ['declined_at', 'bigint', 'null'],
    ],
    key: ['id'],
    index: [['workspace_id', 'user_id', 'connector_id']],
  },
  sign_in_attempts: {
    columns: [
      ['state_hash', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['session_hash', 'text'],
      ['connector_id', 'text'],
      ['page_id', 'text', 'null'],
      ['sealed', 'text'],
      ['created_at', 'bigint'],
      ['expires_at', 'bigint'],
      ['used_at', 'bigint', 'null'],
    ],
    key: ['state_hash'],
  },
  oauth_clients: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['connector_id', 'text', 'null'],
      ['issuer', 'text'],
      ['client_id', 'text'],
      ['method', 'text'],
      ['sealed_secret', 'text', 'null'],
      ['redirect_uri', 'text'],
      ['set_by', 'text'],
      ['created_at', 'bigint'],
      ['expires_at', 'bigint', 'null'],
      ['ended_at', 'bigint', 'null'],
    ],
    key: ['id'],
    index: [['workspace_id', 'issuer']],
  },
  oauth_client_keys: {
    columns: [
      ['kid', 'text'],
      ['public_jwk', 'text'],
      ['sealed_private_jwk', 'text'],
      ['created_at', 'bigint'],
    ],
    key: ['kid'],
  },
  token_revocations: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['link_id', 'text'],
      ['connector_id', 'text'],
      ['user_id', 'text', 'null'],
      ['sealed', 'text'],
      ['created_at', 'bigint'],
      ['ended_at', 'bigint', 'null'],
    ],
    key: ['id'],
  },
}

/** Accounts that people linked. A key that somebody gave before becomes the one account of theirs at that connector. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await createTables(db, dialect, tables)
  await db.schema.alterTable('credentials').addColumn('link_id', 'text').execute()
  await db.schema
    .alterTable('credentials')
    .addColumn('version', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await db.schema.createIndex('credentials_link_id').on('credentials').column('link_id').execute()
  await sql`
    insert into account_links (id, workspace_id, user_id, connector_id, kind, is_default, scopes, state, state_at, failures, created_at)
    select 'lnk_' || substr(id, 5), workspace_id, user_id, connector_id, 'key', 1, '[]', 'good', created_at, 0, created_at
    from credentials where user_id is not null and destroyed_at is null`.execute(db)
  await sql`update credentials set link_id = 'lnk_' || substr(id, 5) where user_id is not null and destroyed_at is null`.execute(db)
}
