import { type Kysely, sql } from 'kysely'

/**
 * What there is once at a time. What came twice by a race is ended, as if it had been when something last happened to it; the first by `order` stays:
 * what somebody proved or accepted, or else what came first. Of lists of parties the newest is the one in force.
 */
function once(now: number) {
  const underWay = 'decided_at is null and ended_at is null'
  const over = `ended_by = 'system', ended_at = case when expires_at <= ${now} then expires_at else coalesce(accepted_at, asked_at) end`
  const best = `case when expires_at <= ${now} then 1 else 0 end, case when accepted_at is null then 1 else 0 end, id`
  return [
    {
      table: 'developer_findings',
      key: 'workspace_id, developer_id, kind, about',
      open: 'closed_at is null',
      ending: 'closed_at = last_seen_at',
      order: 'id',
    },
    {
      table: 'developer_domains',
      key: 'workspace_id, developer_id, domain',
      open: 'removed_at is null',
      ending: 'removed_at = coalesce(checked_at, proven_at, asked_at)',
      order: 'case when proven_at is null then 1 else 0 end, case when lost_at is null then 0 else 1 end, id',
    },
    {
      table: 'developer_contacts',
      key: 'workspace_id, developer_id, purpose, lower(email)',
      open: 'removed_at is null',
      // An address that is taken back is forgotten, and its code with it.
      ending: `email = '', code_hash = null, removed_at = case when code_sent_at > coalesce(verified_at, created_at) then code_sent_at
        else coalesce(verified_at, created_at) end`,
      order: 'case when verified_at is null then 1 else 0 end, id',
    },
    { table: 'party_lists', key: 'workspace_id, source', open: "state = 'in-force'", ending: "state = 'replaced'", order: 'id desc' },
    { table: 'transfers', key: 'workspace_id, connector_id', open: `kind = 'connector' and ${underWay}`, ending: over, order: best },
    { table: 'transfers', key: 'workspace_id, developer_id', open: `kind = 'control' and ${underWay}`, ending: over, order: best },
  ] as const
}

/**
 * One open thing of each, whoever else asks at the same moment. A transfer that is out of time is open until its deadline ends it, with its entry and
 * its notice: for those moments the previous release, while it still runs, fails to ask for the next one, and gets it when it asks again. Where
 * no deadline is left to do that it is ended here.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const now = Date.now()
  await sql`update transfers set ended_by = 'system', ended_at = expires_at
    where decided_at is null and ended_at is null and expires_at <= ${now} and not exists (select 1 from deadlines
      where deadlines.workspace_id = transfers.workspace_id and deadlines.kind = 'developers.expire-transfer' and deadlines.subject = transfers.id
        and deadlines.done_at is null and deadlines.dead_at is null)`.execute(db)
  for (const [at, { table, key, open, ending, order }] of once(now).entries()) {
    const doubled = `select id from (select id, row_number() over (partition by ${key} order by ${order}) as place from ${table} where ${open}) as
      places where place > 1`
    await sql.raw(`update ${table} set ${ending} where id in (${doubled})`).execute(db)
    await sql.raw(`create unique index ${table}_once_${at} on ${table} (${key}) where ${open}`).execute(db)
  }
}
