import { type Kysely, sql } from 'kysely'

/**
 * Of two who ask at the same moment for what there is once, one gets it: the hold on a release, a run of its probes, the place of the release that
 * waits. What doubled before is ended, the newest stays.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `update review_claims set ended_at = expires_at where ended_at is null and exists
      (select 1 from review_claims newer where newer.release_id = review_claims.release_id and newer.ended_at is null and newer.id > review_claims.id)`,
    `update probe_runs set state = 'failed', ended_at = at where state in ('queued', 'running') and exists
      (select 1 from probe_runs newer where newer.release_id = probe_runs.release_id and newer.state in ('queued', 'running') and newer.id > probe_runs.id)`,
    `update releases set decided_at = created_at where decided_at is null and exists
      (select 1 from releases newer where newer.connector_id = releases.connector_id and newer.decided_at is null and newer.number > releases.number)`,
    'create unique index review_claims_open on review_claims (release_id) where ended_at is null',
    "create unique index probe_runs_open on probe_runs (release_id) where state in ('queued', 'running')",
    'create unique index releases_waiting on releases (connector_id) where decided_at is null',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
