import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables, type Tables } from './create-tables.ts'

const tables: Tables = {
  notice_texts: {
    columns: [
      ['workspace_id', 'text'],
      ['sha256', 'text'],
      ['body', 'text'],
      ['kept_at', 'bigint'],
    ],
    key: ['workspace_id', 'sha256'],
  },
  notice_sightings: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['connector_id', 'text'],
      ['release_id', 'text'],
      ['language', 'text'],
      ['url', 'text'],
      ['sha256', 'text', 'null'],
      ['detail', 'text', 'null'],
      ['first_seen_at', 'bigint'],
      ['last_seen_at', 'bigint'],
      ['closed_at', 'bigint', 'null'],
      ['decision', 'text', 'null'],
      ['reason', 'text', 'null'],
      ['decided_by', 'text', 'null'],
    ],
    key: ['id'],
    index: [['workspace_id', 'connector_id']],
  },
  connector_notices: {
    columns: [
      ['workspace_id', 'text'],
      ['connector_id', 'text'],
      ['release_id', 'text'],
      ['language', 'text'],
      ['sha256', 'text'],
      ['since', 'bigint'],
      ['sighting_id', 'text'],
    ],
    key: ['workspace_id', 'connector_id', 'language'],
  },
  age_bands: {
    columns: [
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['band', 'text'],
      ['source', 'text'],
      ['set_by', 'text'],
      ['at', 'bigint'],
    ],
    key: ['workspace_id', 'user_id'],
  },
}

/** Deadlines that are worked on by a runner, notices at their addresses, and what a consent remembers. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  for (const [column, type] of [
    ['not_before', 'bigint'],
    ['lease', 'text'],
    ['dead_at', 'bigint'],
  ] as const)
    await db.schema.alterTable('deadlines').addColumn(column, type).execute()
  await sql`create unique index deadlines_open on deadlines (workspace_id, kind, subject) where done_at is null and dead_at is null`.execute(db)
  await sql`create index deadlines_due on deadlines (due_at) where done_at is null and dead_at is null`.execute(db)
  await db.schema.alterTable('enablements').addColumn('receipt', 'text').execute()
  await createTables(db, dialect, tables)
}
