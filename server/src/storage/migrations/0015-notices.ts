import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/** What people are told, and the proof that they were told. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await createTables(db, dialect, {
    notices: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['recipient_kind', 'text'],
        ['recipient', 'text'],
        ['purpose', 'text', 'null'],
        ['kind', 'text'],
        ['clause', 'text'],
        ['legal', 'integer'],
        ['connector_id', 'text', 'null'],
        ['subject', 'text'],
        ['title', 'text'],
        ['body', 'text'],
        ['sha256', 'text'],
        ['at', 'bigint'],
      ],
      key: ['id'],
      index: [
        ['workspace_id', 'recipient_kind', 'recipient'],
        ['workspace_id', 'subject'],
      ],
    },
  })
}
