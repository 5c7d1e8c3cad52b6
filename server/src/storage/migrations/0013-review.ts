import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables, type Tables } from './create-tables.ts'

const tables: Tables = {
  release_drafts: {
    columns: [
      ['connector_id', 'text'],
      ['workspace_id', 'text'],
      ['body', 'text'],
      ['saved_by', 'text'],
      ['saved_at', 'bigint'],
    ],
    key: ['connector_id'],
  },
  submissions: {
    columns: [
      ['release_id', 'text'],
      ['workspace_id', 'text'],
      ['connector_id', 'text'],
      ['manifest', 'text'],
      ['attestations', 'text'],
      ['risk', 'integer'],
      ['risk_because', 'text'],
      ['reviewers_needed', 'integer'],
      ['behind', 'text'],
      ['at', 'bigint'],
    ],
    key: ['release_id'],
    index: [['workspace_id', 'connector_id']],
  },
  review_claims: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['connector_id', 'text'],
      ['release_id', 'text'],
      ['claimed_by', 'text'],
      ['at', 'bigint'],
      ['expires_at', 'bigint'],
      ['ended_at', 'bigint', 'null'],
    ],
    key: ['id'],
    index: [['connector_id', 'id']],
  },
  finding_dismissals: {
    columns: [
      ['release_id', 'text'],
      ['finding', 'text'],
      ['workspace_id', 'text'],
      ['reason', 'text'],
      ['dismissed_by', 'text'],
      ['at', 'bigint'],
    ],
    key: ['release_id', 'finding'],
  },
  probe_runs: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['connector_id', 'text'],
      ['release_id', 'text'],
      ['state', 'text'],
      ['step', 'text', 'null'],
      ['done', 'integer'],
      ['total', 'integer'],
      ['asked_by', 'text'],
      ['at', 'bigint'],
      ['ended_at', 'bigint', 'null'],
      ['sealed', 'text'],
    ],
    key: ['id'],
    index: [['release_id', 'id']],
  },
  reviewer_credentials: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['connector_id', 'text'],
      ['origins', 'text'],
      ['sealed', 'text'],
      ['set_by', 'text'],
      ['created_at', 'bigint'],
      ['destroyed_at', 'bigint', 'null'],
    ],
    key: ['id'],
    index: [['connector_id']],
  },
  drifts: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['connector_id', 'text'],
      ['release_id', 'text'],
      ['tool', 'text', 'null'],
      ['kind', 'text'],
      ['effect', 'text'],
      ['reviewed_sha256', 'text', 'null'],
      ['found_sha256', 'text', 'null'],
      ['found', 'text', 'null'],
      ['detail', 'text'],
      ['first_seen_at', 'bigint'],
      ['last_seen_at', 'bigint'],
      ['closed_at', 'bigint', 'null'],
      ['closed_because', 'text', 'null'],
    ],
    key: ['id'],
    index: [
      ['connector_id', 'id'],
      ['workspace_id', 'closed_at'],
    ],
  },
  rescans: {
    columns: [
      ['connector_id', 'text'],
      ['workspace_id', 'text'],
      ['release_id', 'text'],
      ['at', 'bigint'],
      ['outcome', 'text'],
      ['detail', 'text', 'null'],
    ],
    key: ['connector_id'],
  },
}

/** Submissions, probes, drift, appeals. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await createTables(db, dialect, tables)
}
