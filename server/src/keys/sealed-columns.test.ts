import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { openStorage } from '../storage/index.ts'
import { personalColumns, sealedColumns } from './index.ts'

describe.each(databases)('the sealed columns on $name', (kind) => {
  it('are all in one of the two lists, so that a rotation leaves none behind', async () => {
    await using database = await kind.open()
    const storage = await openStorage(database.place, { nodeId: 'node_one' })
    const tables = await storage.db.introspection.getTables()
    await storage.close()

    const found = tables.flatMap(({ name, columns }) =>
      columns.filter((column) => /seal|^wrapped_/.test(column.name)).map((column) => `${name}.${column.name}`),
    )
    const listed = [...sealedColumns.filter(({ member }) => member === undefined), ...personalColumns].map(
      ({ table, column }) => `${table}.${column}`,
    )

    expect(found.toSorted()).toEqual(listed.toSorted())
  })

  it('name the primary keys of their tables', async () => {
    await using database = await kind.open()
    const storage = await openStorage(database.place, { nodeId: 'node_one' })

    for (const { table, column, key } of sealedColumns) {
      const query = storage.db
        .selectFrom(table)
        .select([...key, column] as never)
        .limit(1)
      await expect(query.execute()).resolves.toBeInstanceOf(Array)
    }
    await storage.close()
  })
})
