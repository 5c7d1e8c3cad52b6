import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables, type Tables } from './create-tables.ts'

const tables: Tables = {
  handed_files: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['connector_id', 'text', 'null'],
      ['direction', 'text'],
      ['size', 'bigint'],
      ['sealed', 'text'],
      ['created_at', 'bigint'],
      ['expires_at', 'bigint'],
    ],
    key: ['id'],
    index: [['user_id'], ['expires_at']],
  },
}

/** Overlays beside documents, and files on their way between people and APIs. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await db.schema.alterTable('releases').addColumn('overlay', 'text').execute()
  await createTables(db, dialect, tables)
}
