import { type Kysely, sql } from 'kysely'

/** The deadlines of a run of probes. */
const theirs = "deadlines.workspace_id = probe_runs.workspace_id and deadlines.kind = 'review.probe' and deadlines.subject = probe_runs.id"

/**
 * Of two who ask at the same moment for what there is once, one gets it: the hold on a release, a run of its probes, the place of the release that
 * waits. What doubled before is ended when the next one came, the newest stays. A run that was given up before runs had an end of their own is failed,
 * so that its release can be probed again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `update review_claims set ended_at =
      (select min(newer.at) from review_claims newer where newer.release_id = review_claims.release_id and newer.id > review_claims.id)
      where ended_at is null and exists
      (select 1 from review_claims newer where newer.release_id = review_claims.release_id and newer.ended_at is null and newer.id > review_claims.id)`,
    `update probe_runs set state = 'failed', ended_at = coalesce((select max(dead_at) from deadlines where ${theirs}), at)
      where state in ('queued', 'running') and not exists (select 1 from deadlines where ${theirs} and done_at is null and dead_at is null)`,
    `update probe_runs set state = 'failed', ended_at =
      (select min(newer.at) from probe_runs newer where newer.release_id = probe_runs.release_id and newer.id > probe_runs.id)
      where state in ('queued', 'running') and exists
      (select 1 from probe_runs newer where newer.release_id = probe_runs.release_id and newer.state in ('queued', 'running') and newer.id > probe_runs.id)`,
    `update releases set decided_at =
      (select min(newer.created_at) from releases newer where newer.connector_id = releases.connector_id and newer.number > releases.number)
      where decided_at is null and exists
      (select 1 from releases newer where newer.connector_id = releases.connector_id and newer.decided_at is null and newer.number > releases.number)`,
    'create unique index review_claims_open on review_claims (release_id) where ended_at is null',
    "create unique index probe_runs_open on probe_runs (release_id) where state in ('queued', 'running')",
    'create unique index releases_waiting on releases (connector_id) where decided_at is null',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
