import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialect.ts'

/** A column list in one line each: name, type, and whether it may be absent. */
type Column = readonly [name: string, type: 'text' | 'integer' | 'bigint' | 'blob', nullable?: 'null']

const tables: Readonly<
  Record<
    string,
    { columns: readonly Column[]; key: readonly string[]; unique?: readonly (readonly string[])[]; index?: readonly (readonly string[])[] }
  >
> = {
  workspaces: {
    columns: [
      ['id', 'text'],
      ['name', 'text'],
      ['created_at', 'bigint'],
    ],
    key: ['id'],
  },
  settings: {
    columns: [
      ['name', 'text'],
      ['value', 'text'],
    ],
    key: ['name'],
  },
  nodes: {
    columns: [
      ['id', 'text'],
      ['started_at', 'bigint'],
      ['stopped_at', 'bigint', 'null'],
    ],
    key: ['id'],
  },
  users: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['email', 'text'],
      ['name', 'text'],
      ['password_hash', 'text', 'null'],
      ['roles', 'text'],
      ['created_at', 'bigint'],
      ['disabled_at', 'bigint', 'null'],
    ],
    key: ['id'],
    unique: [['workspace_id', 'email']],
  },
  one_time_links: {
    columns: [
      ['token_hash', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['purpose', 'text'],
      ['created_at', 'bigint'],
      ['expires_at', 'bigint'],
      ['used_at', 'bigint', 'null'],
    ],
    key: ['token_hash'],
  },
  web_sessions: {
    columns: [
      ['id_hash', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['created_at', 'bigint'],
      ['seen_at', 'bigint'],
      ['expires_at', 'bigint'],
      ['ended_at', 'bigint', 'null'],
      ['agent', 'text'],
    ],
    key: ['id_hash'],
    index: [['user_id']],
  },
  assistants: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['name', 'text'],
      ['created_at', 'bigint'],
    ],
    key: ['id'],
    unique: [['workspace_id', 'name']],
  },
  access_tokens: {
    columns: [
      ['id', 'text'],
      ['token_hash', 'text'],
      ['prefix', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['assistant_id', 'text'],
      ['name', 'text'],
      ['created_at', 'bigint'],
      ['expires_at', 'bigint', 'null'],
      ['last_used_at', 'bigint', 'null'],
      ['revoked_at', 'bigint', 'null'],
    ],
    key: ['id'],
    unique: [['token_hash']],
    index: [['user_id']],
  },
  mcp_sessions: {
    columns: [
      ['id_hash', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['token_id', 'text'],
      ['protocol', 'text'],
      ['capabilities', 'text'],
      ['client', 'text'],
      ['created_at', 'bigint'],
      ['seen_at', 'bigint'],
      ['ended_at', 'bigint', 'null'],
    ],
    key: ['id_hash'],
    index: [['user_id']],
  },
  developers: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['name', 'text'],
      ['country', 'text'],
      ['created_at', 'bigint'],
    ],
    key: ['id'],
  },
  developer_members: {
    columns: [
      ['developer_id', 'text'],
      ['user_id', 'text'],
      ['workspace_id', 'text'],
      ['role', 'text'],
    ],
    key: ['developer_id', 'user_id'],
    index: [['user_id']],
  },
  editions: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['document', 'text'],
      ['label', 'text'],
      ['body', 'text'],
      ['sha256', 'text'],
      ['effective_at', 'bigint'],
      ['created_at', 'bigint'],
    ],
    key: ['id'],
    unique: [['workspace_id', 'document', 'label']],
  },
  acceptances: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['developer_id', 'text'],
      ['user_id', 'text'],
      ['bundle', 'text'],
      ['entity', 'text'],
      ['on_behalf_of', 'text', 'null'],
      ['authority_attested', 'integer'],
      ['at', 'bigint'],
      ['address', 'text'],
    ],
    key: ['id'],
    index: [['developer_id']],
  },
  connectors: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['developer_id', 'text'],
      ['slug', 'text'],
      ['kind', 'text'],
      ['name', 'text'],
      ['origins', 'text'],
      ['created_at', 'bigint'],
    ],
    key: ['id'],
    unique: [['workspace_id', 'slug']],
  },
  releases: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['connector_id', 'text'],
      ['number', 'integer'],
      ['content', 'text'],
      ['digest', 'text'],
      ['source', 'text', 'null'],
      ['findings', 'text'],
      ['created_by', 'text'],
      ['created_at', 'bigint'],
      ['decided_at', 'bigint', 'null'],
    ],
    key: ['id'],
    unique: [['connector_id', 'number']],
  },
  compiled_tools: {
    columns: [
      ['release_id', 'text'],
      ['tool', 'text'],
      ['sealed', 'text'],
    ],
    key: ['release_id', 'tool'],
  },
  decisions: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['connector_id', 'text'],
      ['release_id', 'text', 'null'],
      ['release_digest', 'text', 'null'],
      ['kind', 'text'],
      ['reason', 'text'],
      ['decided_as', 'text'],
      ['decided_by', 'text'],
      ['at', 'bigint'],
    ],
    key: ['id'],
    index: [['connector_id', 'id']],
  },
  enablements: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['connector_id', 'text'],
      ['release_id', 'text'],
      ['notice_sha256', 'text'],
      ['receives', 'text'],
      ['at', 'bigint'],
      ['ended_at', 'bigint', 'null'],
    ],
    key: ['id'],
    index: [['user_id', 'connector_id'], ['connector_id']],
  },
  approval_levels: {
    columns: [
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['connector_id', 'text'],
      ['level', 'text'],
      ['at', 'bigint'],
    ],
    key: ['user_id', 'connector_id'],
  },
  approvals: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['assistant_id', 'text'],
      ['connector_id', 'text'],
      ['release_id', 'text'],
      ['tool', 'text'],
      ['arguments_sha256', 'text'],
      ['sealed_arguments', 'text'],
      ['state', 'text'],
      ['created_at', 'bigint'],
      ['expires_at', 'bigint'],
      ['decided_at', 'bigint', 'null'],
      ['call_id', 'text', 'null'],
    ],
    key: ['id'],
    index: [['user_id', 'state', 'id']],
  },
  standing_approvals: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['connector_id', 'text'],
      ['release_id', 'text'],
      ['tool', 'text'],
      ['condition', 'text', 'null'],
      ['created_at', 'bigint'],
      ['expires_at', 'bigint', 'null'],
      ['ended_at', 'bigint', 'null'],
    ],
    key: ['id'],
    index: [['user_id']],
  },
  user_keys: {
    columns: [
      ['user_id', 'text'],
      ['workspace_id', 'text'],
      ['master_key_id', 'text'],
      ['wrapped_key', 'text'],
      ['created_at', 'bigint'],
      ['destroyed_at', 'bigint', 'null'],
    ],
    key: ['user_id'],
  },
  credentials: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text', 'null'],
      ['connector_id', 'text'],
      ['sealed', 'text'],
      ['origins', 'text'],
      ['set_by', 'text'],
      ['created_at', 'bigint'],
      ['destroyed_at', 'bigint', 'null'],
    ],
    key: ['id'],
    index: [['connector_id', 'user_id']],
  },
  calls: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['assistant_id', 'text'],
      ['connector_id', 'text'],
      ['release_id', 'text', 'null'],
      ['tool', 'text'],
      ['protocol', 'text'],
      ['node_id', 'text'],
      ['at', 'bigint'],
      ['sealed_arguments', 'text', 'null'],
    ],
    key: ['id'],
    index: [['user_id', 'id']],
  },
  call_outcomes: {
    columns: [
      ['call_id', 'text'],
      ['at', 'bigint'],
      ['state', 'text'],
      ['code', 'text', 'null'],
      ['duration_ms', 'integer'],
      ['sealed_result', 'text', 'null'],
    ],
    key: ['call_id'],
  },
  idempotency_keys: {
    columns: [
      ['id_hash', 'text'],
      ['workspace_id', 'text'],
      ['user_id', 'text'],
      ['body_sha256', 'text'],
      ['response', 'text', 'null'],
      ['status', 'integer', 'null'],
      ['created_at', 'bigint'],
      ['expires_at', 'bigint'],
    ],
    key: ['id_hash'],
    index: [['expires_at']],
  },
  enforcement: {
    columns: [
      ['id', 'integer'],
      ['epoch', 'bigint'],
    ],
    key: ['id'],
  },
  ledger_tiles: {
    columns: [
      ['level', 'integer'],
      ['tile', 'bigint'],
      ['hashes', 'blob'],
    ],
    key: ['level', 'tile'],
  },
  ledger_checkpoints: {
    columns: [
      ['size', 'bigint'],
      ['root', 'text'],
      ['note', 'text'],
      ['at', 'bigint'],
    ],
    key: ['size'],
  },
  deadlines: {
    columns: [
      ['id', 'text'],
      ['workspace_id', 'text'],
      ['kind', 'text'],
      ['subject', 'text'],
      ['due_at', 'bigint'],
      ['payload', 'text'],
      ['attempts', 'integer'],
      ['leased_until', 'bigint', 'null'],
      ['done_at', 'bigint', 'null'],
      ['failed', 'text', 'null'],
    ],
    key: ['id'],
    index: [['done_at', 'due_at']],
  },
}

/** The tables of the first release. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  for (const [name, table] of Object.entries(tables)) {
    let create: CreateTableBuilder<string, string> = db.schema.createTable(name)
    for (const [column, type, nullable] of table.columns) {
      create = create.addColumn(column, type === 'blob' ? sql.raw(dialect.blobType) : type, (c) => (nullable === 'null' ? c : c.notNull()))
    }
    create = create.addPrimaryKeyConstraint(`${name}_pk`, [...table.key])
    for (const columns of table.unique ?? []) create = create.addUniqueConstraint(`${name}_${columns.join('_')}_unique`, [...columns])
    // Rows live in the key's own tree: one write each instead of two.
    if (dialect.keyedTableSuffix !== '') create = create.modifyEnd(sql.raw(dialect.keyedTableSuffix))
    await create.execute()
    for (const columns of table.index ?? [])
      await db.schema
        .createIndex(`${name}_${columns.join('_')}`)
        .on(name)
        .columns([...columns])
        .execute()
  }
  for (const statement of dialect.firstHouse) await sql.raw(statement).execute(db)
  await sql`insert into enforcement (id, epoch) values (1, 0)`.execute(db)
}
