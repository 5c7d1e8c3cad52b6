import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/** Rules of workspaces and people. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await createTables(db, dialect, {
    workspace_owners: {
      columns: [
        ['workspace_id', 'text'],
        ['user_id', 'text'],
        ['at', 'bigint'],
      ],
      key: ['workspace_id', 'user_id'],
    },
    workspace_groups: {
      columns: [
        ['workspace_id', 'text'],
        ['name', 'text'],
        ['title', 'text'],
        ['claim', 'text', 'null'],
        ['created_at', 'bigint'],
      ],
      key: ['workspace_id', 'name'],
    },
    group_members: {
      columns: [
        ['workspace_id', 'text'],
        ['group_name', 'text'],
        ['user_id', 'text'],
        ['source', 'text'],
        ['at', 'bigint'],
      ],
      key: ['workspace_id', 'group_name', 'user_id', 'source'],
      index: [['user_id']],
    },
    policies: {
      columns: [
        ['workspace_id', 'text'],
        ['version', 'integer'],
        ['body', 'text'],
        ['sha256', 'text'],
        ['note', 'text'],
        ['changed_by', 'text'],
        ['at', 'bigint'],
      ],
      key: ['workspace_id', 'version'],
    },
    approval_votes: {
      columns: [
        ['approval_id', 'text'],
        ['need', 'text'],
        ['workspace_id', 'text'],
        ['user_id', 'text'],
        ['at', 'bigint'],
      ],
      key: ['approval_id', 'need'],
    },
  })
  for (const column of ['needs', 'needs_sha256', 'decided_by', 'sealed_reason'] as const)
    await db.schema.alterTable('approvals').addColumn(column, 'text').execute()
  await db.schema.createIndex('approvals_workspace_id_state').on('approvals').columns(['workspace_id', 'state']).execute()
  // Until now there was one workspace, in which addresses were unique already.
  await db.schema.createIndex('users_email_unique').on('users').column('email').unique().execute()
}
