import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/** Ways to sign in beside a password, what a session was begun with, and counts that nodes share. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await createTables(db, dialect, {
    passkeys: {
      columns: [
        ['id', 'text'],
        ['credential_id', 'text'],
        ['workspace_id', 'text'],
        ['user_id', 'text'],
        ['name', 'text'],
        ['public_key', 'text'],
        ['counter', 'bigint'],
        ['transports', 'text'],
        ['synced', 'integer'],
        ['created_at', 'bigint'],
        ['last_used_at', 'bigint', 'null'],
      ],
      key: ['id'],
      unique: [['credential_id']],
      index: [['workspace_id', 'user_id']],
    },
    totp_secrets: {
      columns: [
        ['user_id', 'text'],
        ['workspace_id', 'text'],
        ['sealed', 'text'],
        ['last_step', 'bigint'],
        ['created_at', 'bigint'],
        ['confirmed_at', 'bigint', 'null'],
      ],
      key: ['user_id'],
    },
    recovery_codes: {
      columns: [
        ['code_hash', 'text'],
        ['workspace_id', 'text'],
        ['user_id', 'text'],
        ['created_at', 'bigint'],
        ['used_at', 'bigint', 'null'],
      ],
      key: ['code_hash'],
      index: [['workspace_id', 'user_id']],
    },
    provider_identities: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['user_id', 'text'],
        ['provider', 'text'],
        ['issuer', 'text'],
        ['subject', 'text'],
        ['label', 'text'],
        ['created_at', 'bigint'],
        ['last_used_at', 'bigint', 'null'],
      ],
      key: ['id'],
      unique: [['issuer', 'subject']],
      index: [['workspace_id', 'user_id']],
    },
    spent_steps: {
      columns: [
        ['id_hash', 'text'],
        ['expires_at', 'bigint'],
      ],
      key: ['id_hash'],
      index: [['expires_at']],
    },
    attempt_counts: {
      columns: [
        ['key_hash', 'text'],
        ['attempts', 'integer'],
        ['next_at', 'bigint'],
        ['until_at', 'bigint'],
      ],
      key: ['key_hash'],
      index: [['until_at']],
    },
  })
  for (const column of ['method', 'provider', 'address', 'sealed_hint'] as const)
    await db.schema.alterTable('web_sessions').addColumn(column, 'text').execute()
  for (const column of ['proven_at', 'strong'] as const)
    await db.schema
      .alterTable('web_sessions')
      .addColumn(column, 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
  // Null where somebody has not come in yet. Who set a password has.
  await db.schema.alterTable('users').addColumn('opened_at', 'bigint').execute()
  await db.schema
    .alterTable('users')
    .addColumn('email_own', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await sql`update users set opened_at = created_at where password_hash is not null`.execute(db)
}
