import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialect.ts'

/** Deadlines that are worked on by a runner, and what a consent remembers. */
export async function up(db: Kysely<unknown>, _dialect: Dialect): Promise<void> {
  for (const [column, type] of [
    ['not_before', 'bigint'],
    ['lease', 'text'],
    ['dead_at', 'bigint'],
  ] as const)
    await db.schema.alterTable('deadlines').addColumn(column, type).execute()
  await sql`create unique index deadlines_open on deadlines (workspace_id, kind, subject) where done_at is null and dead_at is null`.execute(db)
  await sql`create index deadlines_due on deadlines (due_at) where done_at is null and dead_at is null`.execute(db)
}
