import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/** What organisations say about themselves, and how it was checked. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await createTables(db, dialect, {
    developer_holds: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['developer_id', 'text'],
        ['cause', 'text'],
        ['check_id', 'text', 'null'],
        ['facts', 'text'],
        ['redress', 'text'],
        ['placed_by', 'text'],
        ['at', 'bigint'],
        ['look_by', 'bigint'],
        ['appeal', 'text', 'null'],
        ['appealed_by', 'text', 'null'],
        ['appealed_at', 'bigint', 'null'],
        ['answer', 'text', 'null'],
        ['answered_by', 'text', 'null'],
        ['answered_at', 'bigint', 'null'],
        ['released_at', 'bigint', 'null'],
        ['released_by', 'text', 'null'],
        ['release_reason', 'text', 'null'],
      ],
      key: ['id'],
      index: [['workspace_id', 'developer_id']],
    },
    developer_contacts: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['developer_id', 'text'],
        ['purpose', 'text'],
        ['email', 'text'],
        ['created_by', 'text'],
        ['created_at', 'bigint'],
        ['code_hash', 'text', 'null'],
        ['code_sent_at', 'bigint', 'null'],
        ['code_expires_at', 'bigint', 'null'],
        ['codes_sent', 'integer'],
        ['codes_since', 'bigint', 'null'],
        ['attempts', 'integer'],
        ['verified_at', 'bigint', 'null'],
        ['verified_until', 'bigint', 'null'],
        ['removed_at', 'bigint', 'null'],
      ],
      key: ['id'],
      index: [['workspace_id', 'developer_id', 'purpose']],
    },
  })
}
