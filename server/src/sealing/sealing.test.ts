import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MASTER_KEY, openProcess, somebody } from '../../test/choosing.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { SealBrokenError } from './envelope.ts'
import { MasterKeyMalformedError, masterKeysFromFile, parseMasterKeys } from './master-keys.ts'
import { DataErasedError } from './sealing.ts'

proves('sealing/envelope')

const otherKey = Buffer.alloc(32, 9).toString('base64')

describe.each(databases)('sealing on $name', (kind) => {
  it('opens what it sealed, whatever it says', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const sealer = await one.sealing.of(ana.user, ana.workspace)

    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, place) => {
        expect(one.sealing.open(place, one.sealing.seal(place, text))).toBe(text.toWellFormed())
        expect(sealer.open(place, sealer.seal(place, text))).toBe(text.toWellFormed())
      }),
      { numRuns: 200 },
    )
  })

  it('opens no sealed value at the place of another, nor for another person', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const people = [somebody(), somebody()]
    const places = [
      'arguments:call_1',
      'arguments:call_2',
      'result:call_1',
      'approval:apr_1',
      'condition:apr_1',
      'credential:crd_1:wsp_home:shared:con_1',
    ]
    const sealers = await Promise.all(people.map(({ user, workspace }) => one.sealing.of(user, workspace)))
    const boxes = [...sealers, one.sealing]
    const sealed = boxes.flatMap((box, owner) => places.map((place) => ({ owner, place, text: box.seal(place, 'a secret') })))

    const opened = sealed.flatMap((value) =>
      boxes.flatMap((box, owner) =>
        places.filter((place) => {
          try {
            return box.open(place, value.text) === 'a secret' && !(owner === value.owner && place === value.place)
          } catch (error) {
            expect(error).toBeInstanceOf(SealBrokenError)
            return false
          }
        }),
      ),
    )

    expect(opened).toEqual([])
  })

  it('opens nothing of which one bit was changed', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const sealer = await one.sealing.of(ana.user, ana.workspace)
    const bytes = Buffer.from(sealer.seal('here', 'a secret'), 'base64')

    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => sealer.open('here', changed.toString('base64'))).toThrow(SealBrokenError)
    }
  })

  it('opens old values after a new master key came first, and nothing with a wrong one', async () => {
    await using database = await kind.open()
    const ana = somebody()
    const { sealed, personal } = await (async () => {
      await using before = await openProcess(database.place)
      return { sealed: before.sealing.seal('here', 'old'), personal: (await before.sealing.of(ana.user, ana.workspace)).seal('there', 'mine') }
    })()
    {
      await using after = await openProcess(database.place, { masterKeys: `${otherKey}\n${MASTER_KEY}` })

      expect(after.sealing.open('here', sealed)).toBe('old')
      expect((await after.sealing.of(ana.user, ana.workspace)).open('there', personal)).toBe('mine')
      expect(after.sealing.seal('here', 'new').split('.')[1]).toBe(parseMasterKeys(otherKey).current.id)
    }

    await using wrong = await openProcess(database.place, { masterKeys: otherKey })

    expect(() => wrong.sealing.open('here', sealed)).toThrow(SealBrokenError)
    await expect(wrong.sealing.of(ana.user, ana.workspace)).rejects.toThrow(SealBrokenError)
  })

  it('makes one key of many first uses at once', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    // Each of these would be a process of its own: none remembers what another one has made.
    const others = kind.name === 'postgres' ? await Promise.all([1, 2, 3].map((n) => openProcess(database.place, { nodeId: `node_${n}` }))) : []

    const sealers = await Promise.all(
      [one, ...others].flatMap((each) => [each.sealing.of(ana.user, ana.workspace), each.sealing.of(ana.user, ana.workspace)]),
    )

    const sealed = sealers.map((sealer) => sealer.seal('here', 'a secret'))
    for (const sealer of sealers) for (const text of sealed) expect(sealer.open('here', text)).toBe('a secret')
    expect(await one.storage.db.selectFrom('user_keys').selectAll().execute()).toHaveLength(1)
    await Promise.all(others.map((other) => other[Symbol.asyncDispose]()))
  })

  it('reads nothing of a person whose key is destroyed, nor gives them another key', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const neverHadOne = somebody()
    await one.sealing.of(ana.user, ana.workspace)

    for (const { user, workspace } of [ana, neverHadOne]) await one.enforcement.change([one.sealing.destroyKey(user, workspace)], [`user:${user}`])

    expect(one.sealing.peek(ana.user)).toBeUndefined()
    for (const { user, workspace } of [ana, neverHadOne]) {
      await expect(one.sealing.of(user, workspace)).rejects.toThrow(DataErasedError)
      await expect(one.storage.write([one.sealing.holding(user, workspace)])).rejects.toThrow(DataErasedError)
    }
    const rows = await one.storage.db.selectFrom('user_keys').select('wrapped_key').execute()
    expect(rows).toEqual([{ wrapped_key: '' }, { wrapped_key: '' }])
  })
})

describe('the file of master keys', () => {
  it('is made once, for its owner alone, and read again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'handfast-keys-'))
    const file = join(folder, 'inner', 'master.key')

    const first = masterKeysFromFile(file)
    const second = masterKeysFromFile(file)

    expect(second.current.id).toBe(first.current.id)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(existsSync(`${file}.${process.pid}`)).toBe(false)
    expect(Buffer.from(readFileSync(file, 'utf8'), 'base64')).toHaveLength(32)
    rmSync(folder, { recursive: true })
  })

  it.each(['', '# only a remark', 'short', `${MASTER_KEY}\nshort`])('is refused when it holds %j', (text) => {
    expect(() => parseMasterKeys(text)).toThrow(MasterKeyMalformedError)
  })
})
