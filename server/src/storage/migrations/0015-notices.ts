import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import { createTables } from './create-tables.ts'

/** What people are told, and the proof that they were told. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await createTables(db, dialect, {
    notices: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['recipient_kind', 'text'],
        ['recipient', 'text'],
        ['purpose', 'text', 'null'],
        ['kind', 'text'],
        ['clause', 'text'],
        ['legal', 'integer'],
        ['connector_id', 'text', 'null'],
        ['subject', 'text'],
        ['title', 'text'],
        ['body', 'text'],
        ['sha256', 'text'],
        ['at', 'bigint'],
      ],
      key: ['id'],
      index: [
        ['workspace_id', 'recipient_kind', 'recipient'],
        ['workspace_id', 'subject'],
      ],
    },
    notice_deliveries: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['notice_id', 'text'],
        ['channel', 'text'],
        ['place', 'text'],
        ['user_id', 'text', 'null'],
        ['state', 'text'],
        ['state_at', 'bigint'],
        ['served_at', 'bigint', 'null'],
        ['firm', 'integer'],
        ['created_at', 'bigint'],
      ],
      key: ['id'],
      unique: [['notice_id', 'channel', 'place']],
      index: [
        ['user_id', 'channel', 'id'],
        ['workspace_id', 'state'],
      ],
    },
    notice_steps: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['delivery_id', 'text'],
        ['state', 'text'],
        ['at', 'bigint'],
        ['recorded_at', 'bigint'],
        ['detail', 'text', 'null'],
      ],
      key: ['id'],
      index: [['delivery_id', 'id']],
    },
    notice_copies: {
      columns: [
        ['delivery_id', 'text'],
        ['workspace_id', 'text'],
        ['media_type', 'text'],
        ['content', 'text'],
        ['sha256', 'text'],
        ['at', 'bigint'],
      ],
      key: ['delivery_id'],
    },
    notice_tasks: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['notice_id', 'text'],
        ['at', 'bigint'],
        ['closed_at', 'bigint', 'null'],
        ['closed_by', 'text', 'null'],
        ['reason', 'text', 'null'],
      ],
      key: ['id'],
      unique: [['notice_id']],
      index: [['workspace_id', 'closed_at']],
    },
    notice_mutes: {
      columns: [
        ['workspace_id', 'text'],
        ['user_id', 'text'],
        ['kind', 'text'],
        ['at', 'bigint'],
      ],
      key: ['workspace_id', 'user_id', 'kind'],
    },
    webhook_endpoints: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['developer_id', 'text', 'null'],
        ['url', 'text'],
        ['kinds', 'text'],
        ['created_by', 'text'],
        ['created_at', 'bigint'],
        ['stopped_at', 'bigint', 'null'],
        ['stopped_because', 'text', 'null'],
      ],
      key: ['id'],
      index: [['workspace_id', 'developer_id']],
    },
    webhook_secrets: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['endpoint_id', 'text'],
        ['sealed', 'text'],
        ['created_at', 'bigint'],
        ['until', 'bigint', 'null'],
      ],
      key: ['id'],
      index: [['endpoint_id', 'id']],
    },
    operator_letters: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['channel', 'text'],
        ['from_kind', 'text'],
        ['from_user_id', 'text', 'null'],
        ['from_workspace_id', 'text', 'null'],
        ['from_developer_id', 'text', 'null'],
        ['from_name', 'text'],
        ['from_address', 'text'],
        ['subject', 'text'],
        ['body', 'text'],
        ['sha256', 'text'],
        ['received_at', 'bigint'],
        ['recorded_at', 'bigint'],
        ['recorded_by', 'text'],
        ['state', 'text'],
        ['assigned_to', 'text', 'null'],
        ['changed_at', 'bigint'],
      ],
      key: ['id'],
      index: [['workspace_id', 'state', 'id'], ['from_user_id']],
    },
    operator_letter_answers: {
      columns: [
        ['id', 'text'],
        ['workspace_id', 'text'],
        ['letter_id', 'text'],
        ['by', 'text'],
        ['body', 'text'],
        ['notice_id', 'text', 'null'],
        ['at', 'bigint'],
      ],
      key: ['id'],
      index: [['letter_id', 'id']],
    },
  })
  // Who has a connector enabled is asked by connector, when all of them are told something.
  await db.schema.createIndex('enablements_connector_id_user_id').on('enablements').columns(['connector_id', 'user_id']).execute()
}
