import type { Kysely } from 'kysely'
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
}
