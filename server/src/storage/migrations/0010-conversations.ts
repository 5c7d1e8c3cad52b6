import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/** What sessions of the older revisions remember, letters between the processes of one house, and states that were spent. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  for (const [column, type] of [
    ['log_level', 'text'],
    ['subscriptions', 'text'],
  ] as const)
    await db.schema.alterTable('mcp_sessions').addColumn(column, type).execute()
  await createTables(db, dialect, {
    mcp_letters: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['address', 'text'],
        ['sealed', 'text'],
        ['created_at', 'bigint'],
      ],
      key: ['id'],
      index: [['address'], ['created_at']],
    },
    mcp_spent_states: {
      columns: [
        ['nonce', 'text'],
        ['workspace_id', 'text'],
        ['expires_at', 'bigint'],
      ],
      key: ['nonce'],
      index: [['expires_at']],
    },
  })
}
