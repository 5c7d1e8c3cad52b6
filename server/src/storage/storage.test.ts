import { describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../../test/databases.ts'
import { openStorage, type Storage, write, writeOne, writeUnique } from './index.ts'

async function open(database: TestDatabase, nodeId = 'node_1'): Promise<Storage & AsyncDisposable> {
  const storage = await openStorage(database.place, { nodeId })
  return { ...storage, [Symbol.asyncDispose]: () => storage.close() }
}

class Taken extends Error {}

const entries = { name: 'ledger_entries', columns: ['workspace_id', 'at', 'event', 'subject', 'body'] } as const

describe.each(databases)('storage on $name', (kind) => {
  it('keeps all statements of a transaction or none', async () => {
    await using database = await kind.open()
    await using storage = await open(database)
    const insert = (name: string) => storage.db.insertInto('settings').values({ name, value: 'x' })

    await storage.write([write(insert('a'))])
    const both = storage.write([write(insert('b')), writeUnique(insert('a'), () => new Taken())])

    await expect(both).rejects.toBeInstanceOf(Taken)
    expect(await storage.db.selectFrom('settings').select('name').execute()).toEqual([{ name: 'a' }])
  })

  it('undoes everything when a guarded statement touches another number of rows', async () => {
    await using database = await kind.open()
    await using storage = await open(database)
    const { db } = storage

    const attempt = storage.write([
      write(db.insertInto('settings').values({ name: 'before', value: '1' })),
      writeOne(db.updateTable('settings').set({ value: '2' }).where('name', '=', 'absent'), () => new Taken()),
    ])

    await expect(attempt).rejects.toBeInstanceOf(Taken)
    expect(await db.selectFrom('settings').selectAll().execute()).toEqual([])
  })

  it('lets one failing writer fail alone while others commit beside it', async () => {
    await using database = await kind.open()
    await using storage = await open(database)
    const insert = (name: string) => storage.write([writeUnique(storage.db.insertInto('settings').values({ name, value: '' }), () => new Taken())])

    const results = await Promise.allSettled(['a', 'b', 'a', 'c', 'b'].map(insert))

    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
    expect(await storage.db.selectFrom('settings').select('name').orderBy('name').execute()).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
  })

  it('appends rows of concurrent callers and tells the epoch as it stands after their commit', async () => {
    await using database = await kind.open()
    await using storage = await open(database)
    const row = (subject: string) => ({ into: entries, values: ['wsp_1', 1, 'test.happened', subject, '{}'] })

    const before = await Promise.all(Array.from({ length: 50 }, (_, i) => storage.append([row(`a${i}`), row(`b${i}`)])))
    await storage.write([write(storage.db.updateTable('enforcement').set({ epoch: 7 }))])
    const after = await storage.append([row('last')])

    expect(new Set(before)).toEqual(new Set([0]))
    expect(after).toBe(7)
    expect(
      await storage.db
        .selectFrom('ledger_entries')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow(),
    ).toEqual({ n: 101 })
  })

  it('returns times as numbers and bytes as bytes', async () => {
    await using database = await kind.open()
    await using storage = await open(database)
    const at = 1_795_000_000_123

    await storage.write([
      write(storage.db.insertInto('workspaces').values({ id: 'wsp_1', name: 'Home', created_at: at })),
      write(storage.db.insertInto('ledger_tiles').values({ level: 0, tile: 0, hashes: new Uint8Array([1, 2, 255]) })),
    ])

    expect(await storage.db.selectFrom('workspaces').selectAll().execute()).toEqual([{ id: 'wsp_1', name: 'Home', created_at: at }])
    const { hashes } = await storage.db.selectFrom('ledger_tiles').select('hashes').executeTakeFirstOrThrow()
    expect([...hashes]).toEqual([1, 2, 255])
  })

  it('cannot be written through the reading side', async () => {
    await using database = await kind.open()
    await using storage = await open(database)

    const sneaky = storage.db.insertInto('settings').values({ name: 'a', value: 'b' }).execute()

    await expect(sneaky).rejects.toThrow(/read-?only/)
  })

  it('knows which processes are alive and gives one of them the lead', async () => {
    await using database = await kind.open()
    await using first = await open(database, 'node_1')
    if (!first.dialect.shared) {
      await expect(openStorage(database.place, { nodeId: 'node_2' })).rejects.toMatchObject({ code: 'storage/in-use', who: 'operator' })
      return
    }
    const second = await openStorage(database.place, { nodeId: 'node_2' })

    expect([await first.tryLead('ledger'), await second.tryLead('ledger')]).toEqual([true, false])
    expect(await first.isAlive('node_2')).toBe(true)
    await second.close()

    expect(await first.isAlive('node_2')).toBe(false)
  })

  it('carries what one process tells to every process', async () => {
    await using database = await kind.open()
    await using storage = await open(database)
    const heard = new Promise((resolve) => storage.listen('changes', resolve))

    storage.notify('changes', 'user:usr_1')

    expect(await heard).toBe('user:usr_1')
  })
})

describe.each(databases)('a row that cannot be written, on $name', (kind) => {
  it('fails alone, while rows of concurrent callers are kept', async () => {
    await using database = await kind.open()
    await using storage = await open(database)
    const row = (at: unknown) => ({ into: entries, values: ['wsp_1', at as number, 'test.happened', 'x', '{}'] })

    const results = await Promise.allSettled([1, null, 3].map((at) => storage.append([row(at)])))

    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await storage.db.selectFrom('ledger_entries').select('at').orderBy('at').execute()).toEqual([{ at: 1 }, { at: 3 }])
  })
})
