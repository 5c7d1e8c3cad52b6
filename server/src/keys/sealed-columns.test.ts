import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/command.ts'
import { databases } from '../../test/databases.ts'
import { openKeyNode } from '../../test/key-node.ts'
import { proves } from '../../test/proves.ts'
import { MINUTE, MovableClock } from '../lib/index.ts'
import { openStorage, write } from '../storage/index.ts'
import { personalColumns, sealedColumns } from './index.ts'

proves('keys/rotation')

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

  it('are wrapped anew by a rotation, row by row in every table, and open where they did', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    const clock = new MovableClock(1_795_000_000_000)
    await using node = await openKeyNode(database.place, folder.path, { clock })
    const { storage, sealing } = node
    const placeOf = (at: number, row: number) => `column ${at}, row ${row}`
    const tables = await storage.db.introspection.getTables()
    for (const [at, { table, column, member }] of sealedColumns.entries())
      for (const row of [1, 2]) {
        const text = sealing.seal(placeOf(at, row), `secret ${at} ${row}`)
        const columns = tables.find(({ name }) => name === table)?.columns ?? []
        const filled = columns.map(({ name, dataType }) => [name, /int/i.test(dataType) ? row : `${table} ${row}`])
        const values = { ...Object.fromEntries(filled), [column]: member === undefined ? text : JSON.stringify({ [member]: text }) }
        await storage.write([write(storage.db.insertInto(table).values(values as never))])
      }

    const fresh = await node.keys.rotate('usr_olga')
    clock.advance(2 * MINUTE)
    await node.keys.look()

    expect(await node.states()).toEqual([
      ['current', 2 * sealedColumns.length],
      ['removable', 0],
    ])
    for (const [at, { table, column, key, member, named }] of sealedColumns.entries()) {
      const found = await sql<Record<string, string>>`select * from ${sql.table(table)} order by ${sql.ref(key[0] ?? '')}`.execute(storage.db)
      const rows = found.rows.filter((row) => Object.values(row).includes(`${table} 1`) || Object.values(row).includes(`${table} 2`))
      expect(rows, table).toHaveLength(2)
      for (const [index, row] of rows.entries()) {
        const text = member === undefined ? String(row[column]) : String(JSON.parse(String(row[column]))[member])
        expect(text.split('.')[1], `${table}.${column}`).toBe(fresh)
        expect(sealing.open(placeOf(at, index + 1), text)).toBe(`secret ${at} ${index + 1}`)
        if (named !== undefined) expect(row[named]).toBe(fresh)
      }
    }
  })
})
