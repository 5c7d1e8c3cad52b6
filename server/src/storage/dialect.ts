/** How the databases differ, stated as facts. Code asks for a fact, never for a name. */
export type Dialect = {
  readonly blobType: string
  readonly keyedTableSuffix: string
  /** Commits happen one after another in row order, so a row's position is its place in the ledger. */
  readonly ordersCommits: boolean
  /** More than one process may be at work on the same database. */
  readonly shared: boolean
  /** Tables whose rows number themselves: the ledger and the change feed. */
  readonly firstHouse: readonly string[]
}

export const sqliteDialect: Dialect = {
  blobType: 'blob',
  keyedTableSuffix: 'without rowid',
  ordersCommits: true,
  shared: false,
  firstHouse: [
    `create table ledger_entries (position integer primary key, leaf_index integer generated always as (position - 1) virtual,
       workspace_id text not null, at integer not null, event text not null, subject text not null, body text not null)`,
    'create index ledger_entries_subject on ledger_entries (subject)',
    'create table enforcement_changes (position integer primary key, epoch integer not null, key text not null)',
    'create index enforcement_changes_epoch on enforcement_changes (epoch)',
  ],
}

export const postgresDialect: Dialect = {
  blobType: 'bytea',
  keyedTableSuffix: '',
  ordersCommits: false,
  shared: true,
  firstHouse: [
    `create table ledger_entries (position bigserial primary key, leaf_index bigint unique,
       workspace_id text not null, at bigint not null, event text not null, subject text not null, body text not null)`,
    'create index ledger_entries_subject on ledger_entries (subject)',
    'create index ledger_entries_unplaced on ledger_entries (position) where leaf_index is null',
    'create table enforcement_changes (position bigserial primary key, epoch bigint not null, key text not null)',
    'create index enforcement_changes_epoch on enforcement_changes (epoch)',
  ],
}
