import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { Dialect } from '../dialect.ts'

/** A column in one line: name, type, and whether it may be absent. */
export type Column = readonly [name: string, type: 'text' | 'integer' | 'bigint' | 'blob', nullable?: 'null']

export type Tables = Readonly<
  Record<
    string,
    { columns: readonly Column[]; key: readonly string[]; unique?: readonly (readonly string[])[]; index?: readonly (readonly string[])[] }
  >
>

/** Creates tables with their keys and indexes, the same on both databases. */
export async function createTables(db: Kysely<unknown>, dialect: Dialect, tables: Tables): Promise<void> {
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
}
