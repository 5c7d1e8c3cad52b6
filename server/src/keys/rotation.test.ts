import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { somebody } from '../../test/choosing.ts'
import { temporaryFolder } from '../../test/command.ts'
import { databases } from '../../test/databases.ts'
import { bringKeys, type KeyNode, openKeyNode } from '../../test/key-node.ts'
import { proves } from '../../test/proves.ts'
import { rounds, seeded } from '../../test/rounds.ts'
import { HOUR, MINUTE, MovableClock, newId } from '../lib/index.ts'
import { openStorage } from '../storage/index.ts'

proves('keys/rotation')

const origins = ['https://api.example'] as const
const otherKey = Buffer.alloc(32, 9).toString('base64')

type Kept = { readonly person: ReturnType<typeof somebody>; readonly secret: string; readonly personal: string }

/** People with a key of their own, something sealed under it, and a credential. */
async function populate({ sealing, vault }: KeyNode, count: number): Promise<readonly Kept[]> {
  const kept: Kept[] = []
  for (let i = 0; i < count; i++) {
    const person = somebody()
    const secret = `secret ${i}`
    await vault.put(person, newId('con'), secret, origins, person.user)
    kept.push({ person, secret, personal: (await sealing.of(person.user, person.workspace)).seal('note', `note ${i}`) })
  }
  return kept
}

/** What somebody who starts anew with the keys at hand can read. */
async function unreadable(node: KeyNode, kept: readonly Kept[]): Promise<readonly string[]> {
  node.enforcement.forgetAll()
  const lost: string[] = []
  for (const { person, secret, personal } of kept) {
    try {
      const sealer = await node.sealing.of(person.user, person.workspace)
      if (!sealer.open('note', personal).startsWith('note ')) lost.push(`note of ${secret}`)
      const row = await node.storage.db.selectFrom('credentials').selectAll().where('user_id', '=', person.user).executeTakeFirstOrThrow()
      const place = `credential:${row.id}:${row.workspace_id}:${row.user_id}:${row.connector_id}`
      if (node.sealing.open(place, row.sealed) !== secret) lost.push(secret)
    } catch (error) {
      lost.push(`${secret}: ${(error as Error).message}`)
    }
  }
  return lost
}

describe.each(databases)('the master key on $name', (kind) => {
  it('is written down at the first start, by its id alone', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    await using node = await openKeyNode(database.place, folder.path)

    const rows = await node.storage.db.selectFrom('master_keys').selectAll().execute()

    expect(rows).toMatchObject([{ id: node.keys.ring.currentId, source: 'file', state: 'current', wrapped: null }])
    expect((await node.events()).map(({ event }) => event)).toEqual(['key.created'])
    expect(JSON.stringify(rows)).not.toContain(readFileSync(node.file, 'utf8').trim())
  })

  it('is replaced while everything stays readable, and the old one may go when nothing needs it', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    const clock = new MovableClock(1_795_000_000_000)
    await using node = await openKeyNode(database.place, folder.path, { clock })
    const kept = await populate(node, 120)
    const old = node.keys.ring.currentId ?? ''

    const fresh = await node.keys.rotate('usr_olga')

    expect(await node.states()).toEqual([
      ['current', 240],
      ['read-only', 0],
    ])
    // What was sealed a moment before may still be on its way to the database.
    clock.advance(2 * MINUTE)
    await node.keys.look()
    expect(await node.states()).toEqual([
      ['current', 240],
      ['removable', 0],
    ])
    writeFileSync(node.file, readFileSync(node.file, 'utf8').split('\n')[0] ?? '')
    await node.keys.look()
    expect(node.troubles).toEqual([])
    expect(node.keys.ring.ids).toEqual([fresh])
    expect(await unreadable(node, kept)).toEqual([])
    expect((await node.events()).map(({ event, subject }) => [event, subject === `master-key:${old}` ? 'old' : 'new'])).toEqual([
      ['key.created', 'old'],
      ['key.created', 'new'],
      ['key.rotation_started', 'new'],
      ['key.rotated', 'old'],
    ])
    const named = await node.storage.db.selectFrom('user_keys').select('master_key_id').distinct().execute()
    expect(named).toEqual([{ master_key_id: fresh }])
    await node.keys.forget(old, 'usr_olga')
    expect((await node.keys.list()).map(({ id }) => id)).toEqual([fresh])
  })

  it('is replaced under load: what is stored meanwhile is readable too', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    const clock = new MovableClock(1_795_000_000_000)
    await using node = await openKeyNode(database.place, folder.path, { clock })
    const before = await populate(node, 60)

    const [during] = await Promise.all([populate(node, 60), node.keys.rotate('usr_olga'), node.keys.rotate('usr_olga').catch(() => null)])
    clock.advance(2 * MINUTE)
    await node.keys.look()

    expect(await unreadable(node, [...before, ...during])).toEqual([])
    const [current, ...others] = await node.states()
    expect([current?.[0], ...others.map(([state, records]) => `${state} ${records}`)]).toEqual(['current', ...others.map(() => 'removable 0')])
  })

  it('is replaced also when the process ends in the middle, as often as it likes', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    const clock = new MovableClock(1_795_000_000_000)
    const random = seeded(3)
    let kept: readonly Kept[] = []
    for (let round = 0; round < rounds(400) / 20; round++) {
      await using node = await openKeyNode(database.place, folder.path, { clock })
      kept = [...kept, ...(await populate(node, 10))]
      const rotation = node.keys.rotate('usr_olga')
      const { promise, resolve } = Promise.withResolvers<void>()
      setTimeout(resolve, random() * 10)
      // The node is closed wherever it is by then.
      await promise
      await node.keys.close()
      await rotation.catch(() => null)
      clock.advance(HOUR)
    }
    await using node = await openKeyNode(database.place, folder.path, { clock })
    clock.advance(HOUR)
    await node.keys.look()

    expect(await unreadable(node, kept)).toEqual([])
    expect((await node.keys.list()).filter(({ state, records }) => state !== 'current' && records > 0)).toEqual([])
  })

  it('that came with the environment is replaced by starting with a new one before it', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    const clock = new MovableClock(1_795_000_000_000)
    const first = Buffer.alloc(32, 1).toString('base64')
    const kept = await (async () => {
      await using node = await openKeyNode(database.place, folder.path, { masterKey: first, clock })
      await expect(node.keys.rotate('usr_olga')).rejects.toMatchObject({ code: 'keys/not-made-here' })
      return await populate(node, 5)
    })()

    {
      await using node = await openKeyNode(database.place, folder.path, { masterKey: `${otherKey},${first}`, clock })
      clock.advance(2 * MINUTE)
      await node.keys.look()
      expect(await node.states()).toEqual([
        ['current', 10],
        ['removable', 0],
      ])
    }
    await using node = await openKeyNode(database.place, folder.path, { masterKey: otherKey, clock })
    expect(await unreadable(node, kept)).toEqual([])
  })

  it('that is missing stops the start, instead of sealing what nobody else can open', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    const first = Buffer.alloc(32, 1).toString('base64')
    await (await openKeyNode(database.place, folder.path, { masterKey: first }))[Symbol.asyncDispose]()

    await expect(openKeyNode(database.place, folder.path, { masterKey: otherKey })).rejects.toMatchObject({ code: 'keys/missing' })
  })

  it('that was taken away too early stops the start, and says which one', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    const first = Buffer.alloc(32, 1).toString('base64')
    await (await openKeyNode(database.place, folder.path, { masterKey: first }))[Symbol.asyncDispose]()
    await (await openKeyNode(database.place, folder.path, { masterKey: `${otherKey},${first}` }))[Symbol.asyncDispose]()

    await expect(openKeyNode(database.place, folder.path, { masterKey: otherKey })).rejects.toMatchObject({ code: 'keys/missing' })
  })

  it('that is in use cannot be forgotten', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    await using node = await openKeyNode(database.place, folder.path)

    await expect(node.keys.forget(node.keys.ring.currentId ?? '', 'usr_olga')).rejects.toMatchObject({ code: 'keys/needed' })
    await expect(node.keys.forget('00000000', 'usr_olga')).rejects.toMatchObject({ code: 'keys/not-found' })
  })

  it('in a file that is a link, such as a mounted secret, is replaced by whoever mounts it', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    writeFileSync(folder.in('mounted'), otherKey)
    symlinkSync(folder.in('mounted'), folder.in('node_one.key'))
    await using node = await openKeyNode(database.place, folder.path)

    await expect(node.keys.rotate('usr_olga')).rejects.toMatchObject({ code: 'keys/not-made-here' })
    writeFileSync(folder.in('mounted'), `${Buffer.alloc(32, 4).toString('base64')}\n${otherKey}\n`)
    await node.keys.look()

    expect((await node.keys.list()).map(({ state }) => state)).toEqual(['current', 'read-only'])
  })
})

describe.each(databases.filter(({ name }) => name === 'postgres'))('the master keys of two nodes', (kind) => {
  it('change when both hold the new one, and never before', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    const clock = new MovableClock(1_795_000_000_000)
    await using one = await openKeyNode(database.place, folder.path, { clock })
    bringKeys(folder.path, 'node_one', 'node_two')
    await using two = await openKeyNode(database.place, folder.path, { node: 'node_two', clock })
    const kept = [...(await populate(one, 20)), ...(await populate(two, 20))]

    const fresh = await one.keys.rotate('usr_olga')
    const waiting = await one.keys.list()
    await expect(one.keys.rotate('usr_olga')).rejects.toMatchObject({ code: 'keys/under-way' })
    bringKeys(folder.path, 'node_one', 'node_two')
    await two.keys.look()
    const later = await populate(two, 5)
    await one.keys.look()
    clock.advance(2 * MINUTE)
    await one.keys.look()
    await two.keys.look()

    expect(waiting.map(({ id, state, lackedBy }) => [id === fresh, state, lackedBy])).toEqual([
      [true, 'waiting', ['node_two']],
      [false, 'current', []],
    ])
    expect([one.keys.ring.currentId, two.keys.ring.currentId]).toEqual([fresh, fresh])
    for (const node of [one, two]) expect(await unreadable(node, [...kept, ...later])).toEqual([])
    expect((await one.keys.list()).map(({ state, records }) => [state, records])).toEqual([
      ['current', 90],
      ['removable', 0],
    ])
  })

  it('that were started with different files are found out: one goes on, the other says what it lacks', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    await using _one = await openKeyNode(database.place, folder.path)

    await expect(openKeyNode(database.place, folder.path, { node: 'node_two' })).rejects.toMatchObject({ code: 'keys/missing' })
  })

  it('let no old key go while a node still seals with it', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    const clock = new MovableClock(1_795_000_000_000)
    await using one = await openKeyNode(database.place, folder.path, { clock })
    bringKeys(folder.path, 'node_one', 'node_two')
    await using two = await openKeyNode(database.place, folder.path, { node: 'node_two', clock })
    const old = two.keys.ring.currentId ?? ''
    const kept = await populate(two, 5)
    // A third node holds the new key and has not heard yet that it is the current one.
    const slow = await openStorage(database.place, { nodeId: 'node_slow' })
    const say = (held: readonly string[], using: string) =>
      slow.write([
        {
          sql: 'insert into node_keys (node_id, held, using_key, at) values ($1, $2, $3, 0) on conflict (node_id) do update set held = $2, using_key = $3',
          parameters: ['node_slow', JSON.stringify(held), using],
        },
      ])
    await say([old], old)
    const fresh = await one.keys.rotate('usr_olga')
    bringKeys(folder.path, 'node_one', 'node_two')
    await two.keys.look()
    await say([old, fresh], old)
    await one.keys.look()
    clock.advance(2 * MINUTE)
    await one.keys.look()

    expect((await one.keys.list()).map(({ state }) => state)).toEqual(['current', 'read-only'])
    await say([old, fresh], fresh)
    await one.keys.look()
    expect((await one.keys.list()).map(({ state }) => state)).toEqual(['current', 'removable'])
    expect(await unreadable(one, kept)).toEqual([])
    await slow.close()
  })
})
