import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { appendEntries, keySeal, ledgerNode } from '../../test/ledger.ts'
import { type Storage, StorageFault } from '../storage/index.ts'
import { readLedger, Sequencer } from './index.ts'
import { ledgerStore } from './ledger-store.ts'
import { CompactRange, leafHash } from './tree.ts'

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
})
