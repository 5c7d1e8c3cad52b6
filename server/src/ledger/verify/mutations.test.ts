import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { appendEntries, ledgerNode } from '../../../test/ledger.ts'
import { proves } from '../../../test/proves.ts'
import { quickFolder } from '../../../test/quick-folder.ts'
import { rounds } from '../../../test/rounds.ts'
import { databaseLog, exportLog, readLedger } from '../index.ts'
import { hashOfEntry } from './hashes.ts'
import { type DatabaseLog, type StoredEntry, verifyDatabase, verifyLog } from './index.ts'
import { entriesOf } from './layout.ts'

proves('ledger/evidence')

type Row = { size: number; root: string; note: string }
type Tables = { entries: StoredEntry[]; checkpoints: Row[]; tiles: Map<string, Uint8Array>; key: string }
type Files = Map<string, Uint8Array>

const ENTRIES = 700
const changes = rounds(500)
const seeded = { seed: 4_400, numRuns: changes }
const numbers = fc.record({ kind: fc.nat(99), a: fc.nat(1_000_000), b: fc.nat(1_000_000), bit: fc.nat(7) })
type Numbers = { readonly kind: number; readonly a: number; readonly b: number; readonly bit: number }

/** The n-th of some, counted round and round. */
function nth<T>(items: readonly T[], n: number): T {
  const item = items[n % items.length]
  if (item === undefined) throw new Error('there is nothing to choose from')
  return item
}

function flip(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 << bit)
  return copy
}

function pack(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(entries.flatMap((entry) => [Buffer.of(entry.length >> 8, entry.length & 255), entry]))
}

/** Any two different places. */
function pair(length: number, a: number, b: number): readonly [number, number] {
  const first = a % length
  const second = (first + 1 + (b % (length - 1))) % length
  return [Math.min(first, second), Math.max(first, second)]
}

function swap<T>(items: readonly T[], a: number, b: number): T[] {
  const [first, second] = pair(items.length, a, b)
  return items.map((item, at) => (at === first ? nth(items, second) : at === second ? nth(items, first) : item))
}

const fileMutations: readonly ((files: Files, n: Numbers) => void)[] = [
  function flipsABit(files, { a, b, bit }) {
    const path = nth([...files.keys()], a)
    files.set(path, flip(files.get(path) ?? new Uint8Array(1), b, bit))
  },
  function deletesAFile(files, { a }) {
    files.delete(nth([...files.keys()], a))
  },
  function cutsAFile(files, { a, b }) {
    const path = nth([...files.keys()], a)
    const bytes = files.get(path) ?? new Uint8Array(1)
    files.set(path, bytes.slice(0, b % bytes.length))
  },
  function insertsAByte(files, { a, b, bit }) {
    const path = nth([...files.keys()], a)
    const bytes = files.get(path) ?? new Uint8Array(1)
    const at = b % (bytes.length + 1)
    files.set(path, Buffer.concat([bytes.subarray(0, at), Buffer.of(10 + bit), bytes.subarray(at)]))
  },
  function swapsTwoFiles(files, { a, b }) {
    const paths = [...files.keys()]
    const [first, second] = pair(paths.length, a, b).map((at) => nth(paths, at))
    if (first === undefined || second === undefined) return
    const kept = files.get(first)
    files.set(first, files.get(second) ?? new Uint8Array())
    files.set(second, kept ?? new Uint8Array())
  },
  bundles(function swapsTwoEntries(entries, { a, b }) {
    return swap(entries, a, b)
  }),
  bundles(function deletesAnEntry(entries, { a }) {
    return entries.toSpliced(a % entries.length, 1)
  }),
  bundles(function insertsAnEntry(entries, { a, b }) {
    return entries.toSpliced(a % (entries.length + 1), 0, nth(entries, b))
  }),
  bundles(function replacesAnEntry(entries, { a, b, bit }) {
    return entries.with(a % entries.length, flip(nth(entries, a), b, bit))
  }),
  function changesAnEntryAndItsHash(files, { a, b, bit }) {
    const path = nth(bundlePaths(files), a)
    const entries = entriesOf(files.get(path) ?? new Uint8Array()) ?? []
    const at = b % entries.length
    const changed = flip(nth(entries, at), a, bit)
    files.set(path, pack(entries.with(at, changed)))
    const tile = path.replace('entries', '0')
    const hashes = Buffer.from(files.get(tile) ?? new Uint8Array())
    hashOfEntry(changed).copy(hashes, at * 32)
    files.set(tile, hashes)
  },
]

function bundlePaths(files: Files): string[] {
  return [...files.keys()].filter((path) => path.startsWith('tile/entries/'))
}

function bundles(change: (entries: readonly Uint8Array[], n: Numbers) => readonly Uint8Array[]): (files: Files, n: Numbers) => void {
  const mutate = (files: Files, n: Numbers): void => {
    const path = nth(bundlePaths(files), n.kind + n.a)
    files.set(path, pack(change(entriesOf(files.get(path) ?? new Uint8Array()) ?? [], n)))
  }
  return Object.defineProperty(mutate, 'name', { value: change.name })
}

function signedEntries({ checkpoints }: Tables): number {
  return checkpoints.at(-1)?.size ?? 0
}

/** Numbers entries anew, as a forger would who wants no gap to be seen. */
function renumbered(entries: readonly StoredEntry[]): StoredEntry[] {
  return entries.map((entry, leafIndex) => ({ ...entry, leafIndex }))
}

const tableMutations: readonly ((tables: Tables, n: Numbers) => void)[] = [
  function flipsABitOfABody(tables, { a, b, bit }) {
    const at = a % signedEntries(tables)
    const entry = nth(tables.entries, at)
    const body = Buffer.from(flip(Buffer.from(entry.body), b, bit)).toString('latin1')
    tables.entries = tables.entries.with(at, { ...entry, body })
  },
  function deletesAnEntry(tables, { a }) {
    tables.entries = tables.entries.toSpliced(a % signedEntries(tables), 1)
  },
  function deletesAnEntryAndClosesTheGap(tables, { a }) {
    tables.entries = renumbered(tables.entries.toSpliced(a % signedEntries(tables), 1))
  },
  function swapsTwoEntries(tables, { a, b }) {
    const size = signedEntries(tables)
    tables.entries = renumbered([...swap(tables.entries.slice(0, size), a, b), ...tables.entries.slice(size)])
  },
  function insertsAnEntry(tables, { a, b }) {
    tables.entries = renumbered(tables.entries.toSpliced(a % signedEntries(tables), 0, { ...nth(tables.entries, b), body: '{"forged":true}' }))
  },
  function repeatsAnEntry(tables, { a }) {
    const at = a % signedEntries(tables)
    tables.entries = tables.entries.toSpliced(at, 0, nth(tables.entries, at))
  },
  function cutsTheEnd(tables, { a }) {
    tables.entries = tables.entries.slice(0, a % signedEntries(tables))
  },
  function cutsTheEndAndItsCheckpointsButTheLast(tables, { a }) {
    const size = a % signedEntries(tables)
    tables.entries = tables.entries.slice(0, size)
    tables.checkpoints = tables.checkpoints.filter((row, at) => row.size <= size || at === tables.checkpoints.length - 1)
  },
  function flipsABitOfATile(tables, { a, b, bit }) {
    const name = nth([...tables.tiles.keys()], a)
    tables.tiles.set(name, flip(tables.tiles.get(name) ?? new Uint8Array(1), b, bit))
  },
  function deletesATile(tables, { a }) {
    tables.tiles.delete(nth([...tables.tiles.keys()], a))
  },
  function addsATile(tables, { a }) {
    tables.tiles.set(`0/${10 + a}`, new Uint8Array(8_192))
  },
  function changesACheckpoint(tables, { a, b, bit }) {
    const at = a % tables.checkpoints.length
    const row = nth(tables.checkpoints, at)
    const note = Buffer.from(flip(Buffer.from(row.note), b, bit)).toString('utf8')
    tables.checkpoints = tables.checkpoints.with(at, { ...row, note })
  },
  function relabelsACheckpoint(tables, { a, b }) {
    const at = a % tables.checkpoints.length
    const row = nth(tables.checkpoints, at)
    tables.checkpoints = tables.checkpoints.with(
      at,
      b % 2 === 0 ? { ...row, size: row.size + 1 } : { ...row, root: nth(tables.checkpoints, at + 1).root },
    )
  },
  function relabelsAnEntry(tables, { a, b }) {
    const at = a % tables.entries.length
    const entry = nth(tables.entries, at)
    const { columns } = entry
    if (columns === undefined) throw new Error('the columns are read too')
    const changed = nth([{ subject: 'call_x' }, { event: 'call.refused' }, { at: 1 }, { workspace: 'wsp_2' }], b)
    tables.entries = tables.entries.with(at, { ...entry, columns: { ...columns, ...changed } })
  },
]

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

function logOf({ entries, checkpoints, tiles, key }: Tables): DatabaseLog {
  const tile: DatabaseLog['tile'] = async (level, number) => tiles.get(`${level}/${number}`) ?? null
  return { key, entries: each(entries), checkpoints: each(checkpoints), tileCount: tiles.size, tile }
}

describe.each(databases)('the verifier of what $name holds', (kind) => {
  const files: Files = new Map()
  let tables: Tables = { entries: [], checkpoints: [], tiles: new Map(), key: '' }

  beforeAll(async () => {
    await using database = await kind.open()
    await using node = await ledgerNode(database)
    for (let from = 0; from < ENTRIES; from += 100) {
      await appendEntries(node.storage, from, from + 100)
      await node.sequencer.advance()
    }
    const folder = await mkdtemp(join(quickFolder, 'handfast-export-'))
    await exportLog(node.storage, folder)
    for (const found of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(found.parentPath, found.name)
      if (found.isFile()) files.set(relative(folder, path), await readFile(path))
    }
    await rm(folder, { recursive: true })
    const log = await databaseLog(node.storage)
    if (log === null) throw new Error('nothing was signed')
    const stored = await node.storage.db.selectFrom('ledger_tiles').selectAll().execute()
    tables = {
      key: log.key,
      entries: await Array.fromAsync(log.entries),
      checkpoints: await Array.fromAsync(log.checkpoints),
      tiles: new Map(stored.map(({ level, tile, hashes }) => [`${level}/${tile}`, hashes])),
    }
    expect(await readLedger(node.storage).verifierKey()).toBe(log.key)
  })

  it('finds nothing in what nobody touched', async () => {
    const log = await verifyLog(async (path) => files.get(path) ?? null)
    const database = await verifyDatabase(logOf(tables))

    expect(log).toEqual({ verified: true, size: ENTRIES + 1, pending: 0, findings: [], omitted: 0 })
    expect(database).toEqual(log)
    expect(tables.checkpoints.length).toBeGreaterThan(5)
    expect([...files.keys()].toSorted()).toEqual([
      'checkpoint',
      'tile/0/000',
      'tile/0/001',
      'tile/0/002.p/189',
      'tile/1/000.p/2',
      'tile/entries/000',
      'tile/entries/001',
      'tile/entries/002.p/189',
      'verifier-key',
    ])
  })

  it(`finds every one of ${changes} changes to a published log`, async () => {
    await fc.assert(
      fc.asyncProperty(numbers, async (n) => {
        const changed: Files = new Map(files)
        const mutate = nth(fileMutations, n.kind)
        mutate(changed, n)
        const same =
          changed.size === files.size && [...files].every(([path, bytes]) => Buffer.from(bytes).equals(changed.get(path) ?? new Uint8Array()))
        fc.pre(!same)
        const report = await verifyLog(async (path) => changed.get(path) ?? null)
        if (report.verified) throw new Error(`${mutate.name} went unnoticed`)
      }),
      seeded,
    )
  })

  it(`finds every one of ${changes} changes to the tables`, async () => {
    await fc.assert(
      fc.asyncProperty(numbers, async (n) => {
        const changed: Tables = { ...tables, tiles: new Map(tables.tiles) }
        const mutate = nth(tableMutations, n.kind)
        mutate(changed, n)
        const report = await verifyDatabase(logOf(changed))
        if (report.verified) throw new Error(`${mutate.name} went unnoticed`)
      }),
      seeded,
    )
  })

  it('finds a log that was cut back to an older checkpoint, by a newer one that was kept', async () => {
    const older = tables.checkpoints.findIndex(({ size }) => size < ENTRIES - 200)
    const kept = tables.checkpoints.at(-1)?.note ?? ''
    const { size } = nth(tables.checkpoints, older)
    const cut: Tables = { ...tables, entries: tables.entries.slice(0, size), checkpoints: tables.checkpoints.slice(0, older + 1), tiles: new Map() }

    const alone = await verifyDatabase(logOf(cut))
    const held = await verifyDatabase({ ...logOf(cut), since: [kept] })

    expect(alone.verified).toBe(true)
    expect(held.findings.map(({ kind }) => kind)).toEqual(['history-rewritten'])
  })

  it('names what was changed, and lists no more than anybody reads', async () => {
    const one: Tables = { ...tables, entries: tables.entries.with(300, { ...nth(tables.entries, 300), body: '{}' }) }
    const all: Tables = { ...tables, entries: tables.entries.map((entry) => ({ ...entry, body: '{}' })) }

    const small = await verifyDatabase(logOf(one))
    const large = await verifyDatabase(logOf(all))

    expect(small.findings).toContainEqual({ kind: 'entry-changed', at: 300, message: 'Entry 300 is not the one whose hash is in the tree.' })
    expect(small.findings.map(({ kind }) => kind)).toContain('history-rewritten')
    expect(large.findings.length).toBe(200)
    expect(large.omitted).toBeGreaterThan(1_000)
  })

  it('is not kept busy by a made-up leaf index or size', async () => {
    const far: Tables = { ...tables, entries: [...tables.entries, { leafIndex: 2 ** 52, body: '{}' }] }
    const claimed: Tables = { ...tables, checkpoints: [...tables.checkpoints, { size: 2 ** 52, root: '', note: '' }] }

    expect((await verifyDatabase(logOf(far))).findings).toMatchObject([{ kind: 'entry-missing', at: ENTRIES + 1 }])
    expect((await verifyDatabase(logOf(claimed))).findings).toMatchObject([{ kind: 'checkpoint-untrusted', at: 2 ** 52 }])
  })
})
