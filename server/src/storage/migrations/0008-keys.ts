import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/** Which master keys there are, and which node holds which. The keys themselves are not in the database, unless a key service wrapped them. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await createTables(db, dialect, {
    master_keys: {
      columns: [
        ['id', 'text'],
        ['source', 'text'],
        ['state', 'text'],
        ['mark', 'integer', 'null'],
        ['wrapped', 'text', 'null'],
        ['created_at', 'bigint'],
        ['current_at', 'bigint', 'null'],
        ['done_at', 'bigint', 'null'],
      ],
      key: ['id'],
      unique: [['mark']],
    },
    node_keys: {
      columns: [
        ['node_id', 'text'],
        ['held', 'text'],
        ['using_key', 'text', 'null'],
        ['at', 'bigint'],
      ],
      key: ['node_id'],
    },
  })
  // Which credential travelled with a call. Calls without one, which are most of a bench and few of a real house, are not in the index.
  await db.schema.alterTable('calls').addColumn('credential_id', 'text').execute()
  await sql`create index calls_credential on calls (credential_id, id) where credential_id is not null`.execute(db)
}
