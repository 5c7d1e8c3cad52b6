import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/** Documents with editions in several languages, their changes, and who accepted them. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await db.schema.alterTable('editions').addColumn('title', 'text').execute()
  await db.schema.alterTable('editions').addColumn('language', 'text').execute()
  await db.schema.alterTable('editions').addColumn('withdrawn_at', 'bigint').execute()
  await db.schema.alterTable('acceptances').addColumn('receipt', 'text').execute()
  await createTables(db, dialect, {
    edition_texts: {
      columns: [
        ['workspace_id', 'text'],
        ['edition_id', 'text'],
        ['language', 'text'],
        ['title', 'text'],
        ['body', 'text'],
        ['sha256', 'text'],
      ],
      key: ['edition_id', 'language'],
    },
    terms_changes: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['document', 'text'],
        ['title', 'text'],
        ['language', 'text'],
        ['body', 'text'],
        ['sha256', 'text'],
        ['translations', 'text'],
        ['base_sha256', 'text', 'null'],
        ['class', 'text', 'null'],
        ['justification', 'text', 'null'],
        ['drafted_by', 'text'],
        ['drafted_at', 'bigint'],
        ['posted_by', 'text', 'null'],
        ['posted_at', 'bigint', 'null'],
        ['edition_id', 'text', 'null'],
        ['label', 'text', 'null'],
        ['effective_at', 'bigint', 'null'],
        ['withdrawn_by', 'text', 'null'],
        ['withdrawn_at', 'bigint', 'null'],
        ['withdrawn_because', 'text', 'null'],
      ],
      key: ['id'],
      index: [['workspace_id', 'document']],
    },
    deemed_acceptances: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['connector_id', 'text'],
        ['developer_id', 'text'],
        ['change_id', 'text'],
        ['edition_id', 'text'],
        ['document', 'text'],
        ['sha256', 'text'],
        ['served_at', 'bigint'],
        ['due_at', 'bigint'],
        ['at', 'bigint'],
      ],
      key: ['id'],
      unique: [['change_id', 'connector_id']],
      index: [['workspace_id', 'connector_id']],
    },
    terms_choices: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['connector_id', 'text'],
        ['developer_id', 'text'],
        ['change_id', 'text'],
        ['choice', 'text'],
        ['user_id', 'text'],
        ['at', 'bigint'],
      ],
      key: ['id'],
      index: [['workspace_id', 'connector_id']],
    },
    amendments: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['developer_id', 'text'],
        ['connector_id', 'text', 'null'],
        ['title', 'text'],
        ['body', 'text'],
        ['sha256', 'text'],
        ['proposed_by', 'text'],
        ['proposed_at', 'bigint'],
        ['signed_by', 'text', 'null'],
        ['signed_at', 'bigint', 'null'],
        ['address', 'text', 'null'],
        ['withdrawn_by', 'text', 'null'],
        ['withdrawn_at', 'bigint', 'null'],
      ],
      key: ['id'],
      index: [['workspace_id', 'developer_id']],
    },
  })
}
