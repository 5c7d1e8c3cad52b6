import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/**
 * Of two who appeal against one decision at the same moment, or answer one appeal, one does. That is kept apart from the decisions: these are
 * evidence, so what doubled before stays as it is, and the first of each counts.
 */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  // Unique indexes that the step before this one made at first, and that doubles do not get past.
  for (const index of ['decisions_appeal', 'decisions_appeal_answer']) await sql`drop index if exists ${sql.id(index)}`.execute(db)
  await createTables(db, dialect, {
    decision_replies: {
      columns: [
        ['about', 'text'],
        ['workspace_id', 'text'],
        ['decision_id', 'text'],
      ],
      key: ['about'],
    },
  })
  await sql`insert into decision_replies (about, workspace_id, decision_id) select about, workspace_id, min(id) from decisions
    where about is not null and kind in ('appeal', 'grant-appeal', 'deny-appeal') group by about, workspace_id`.execute(db)
}
