import type { Kysely } from 'kysely'

const columns = [
  ['effective_at', 'bigint'],
  ['ends_at', 'bigint'],
  ['ground', 'text'],
  ['clause', 'text'],
  ['tool', 'text'],
  ['about', 'text'],
  ['redress', 'text'],
  ['redress_until', 'bigint'],
  ['withheld_until', 'bigint'],
] as const

/** Decisions with a ground, a scope, a time and a redress: the agreement, its notices and its end are computed from them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [column, type] of columns) await db.schema.alterTable('decisions').addColumn(column, type).execute()
  await db.schema.createIndex('decisions_workspace_id_kind').on('decisions').columns(['workspace_id', 'kind', 'id']).execute()
}
