import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { appendEntries, ledgerNode } from '../../test/ledger.ts'
import { quickFolder } from '../../test/quick-folder.ts'
import {
  appendEntry,
  databaseLog,
  EntryTooLongError,
  exportLog,
  LedgerBrokenError,
  LedgerFolderError,
  LedgerMissingError,
  readLedger,
} from './index.ts'
import {
  fromFolder,
  hashOfEntry,
  provesConsistency,
  provesInclusion,
  readCheckpoint,
  readVerifierKey,
  verifyDatabase,
  verifyLog,
} from './verify/index.ts'

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')

async function temporary(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(quickFolder, 'handfast-ledger-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

describe.each(databases)('reading the ledger on $name', (kind) => {
  it('has no checkpoint, no key and no tile before the first start', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    const ledger = readLedger(node.storage)

    expect([await ledger.checkpoint(), await ledger.verifierKey(), await databaseLog(node.storage)]).toEqual([null, null, null])
    expect(await ledger.inclusionOf('call_1')).toEqual({ checkpoint: null, entries: [] })
    await expect(ledger.tile(0, 0, 1)).rejects.toBeInstanceOf(LedgerMissingError)
    await expect(exportLog(node.storage, join(tmpdir(), 'handfast-never'))).rejects.toBeInstanceOf(LedgerMissingError)
    await expect(stat(join(tmpdir(), 'handfast-never'))).rejects.toThrow('ENOENT')
  })

  it('serves exactly the tiles and bundles that its checkpoint covers', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    await appendEntries(node.storage, 0, 299)
    await node.sequencer.advance()
    await appendEntries(node.storage, 299, 305)
    const ledger = readLedger(node.storage)

    const served = await verifyLog(async (path) => {
      if (path === 'checkpoint') return Buffer.from((await ledger.checkpoint())?.note ?? '')
      if (path === 'verifier-key') return Buffer.from((await ledger.verifierKey()) ?? '')
      const [, level, number, width] = /^tile\/(\d+|entries)\/(\d{3})(?:\.p\/(\d+))?$/.exec(path) ?? []
      const [tile, hashes] = [Number(number), Number(width ?? 256)]
      return level === 'entries' ? await ledger.entriesTile(tile, hashes) : await ledger.tile(Number(level), tile, hashes)
    })

    expect(served).toMatchObject({ verified: true, size: 300 })
    expect((await ledger.tile(0, 1, 10)).equals((await ledger.tile(0, 1, 44)).subarray(0, 320))).toBe(true)
    const absent = [
      [0, 1, 45],
      [0, 1, 256],
      [0, 2, 1],
      [1, 0, 2],
      [2, 0, 1],
      [0, 0, 0],
      [0, 0, 257],
      [0, -1, 1],
      [-1, 0, 1],
      [0, 0.5, 1],
      [0, 0, Number.NaN],
    ] as const
    for (const [level, tile, width] of absent) await expect(ledger.tile(level, tile, width)).rejects.toMatchObject({ code: 'ledger/missing' })
    for (const [tile, width] of [
      [1, 45],
      [2, 1],
      [0, 0],
      [-1, 1],
      [0, Number.NaN],
      [0, 1.5],
    ] as const) {
      await expect(ledger.entriesTile(tile, width)).rejects.toMatchObject({ code: 'ledger/missing' })
    }
  })

  it('proves for every entry about a subject that the signed tree has it', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    await appendEntries(node.storage, 0, 600)
    await appendEntries(node.storage, 42, 43)
    await node.sequencer.advance()
    await appendEntries(node.storage, 42, 43)
    const ledger = readLedger(node.storage)

    const { checkpoint, entries } = await ledger.inclusionOf('call_42')

    const key = readVerifierKey((await ledger.verifierKey()) ?? '')
    const signed = key === null || checkpoint === null ? 'nothing' : readCheckpoint(checkpoint, key)
    if (typeof signed === 'string') throw new Error(signed)
    expect(signed.size).toBe(602)
    expect(entries.length).toBe(3)
    const proven = entries.map(({ leafIndex, body, proof }) => {
      if (proof === null) return null
      return provesInclusion(hashOfEntry(Buffer.from(body)), leafIndex ?? -1, signed.size, proof.map(bytes), signed.root)
    })
    expect(proven).toEqual([true, true, null])
  })

  it('proves that every checkpoint it ever signed is the beginning of the latest', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    const signed: { size: number; root: Buffer }[] = []
    const sizes = [1, 2, 100, 255, 256, 257, 511, 513, 900]
    for (const [at, size] of sizes.entries()) {
      await appendEntries(node.storage, (sizes[at - 1] ?? 0) + 1, size + 1)
      await node.sequencer.advance()
      const checkpoint = await readLedger(node.storage).checkpoint()
      if (checkpoint !== null) signed.push({ size: checkpoint.size, root: bytes(checkpoint.root) })
    }
    const newest = signed.at(-1)

    for (const older of signed) {
      const { proof } = await readLedger(node.storage).consistencyFrom(older.size)
      expect(newest !== undefined && provesConsistency(older, newest, proof.map(bytes))).toBe(true)
    }
    for (const size of [0, -1, 1.5, 10_000]) {
      await expect(readLedger(node.storage).consistencyFrom(size)).rejects.toMatchObject({ code: 'ledger/missing' })
    }
  })

  it('lists entries page by page in either direction, never more than 200 at once', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    await appendEntries(node.storage, 0, 250)
    const ledger = readLedger(node.storage)

    const oldest = await ledger.page({ limit: 2 })
    const next = await ledger.page({ limit: 2, after: oldest[1]?.position ?? 0 })
    const newest = await ledger.page({ limit: 2, newestFirst: true })
    const before = await ledger.page({ limit: 2, newestFirst: true, after: newest[1]?.position ?? 0 })

    const subjects = (rows: readonly { readonly subject: string }[]) => rows.map(({ subject }) => subject)
    expect([oldest, next, newest, before].map(subjects)).toEqual([
      ['call_0', 'call_1'],
      ['call_2', 'call_3'],
      ['call_249', 'call_248'],
      ['call_247', 'call_246'],
    ])
    expect((await ledger.page({ limit: 10_000 })).length).toBe(200)
    expect(await ledger.page({ limit: 5, workspace: 'wsp_other' })).toEqual([])
    expect(await ledger.page({ limit: 5, subject: 'call_7', event: 'call.intended', workspace: 'wsp_1' })).toMatchObject([
      { subject: 'call_7', workspace: 'wsp_1', at: 1_795_000_000_007 },
    ])
  })

  it('exports into a new folder only, and nothing that was tampered with', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    await using folder = await temporary()
    await appendEntries(node.storage, 0, 10)
    await node.sequencer.advance()

    const exported = await exportLog(node.storage, join(folder.path, 'first'))

    expect(exported).toMatchObject({ size: 11, files: 4 })
    await expect(exportLog(node.storage, exported.folder)).rejects.toBeInstanceOf(LedgerFolderError)
    await node.storage.write([{ sql: "delete from ledger_entries where subject = 'call_3'", parameters: [] }])
    await expect(exportLog(node.storage, join(folder.path, 'second'))).rejects.toBeInstanceOf(LedgerBrokenError)
    expect((await verifyLog(fromFolder(join(folder.path, 'second')))).verified).toBe(false)
  })

  it('refuses an entry that no bundle can carry, before it is stored', () => {
    const body = (length: number) => appendEntry('wsp_1', 1, 'call.intended', 'call_1', JSON.stringify('é'.repeat(length)))

    expect(() => body(32_766)).not.toThrow()
    expect(() => body(32_767)).toThrow(EntryTooLongError)
  })

  it('keeps a small part of 20,000 entries in memory while it builds, exports and verifies', async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    await using folder = await temporary()
    await appendEntries(node.storage, 0, 20_000, 'x'.repeat(4_000))
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const live = (): number => {
      collect()
      collect()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      return heapUsed + arrayBuffers
    }
    const start = live()
    let most = 0
    let sampled = 0
    let sampling = true
    const sample = (): void => {
      if (performance.now() - sampled > 1_000) {
        most = Math.max(most, live() - start)
        sampled = performance.now()
      }
      if (sampling) setImmediate(sample)
    }
    setImmediate(sample)

    await node.sequencer.advance()
    const exported = await exportLog(node.storage, join(folder.path, 'copy'))
    const log = await databaseLog(node.storage)
    const reports = [await verifyLog(fromFolder(exported.folder)), log === null ? null : await verifyDatabase(log)]
    sampling = false

    expect(reports).toMatchObject([
      { verified: true, size: 20_001 },
      { verified: true, size: 20_001 },
    ])
    expect(most).toBeGreaterThan(0)
    // All of them together are 80 MiB; what was freed a moment ago is partly still counted.
    expect(most).toBeLessThan(40 * 2 ** 20)
  }, 120_000)
})
