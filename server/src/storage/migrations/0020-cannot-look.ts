import type { Kysely } from 'kysely'

/** Live connectors that there is no way to look at, told beside the outcome: the release before this one knows three outcomes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('rescans').addColumn('cannot_look_at', 'bigint').execute()
}
