import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../../test/databases.ts'
import { appendEntries, keySeal, ledgerNode } from '../../test/ledger.ts'
import { proves } from '../../test/proves.ts'
import { type Storage, StorageFault } from '../storage/index.ts'
import { databaseLog, LedgerBrokenError, readLedger, Sequencer } from './index.ts'
import { ledgerStore } from './ledger-store.ts'
import { CompactRange, leafHash } from './tree.ts'
import { verifyDatabase } from './verify/index.ts'

proves('ledger/evidence')

type Node = Awaited<ReturnType<typeof ledgerNode>>

/** The root over all entries that have a place, computed from nothing but their bodies. */
async function rootFromEntries({ storage }: Node): Promise<{ size: number; root: string }> {
  const range = new CompactRange()
  const rows = await storage.db
    .selectFrom('ledger_entries')
    .select(['leaf_index', 'body'])
    .where('leaf_index', 'is not', null)
    .orderBy('leaf_index')
    .execute()
  for (const { body } of rows) range.append(leafHash(body))
  return { size: range.size, root: range.root().toString('base64') }
}

async function signed({ storage }: Node): Promise<{ size: number; root: string } | null> {
  const checkpoint = await readLedger(storage).checkpoint()
  return checkpoint === null ? null : { size: checkpoint.size, root: checkpoint.root }
}

describe.each(databases)('the sequencer on $name', (kind) => {
  it('signs a tree over every entry that was durable, the making of its own key first', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    await appendEntries(node.storage, 0, 3)

    const round = await node.sequencer.advance()

    expect(round).toEqual({ led: true, added: 4, size: 4 })
    expect(await signed(node)).toEqual(await rootFromEntries(node))
    const checkpoint = await readLedger(node.storage).checkpoint()
    expect(checkpoint?.note).toMatch(/^handfast\.test\/ledger\n4\n[A-Za-z0-9+/]{43}=\n\n— handfast\.test\/ledger [A-Za-z0-9+/]{91}=\n$/)
  })

  it('signs nothing new when nothing happened', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    await node.sequencer.advance()
    const before = await readLedger(node.storage).checkpoint()
    node.clock.advance(60_000)

    const round = await node.sequencer.advance()

    expect(round.added).toBe(0)
    expect(await readLedger(node.storage).checkpoint()).toEqual(before)
  })

  it('grows by whatever comes, across the edges of tiles', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    let next = 0

    for (const count of [200, 54, 1, 1, 255, 257, 600, 1_400]) {
      await appendEntries(node.storage, next, next + count)
      next += count
      await node.sequencer.advance()
      expect(await signed(node)).toEqual({ size: next + 1, root: (await rootFromEntries(node)).root })
    }
    expect((await ledgerStore(node.storage).extent()).tiles).toBe(Math.floor((next + 1) / 256) + 1)
  })

  it('continues after a restart at any size as if it had never stopped', async () => {
    await using database = await kind.open()
    let next = 0
    const keys = new Set<string | null>()

    for (const count of [255, 1, 255, 1, 300, 2]) {
      await using node = await ledgerNode(database)
      await appendEntries(node.storage, next, next + count)
      next += count
      await node.sequencer.advance()
      expect(await signed(node)).toEqual(await rootFromEntries(node))
      keys.add(await readLedger(node.storage).verifierKey())
    }

    expect(keys.size).toBe(1)
  })

  it.each(['before', 'after'] as const)('continues when the process dies just %s any of its transactions', async (when) => {
    await using database = await kind.open()
    let next = 0

    for (let point = 0; point < 6; point++) {
      await using node = await ledgerNode(database)
      await appendEntries(node.storage, next, next + 700)
      next += 700
      let writes = 0
      let doomed = true
      const dying: Storage = {
        ...node.storage,
        write: async (statements) => {
          const dies = doomed && writes++ === point
          if (dies && when === 'before') throw new StorageFault('the connection broke')
          const results = await node.storage.write(statements)
          if (dies) throw new StorageFault('the connection broke')
          return results
        },
      }
      const victim = new Sequencer({ storage: dying, clock: node.clock, origin: 'handfast.test/ledger', seal: keySeal() })
      await victim.advance().catch((error: unknown) => expect(error).toBeInstanceOf(StorageFault))
      doomed = false

      await node.sequencer.advance()

      expect(await signed(node)).toEqual({ size: next + 1, root: (await rootFromEntries(node)).root })
      await victim.advance()
      expect(await signed(node)).toEqual({ size: next + 1, root: (await rootFromEntries(node)).root })
    }
  })

  it('runs at its interval until it is stopped', async () => {
    await using database = await kind.open()
    const seen: number[] = []
    const two = Promise.withResolvers<void>()
    await using node = await ledgerNode(database, {
      intervalMs: 1,
      onCheckpoint: ({ size }) => {
        seen.push(size)
        if (seen.length === 1) void appendEntries(node.storage, 0, 1)
        else two.resolve()
      },
      onFault: (error) => two.reject(error),
    })

    node.sequencer.start()
    await two.promise
    await node.sequencer.stop()
    await appendEntries(node.storage, 1, 2)

    expect(seen).toEqual([1, 2])
    expect((await readLedger(node.storage).checkpoint())?.size).toBe(2)
  })

  it('keeps its private key from whoever reads the database', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    const { privateKey } = await node.sequencer.key()

    const rows = JSON.stringify(await node.storage.db.selectFrom('settings').selectAll().execute())

    expect(rows).toContain(await readLedger(node.storage).verifierKey())
    const secret = privateKey.export({ format: 'der', type: 'pkcs8' })
    expect(rows).not.toContain(secret.toString('base64').slice(-40, -4))
    expect(rows).not.toContain(secret.subarray(-32).toString('base64').slice(0, 40))
  })

  it('gives way to others at least every 256 entries', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    await appendEntries(node.storage, 0, 5_000)
    let turns = 0
    let counting = true
    const count = (): void => {
      turns++
      if (counting) setImmediate(count)
    }
    setImmediate(count)

    await node.sequencer.advance()
    counting = false

    expect(turns).toBeGreaterThanOrEqual(Math.floor(5_000 / 256))
  })
})

/** Changes the tables behind the back of the sequencer. */
async function tamper({ storage }: Node, text: string): Promise<void> {
  await storage.write([{ sql: text, parameters: [] }])
}

const last = '(select position from (select max(position) as position from ledger_entries) as newest)'

describe.each(databases)('a sequencer on $name that finds something changed', (kind) => {
  it.each([
    ['the last entry that it signed', `update ledger_entries set body = '{}' where position = ${last}`],
    ['its latest checkpoint gone', 'delete from ledger_checkpoints where size = 301'],
    ['the last entry gone and a new one in its place', `delete from ledger_entries where position = ${last}`],
  ])('signs nothing more: %s', async (_, statement) => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    await appendEntries(node.storage, 0, 299)
    await node.sequencer.advance()
    await appendEntries(node.storage, 299, 300)
    await node.sequencer.advance()
    const { count: before } = await checkpoints(node)

    await tamper(node, statement)
    await appendEntries(node.storage, 300, 310)

    await expect(node.sequencer.advance()).rejects.toBeInstanceOf(LedgerBrokenError)
    await expect(node.sequencer.advance()).rejects.toBeInstanceOf(LedgerBrokenError)
    expect((await checkpoints(node)).count).toBeLessThanOrEqual(before)
  })

  it.each([
    ['an entry since the last full tile', "update ledger_entries set body = '{}' where subject = 'call_280'", 300],
    ['an entry gone', "delete from ledger_entries where subject = 'call_280'", 300],
    [
      'a tile above the entries',
      'update ledger_tiles set hashes = (select hashes from ledger_tiles where level = 0 and tile = 0) where level = 1',
      300,
    ],
    ['the newest full tile gone', 'delete from ledger_tiles where level = 0', 255],
  ])('does not continue after a restart either: %s', async (_, statement, count) => {
    await using database = await kind.open()
    {
      await using node = await ledgerNode(database)
      await appendEntries(node.storage, 0, count)
      await node.sequencer.advance()
      await tamper(node, statement)
    }
    const faults: unknown[] = []
    const fault = Promise.withResolvers<void>()
    await using node = await ledgerNode(database, {
      intervalMs: 1,
      onFault: (error) => {
        faults.push(error)
        fault.resolve()
      },
    })
    await appendEntries(node.storage, count, count + 5)
    const { count: before } = await checkpoints(node)

    node.sequencer.start()
    await fault.promise
    await expect(node.sequencer.advance()).rejects.toBeInstanceOf(LedgerBrokenError)

    expect(faults).toEqual([expect.any(LedgerBrokenError)])
    expect((await checkpoints(node)).count).toBe(before)
  })
})

async function checkpoints({ storage }: Node): Promise<{ readonly count: number }> {
  return { count: (await storage.db.selectFrom('ledger_checkpoints').select('size').execute()).length }
}

const postgres = databases.filter(({ name }) => name === 'postgres')

describe.each(postgres)('the sequencer on a database where rows commit out of order', (kind) => {
  it('skips no entry that commits after a later one was signed', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    await node.sequencer.advance()
    await using early = await session(database)
    await using late = await session(database)
    await early.query('begin')
    await late.query('begin')
    await early.query(insert('call_early'))
    await late.query(insert('call_late'))
    await late.query('commit')

    const first = await node.sequencer.advance()
    await early.query('commit')
    const second = await node.sequencer.advance()

    expect([first.size, second.size]).toEqual([2, 3])
    const rows = await readLedger(node.storage).page({ limit: 10, event: 'call.intended' })
    expect(rows.map(({ subject, leafIndex }) => [subject, leafIndex])).toEqual([
      ['call_early', 2],
      ['call_late', 1],
    ])
    expect(await signed(node)).toEqual(await rootFromEntries(node))
  })

  it('gives no place twice and leaves none out when two processes believe that they lead', async () => {
    await using database = await kind.open()
    await using first = await ledgerNode(database)
    await using second = await ledgerNode(database, { nodeId: 'node_2' })
    await appendEntries(first.storage, 0, 900)

    for (let round = 0; round < 12; round++) {
      await appendEntries(first.storage, 900 + round * 50, 950 + round * 50)
      await Promise.allSettled([ledgerStore(first.storage).place(70), ledgerStore(second.storage).place(130)])
    }
    await first.sequencer.advance()

    const rows = await first.storage.db.selectFrom('ledger_entries').select('leaf_index').orderBy('leaf_index').execute()
    expect(rows.map(({ leaf_index }) => leaf_index)).toEqual(Array.from({ length: 1_501 }, (_, at) => at))
  })

  it('never signs two trees that contradict each other when two processes build at once', async () => {
    await using database = await kind.open()
    await using first = await ledgerNode(database)
    await using second = await ledgerNode(database, { nodeId: 'node_2' })
    const both = [first, second].map(
      ({ storage, clock }) =>
        new Sequencer({ storage: { ...storage, tryLead: async () => true }, clock, origin: 'handfast.test/ledger', seal: keySeal() }),
    )

    for (let round = 0; round < 8; round++) {
      await appendEntries(second.storage, round * 160, round * 160 + 160)
      for (const { status, ...outcome } of await Promise.allSettled(both.map((sequencer) => sequencer.advance()))) {
        if (status === 'rejected') expect(outcome).not.toMatchObject({ reason: expect.any(LedgerBrokenError) })
      }
    }
    await first.sequencer.advance()

    const log = await databaseLog(first.storage)
    if (log === null) throw new Error('nothing was signed')
    expect(await verifyDatabase(log)).toMatchObject({ verified: true, size: 8 * 160 + 1, pending: 0 })
  })

  it('leaves the work to the one that leads, and takes it over when that one is gone', async () => {
    await using database = await kind.open()
    const first = await ledgerNode(database)
    await using second = await ledgerNode(database, { nodeId: 'node_2' })
    await appendEntries(first.storage, 0, 400)

    const led = await first.sequencer.advance()
    const waited = await second.sequencer.advance()
    await first[Symbol.asyncDispose]()
    await appendEntries(second.storage, 400, 500)
    const taken = await second.sequencer.advance()

    expect(led).toEqual({ led: true, added: 401, size: 401 })
    expect(waited).toEqual({ led: false, added: 0, size: 401 })
    expect(taken).toEqual({ led: true, added: 100, size: 501 })
    expect(await signed(second)).toEqual(await rootFromEntries(second))
  })
})

function insert(subject: string): string {
  return `insert into ledger_entries (workspace_id, at, event, subject, body) values ('wsp_1', 1, 'call.intended', '${subject}', '{"subject":"${subject}"}')`
}

async function session({ place }: TestDatabase): Promise<Client & AsyncDisposable> {
  if (place.kind !== 'postgres') throw new Error('this is about PostgreSQL')
  const client = new Client({ connectionString: place.url })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}
