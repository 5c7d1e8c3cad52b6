import { type Kysely, sql } from 'kysely'

/** What there is once at a time; what came twice by a race is ended first. */
const once = [
  ['developer_findings', 'workspace_id, developer_id, kind, about', 'closed_at is null', 'closed_at = last_seen_at'],
  ['developer_domains', 'workspace_id, developer_id, domain', 'removed_at is null', 'removed_at = asked_at'],
  ['developer_contacts', 'workspace_id, developer_id, purpose, lower(email)', 'removed_at is null', 'removed_at = created_at'],
  ['party_lists', 'workspace_id, source', "state = 'in-force'", "state = 'replaced'"],
  [
    'transfers',
    'workspace_id, connector_id',
    "kind = 'connector' and decided_at is null and ended_at is null",
    "ended_at = asked_at, ended_by = 'system'",
  ],
  [
    'transfers',
    'workspace_id, developer_id',
    "kind = 'control' and decided_at is null and ended_at is null",
    "ended_at = asked_at, ended_by = 'system'",
  ],
] as const

/** One open thing of each, whoever else asks at the same moment. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [at, [table, columns, open, ending]] of once.entries()) {
    const [name, key, isOpen, ended] = [sql.table(table), sql.raw(columns), sql.raw(open), sql.raw(ending)]
    await sql`update ${name} set ${ended} where ${isOpen} and id not in (select max(id) from ${name} where ${isOpen} group by ${key})`.execute(db)
    await sql`create unique index ${sql.id(`${table}_once_${at}`)} on ${name} (${key}) where ${isOpen}`.execute(db)
  }
}
