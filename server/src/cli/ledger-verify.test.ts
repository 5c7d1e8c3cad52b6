import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../../test/databases.ts'
import { appendEntries, ledgerNode } from '../../test/ledger.ts'
import { readLedger } from '../ledger/index.ts'
import { Refusal } from '../lib/index.ts'
import { ledgerCommand } from './ledger-verify.ts'

class Unreachable extends Refusal {
  readonly code = 'upstream/unreachable'
  readonly status = 502
  readonly who = 'wait'
}

type World = { readonly database?: TestDatabase; readonly fetchBytes?: (url: string) => Promise<Uint8Array | null> }

async function run(args: readonly string[], { database, fetchBytes }: World = {}) {
  let out = ''
  let errors = ''
  let code: number | undefined
  const command = ledgerCommand({
    fetchBytes: fetchBytes ?? (() => Promise.reject(new Error('nothing is fetched here'))),
    openLedger: async () => {
      if (database === undefined) throw new Error('no database is opened here')
      const node = await ledgerNode(database)
      return { storage: node.storage, advance: () => node.sequencer.advance(), close: async () => await node[Symbol.asyncDispose]() }
    },
    write: (text) => {
      out += text
    },
    writeError: (text) => {
      errors += text
    },
    end: (given) => {
      code = given
    },
  })
  await command.parseAsync(args, { from: 'user' })
  return { out, errors, code }
}

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'handfast-ledger-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

describe.each(databases)('handfast ledger on $name', (kind) => {
  it('exports what is durable, and verifies the copy without the database', async () => {
    await using database = await kind.open()
    await using place = await folder()
    const copy = join(place.path, 'copy')
    {
      await using node = await ledgerNode(database)
      await appendEntries(node.storage, 0, 300)
    }

    const exported = await run(['export', copy, '--json'], { database })
    const verified = await run(['verify', copy, '--json'])

    expect(exported.code).toBe(0)
    expect(JSON.parse(exported.out)).toMatchObject({ size: 301 })
    expect(verified.code).toBe(0)
    expect(JSON.parse(verified.out)).toMatchObject({ verified: true, size: 301, findings: [] })
  })
})

const [sqlite] = databases

describe('handfast ledger', () => {
  it('ends with 1 and names the entry when one was changed', async () => {
    await using world = await exportedLog(300)
    const bundle = join(world.copy, 'tile/entries/001.p/45')
    await writeFile(bundle, (await readFile(bundle, 'latin1')).replace('call_270', 'call_999'), 'latin1')

    const plain = await run(['verify', world.copy])
    const json = await run(['verify', world.copy, '--json'])

    expect([plain.code, json.code]).toEqual([1, 1])
    expect(plain.out).toMatch(/^entry-changed {2}271 {2}.*\n(.*\n)*not verified: \d+ findings in 301 entries\n$/)
    expect(JSON.parse(json.out)).toMatchObject({
      verified: false,
      size: 301,
      findings: [{ kind: 'entry-changed', at: 271 }, { kind: 'tile-changed' }, { kind: 'root-differs' }],
    })
  })

  it('trusts the key that is given, not the one beside the log', async () => {
    await using world = await exportedLog(3)
    await using other = await exportedLog(3)

    const right = await run(['verify', world.copy, '--key', world.key])
    const wrong = await run(['verify', world.copy, '--key', other.key])

    expect([right.code, wrong.code]).toEqual([0, 1])
    expect(right.out).toBe('verified: 4 entries, signed with the key given\n')
    expect(wrong.out).toContain('checkpoint-untrusted')
  })

  it('holds a log to a checkpoint that was kept from earlier', async () => {
    await using world = await exportedLog(300)
    await using shorter = await folder()
    const kept = join(shorter.path, 'kept')
    await writeFile(kept, world.first)

    const grown = await run(['verify', world.copy, '--since', kept])
    await writeFile(kept, world.first.replace('\n', '\n9'))
    const made = await run(['verify', world.copy, '--since', kept])

    expect([grown.code, made.code]).toEqual([0, 1])
  })

  it('verifies a served log through the one way out', async () => {
    await using world = await exportedLog(300)
    const asked: string[] = []
    const fetchBytes = async (url: string) => {
      asked.push(url)
      return await readFile(join(world.copy, url.slice('https://example.com/ledger/'.length))).catch(() => null)
    }

    const { code } = await run(['verify', 'https://example.com/ledger/'], { fetchBytes })

    expect(code).toBe(0)
    expect(asked).toContain('https://example.com/ledger/tile/entries/001.p/45')
  })

  it('ends with 2 where there is no such folder, no such checkpoint, or something in the way of an export', async () => {
    await using world = await exportedLog(1)

    const nowhere = await run(['verify', '/nowhere/at/all'])
    const noNote = await run(['verify', world.copy, '--since', '/nowhere/at/all'])
    const full = await run(['export', world.copy], { database: world.database })

    expect([nowhere.code, noNote.code, full.code]).toEqual([2, 2, 2])
    expect(full.errors).toContain('not empty')
  })

  it('ends with 3 where the log cannot be reached, which is no finding', async () => {
    const { code, errors } = await run(['verify', 'https://example.com/ledger'], { fetchBytes: () => Promise.reject(new Unreachable('It is gone.')) })

    expect([code, errors]).toEqual([3, 'It is gone.\n'])
  })
})

/** A log of so many entries, exported; `first` is a checkpoint signed before most of them. */
async function exportedLog(count: number) {
  if (sqlite === undefined) throw new Error('there is no database to test with')
  const database = await sqlite.open()
  const place = await folder()
  const copy = join(place.path, 'copy')
  let first = ''
  let key = ''
  {
    await using node = await ledgerNode(database)
    await node.sequencer.advance()
    first = (await readLedger(node.storage).checkpoint())?.note ?? ''
    key = (await readLedger(node.storage).verifierKey()) ?? ''
    await appendEntries(node.storage, 0, count)
  }
  await run(['export', copy], { database })
  return {
    database,
    copy,
    first,
    key,
    [Symbol.asyncDispose]: async () => {
      await place[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
