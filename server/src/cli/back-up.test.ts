import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases, type TestDatabase, type TestDatabaseKind } from '../../test/databases.ts'
import { appendEntries } from '../../test/ledger.ts'
import { McpCaller } from '../../test/mcp-caller.ts'
import { Town } from '../../test/town.ts'
import { buildApp } from '../app.ts'
import type { Settings } from '../config/index.ts'
import { databaseLog } from '../ledger/index.ts'
import { verifyDatabase } from '../ledger/verify/index.ts'
import { copiedTables } from '../storage/copy/copied-tables.ts'
import { openStorage, readCopy, type Storage, writeCopy } from '../storage/index.ts'
import { createLog } from '../telemetry/index.ts'

const about = { release: '0.1.0', at: '2026-11-22T12:00:00.000Z' }

async function copyOf(database: Pick<TestDatabase, 'place'>): Promise<readonly string[]> {
  let text = ''
  for await (const piece of writeCopy(database.place, about)) text += piece
  return text.split('\n').slice(0, -1)
}

async function* lines(copy: readonly string[]): AsyncGenerator<string> {
  yield* copy
}

const restore = (database: Pick<TestDatabase, 'place'>, copy: readonly string[], destroyExistingData = false) =>
  readCopy(database.place, lines(copy), { destroyExistingData })

async function verified(storage: Storage) {
  const log = await databaseLog(storage)
  return log === null ? null : verifyDatabase(log)
}

/** The same house on another database: its settings, its folder and its keys. */
function movedTo({ place }: TestDatabase, settings: Settings): Settings {
  const { databaseUrl: _, ...others } = settings
  return place.kind === 'postgres' ? { ...others, databaseUrl: place.url } : { ...others, databaseUrl: undefined, databaseFile: place.file }
}

const moves = databases.flatMap((from) =>
  databases.map((to): [string, TestDatabaseKind, TestDatabaseKind] => [`${from.name} to ${to.name}`, from, to]),
)

describe.each(moves)('a copy taken from %s', (_, from, to) => {
  it('goes on where the original stood: tokens open, calls go through, and the ledger verifies to its end', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(from)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    await town.alice.mcp.call('echo_echo', { text: 'before' })
    await town.app.sequencer.advance()
    await using target = await to.open()

    const copy = await copyOf(town.database)
    await restore(target, copy)
    const app = await buildApp(movedTo(target, town.app.settings), { clock: town.clock, log: createLog('silent') })
    const { port } = await app.listen()
    try {
      const told = await new McpCaller(`http://127.0.0.1:${port}`, town.alice.token).call('echo_echo', { text: 'after' })
      await app.sequencer.advance()
      const calls = await app.rooms.history.list(town.person(town.alice), { limit: 10 })
      const report = await verified(app.storage)

      expect(told.body.result).toMatchObject({ content: [{ type: 'text', text: 'after' }] })
      expect(calls.map(({ state }) => state)).toEqual(['answered', 'answered'])
      expect(report).toMatchObject({ verified: true, findings: [] })
      expect(report?.size).toBeGreaterThan((await verified(town.app.storage))?.size ?? 0)
    } finally {
      await app.close()
    }
  })

  it('is the same copy when it is taken again from where it was restored', async () => {
    await using town = await Town.open(from)
    await town.app.sequencer.advance()
    await using target = await to.open()

    const copy = await copyOf(town.database)
    await restore(target, copy)

    expect(await copyOf(target)).toEqual(copy)
  })
})

describe.each(databases)('a copy on $name', (kind) => {
  it('holds one moment, however much is written meanwhile', async () => {
    await using town = await Town.open(kind)
    await using target = await kind.open()
    const { storage, sequencer } = town.app

    let writing = true
    const writer = (async () => {
      for (let from = 0; writing; from += 50) {
        await appendEntries(storage, from, from + 50)
        await sequencer.advance()
      }
    })()
    const copy = await copyOf(town.database)
    writing = false
    await writer
    await restore(target, copy)
    const restored = await openStorage(target.place, { nodeId: 'node_other' })

    expect(await verified(restored)).toMatchObject({ verified: true, findings: [] })
    await restored.close()
  })

  it('is taken whole or not at all', async () => {
    await using town = await Town.open(kind)
    const copy = await copyOf(town.database)
    const at = copy.findIndex((line) => line.includes('olga@example.org'))
    const changed = copy.with(at, (copy[at] ?? '').replace('olga@', 'evil@'))
    const end = copy.at(-1) ?? ''
    const damaged = [
      changed,
      copy.slice(0, -1),
      copy.slice(1),
      copy.toSpliced(at, 1),
      [...copy, end],
      copy.with(at, '{"x":'),
      copy.with(3, '["one too few"]'),
      [],
    ]
    await using target = await kind.open()

    for (const one of damaged) await expect(restore(target, one)).rejects.toMatchObject({ code: 'storage/copy-invalid' })
    const storage = await openStorage(target.place, { nodeId: 'node_other' })
    const people = await storage.db.selectFrom('users').select('id').execute()
    await storage.close()

    expect(people).toEqual([])
    await expect(restore(target, copy)).resolves.toMatchObject({ rows: copy.filter((line) => line.startsWith('[')).length })
  })

  it('never goes over data that is there, unless that is said in so many words', async () => {
    await using town = await Town.open(kind)
    await using target = await kind.open()
    const copy = await copyOf(town.database)
    await restore(target, copy)

    await expect(restore(target, copy)).rejects.toMatchObject({ code: 'storage/not-empty' })
    await expect(restore(target, copy, true)).resolves.toMatchObject({ tables: copiedTables.length })
    expect(await copyOf(target)).toEqual(copy)
  })

  it('is not taken into a database that a process is using', async () => {
    await using town = await Town.open(kind)
    const copy = await copyOf(town.database)

    await expect(restore(town.database, copy, true)).rejects.toMatchObject({ code: 'storage/in-use' })
  })
})
