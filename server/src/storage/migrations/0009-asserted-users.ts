import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/** People whom an assistant vouches for: what it may say, who came that way, what it said already, and one-time links to their pages. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await db.schema.alterTable('users').addColumn('asserted_by', 'text').execute()
  await db.schema.alterTable('web_sessions').addColumn('hosted_by', 'text').execute()
  await createTables(db, dialect, {
    assertion_rules: {
      columns: [
        ['assistant_id', 'text'],
        ['workspace_id', 'text'],
        ['issuers', 'text'],
        ['scopes', 'text'],
        ['creates_users', 'integer'],
        ['own_users_only', 'integer'],
        ['version', 'text'],
        ['changed_at', 'bigint'],
      ],
      key: ['assistant_id'],
    },
    asserted_users: {
      columns: [
        ['assistant_id', 'text'],
        ['issuer', 'text'],
        ['subject', 'text'],
        ['workspace_id', 'text'],
        ['user_id', 'text'],
        ['created_at', 'bigint'],
      ],
      key: ['assistant_id', 'issuer', 'subject'],
      unique: [['user_id']],
    },
    used_assertions: {
      columns: [
        ['id_hash', 'text'],
        ['workspace_id', 'text'],
        ['expires_at', 'bigint'],
      ],
      key: ['id_hash'],
      index: [['expires_at']],
    },
    page_links: {
      columns: [
        ['token_hash', 'text'],
        ['workspace_id', 'text'],
        ['user_id', 'text'],
        ['assistant_id', 'text'],
        ['page', 'text'],
        ['created_at', 'bigint'],
        ['expires_at', 'bigint'],
        ['used_at', 'bigint', 'null'],
      ],
      key: ['token_hash'],
      index: [['user_id'], ['expires_at']],
    },
  })
}
