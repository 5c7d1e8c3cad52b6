import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { somebody } from '../../test/choosing.ts'
import { temporaryFolder } from '../../test/command.ts'
import { databases } from '../../test/databases.ts'
import { type KeyNode, openKeyNode } from '../../test/key-node.ts'
import { proves } from '../../test/proves.ts'
import { serveTransit, serveTransitTls, TransitEngine } from '../../test/transit-server.ts'
import { HOUR, MINUTE, MovableClock, newId } from '../lib/index.ts'
import type { TransitUse } from './index.ts'

proves('keys/rotation')

function using(url: string, more: Partial<TransitUse> = {}): TransitUse {
  return {
    url,
    mount: 'transit',
    key: 'handfast',
    namespace: undefined,
    token: 'root',
    tokenFile: undefined,
    authority: undefined,
    cacheMs: 24 * HOUR,
    opensOnly: false,
    timeoutMs: 10_000,
    ...more,
  }
}

async function secretKept({ vault }: KeyNode, secret: string) {
  const person = somebody()
  const connector = newId('con')
  await vault.put(person, connector, secret, ['https://api.example'], person.user)
  return person
}

async function read(node: KeyNode, { user }: ReturnType<typeof somebody>): Promise<string> {
  const row = await node.storage.db.selectFrom('credentials').selectAll().where('user_id', '=', user).executeTakeFirstOrThrow()
  return node.sealing.open(`credential:${row.id}:${row.workspace_id}:${row.user_id}:${row.connector_id}`, row.sealed)
}

describe.each(databases)('a master key that a transit engine wraps, on $name', (kind) => {
  it('is made there, kept wrapped, and unwrapped at the next start', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    await using bao = await serveTransit()
    const transit = using(bao.url)
    const ana = await (async () => {
      await using node = await openKeyNode(database.place, folder.path, { transit })
      return await secretKept(node, 'the secret of Ana')
    })()

    await using node = await openKeyNode(database.place, folder.path, { transit })

    expect(await read(node, ana)).toBe('the secret of Ana')
    const [row] = await node.storage.db.selectFrom('master_keys').selectAll().execute()
    expect(row).toMatchObject({ source: 'transit', state: 'current', wrapped: expect.stringMatching(/^vault:v1:/) })
    expect(bao.engine.asked.filter((each) => !each.includes('auth/token'))).toEqual([
      'POST /v1/transit/datakey/plaintext/handfast',
      'POST /v1/transit/decrypt/handfast',
      'POST /v1/transit/decrypt/handfast',
    ])
  })

  it('takes over from a key file, and gives back to one', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    await using bao = await serveTransit()
    const clock = new MovableClock(1_795_000_000_000)
    const ana = await (async () => {
      await using node = await openKeyNode(database.place, folder.path, { clock })
      return await secretKept(node, 'from the file')
    })()
    clock.advance(HOUR)
    {
      await using node = await openKeyNode(database.place, folder.path, { clock, transit: using(bao.url) })
      clock.advance(2 * MINUTE)
      await node.keys.look()
      expect((await node.keys.list()).map(({ source, state }) => [source, state])).toEqual([
        ['transit', 'current'],
        ['file', 'removable'],
      ])
      expect(await read(node, ana)).toBe('from the file')
    }

    await using node = await openKeyNode(database.place, folder.path, { clock, transit: using(bao.url, { opensOnly: true }) })
    await node.keys.rotate('usr_olga')
    clock.advance(2 * MINUTE)
    await node.keys.look()

    expect((await node.keys.list()).map(({ source, state, records }) => [source, state, records])).toEqual([
      ['file', 'current', 2],
      ['transit', 'removable', 0],
      ['file', 'removable', 0],
    ])
    expect(await read(node, ana)).toBe('from the file')
  })

  it('is changed online, with the newest version of the key there', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    await using bao = await serveTransit()
    const clock = new MovableClock(1_795_000_000_000)
    await using node = await openKeyNode(database.place, folder.path, { clock, transit: using(bao.url) })
    const ana = await secretKept(node, 'the secret')
    const old = node.keys.ring.currentId ?? ''

    bao.engine.rotate()
    await node.keys.rotate('usr_olga')
    clock.advance(2 * MINUTE)
    await node.keys.look()
    await node.keys.forget(old, 'usr_olga')
    bao.engine.minDecryptionVersion = 2
    clock.advance(HOUR)
    await node.keys.look()

    expect(node.troubles).toEqual([])
    expect(await read(node, ana)).toBe('the secret')
    expect(await node.storage.db.selectFrom('master_keys').select('wrapped').execute()).toEqual([{ wrapped: expect.stringMatching(/^vault:v2:/) }])
  })

  it('keeps a warm process going while the engine is away, and not for ever', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    await using bao = await serveTransit()
    const clock = new MovableClock(1_795_000_000_000)
    await using node = await openKeyNode(database.place, folder.path, { clock, transit: using(bao.url, { cacheMs: 4 * HOUR }) })
    const ana = await secretKept(node, 'the secret')

    bao.engine.sealed = true
    clock.advance(HOUR)
    await node.keys.look()
    expect(await read(node, ana)).toBe('the secret')
    expect(() => node.keys.check()).not.toThrow()
    expect(node.keys.trouble).toBe('503: Vault is sealed')

    clock.advance(4 * HOUR)
    await node.keys.look()
    expect(() => node.keys.check()).toThrow(expect.objectContaining({ code: 'keys/unavailable', status: 503 }))
    await expect(read(node, ana)).rejects.toMatchObject({ code: 'keys/unavailable' })
    await expect(node.sealing.of(ana.user, ana.workspace)).rejects.toMatchObject({ code: 'keys/unavailable' })

    bao.engine.sealed = false
    await node.keys.look()
    expect(await read(node, ana)).toBe('the secret')
    expect(node.keys.trouble).toBeNull()
    expect(() => node.keys.check()).not.toThrow()
  })

  it('that was exchanged in the database for another one is noticed', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    await using bao = await serveTransit()
    const transit = using(bao.url)
    {
      await using node = await openKeyNode(database.place, folder.path, { transit })
      const response = await fetch(`${bao.url}/v1/transit/datakey/plaintext/handfast`, {
        method: 'POST',
        headers: { 'x-vault-token': 'root', 'x-vault-request': 'true' },
        body: '{}',
      })
      const { data } = (await response.json()) as { data: { ciphertext: string } }
      const change = node.storage.db.updateTable('master_keys').set({ wrapped: data.ciphertext }).compile()
      await node.storage.write([{ sql: change.sql, parameters: change.parameters as string[] }])
    }

    await expect(openKeyNode(database.place, folder.path, { transit })).rejects.toMatchObject({ code: 'keys/unavailable' })
  })
})

describe('a start with a transit engine', () => {
  const [sqlite] = databases
  if (sqlite === undefined) throw new Error('no database')

  it.each([
    ['that is sealed', (engine: TransitEngine) => Object.assign(engine, { sealed: true }), '503: Vault is sealed'],
    ['that does not know our token', (engine: TransitEngine) => void engine.tokens.clear(), '403: permission denied'],
    ['in a namespace that we did not name', (engine: TransitEngine) => Object.assign(engine, { namespace: 'team' }), '403: permission denied'],
    [
      'that answers with a page',
      (engine: TransitEngine) => Object.assign(engine, { instead: (response: ServerResponse) => response.end('<html>') }),
      'another way',
    ],
    [
      'that answers too much',
      (engine: TransitEngine) => Object.assign(engine, { instead: (response: ServerResponse) => response.end('x'.repeat(1e6)) }),
      'larger',
    ],
    [
      'that leads elsewhere',
      (engine: TransitEngine) => Object.assign(engine, { instead: (response: ServerResponse) => response.writeHead(307, { location: '/x' }).end() }),
      'redirect',
    ],
    ['that says nothing', (engine: TransitEngine) => Object.assign(engine, { instead: () => {} }), 'too long'],
  ])('%s ends with the reason', async (_what, spoil, why) => {
    await using database = await sqlite.open()
    using folder = temporaryFolder()
    await using bao = await serveTransit()
    spoil(bao.engine)

    const transit = using(bao.url, { timeoutMs: 1_000 })
    const error = await openKeyNode(database.place, folder.path, { transit }).catch((reason: unknown) => reason)

    expect(error).toMatchObject({ code: 'keys/unavailable', detail: { why: expect.stringContaining(why) } })
    expect(JSON.stringify(error)).not.toContain('root')
  })

  it('reads the token from a file each time, and renews one that ends soon', async () => {
    await using database = await sqlite.open()
    using folder = temporaryFolder()
    await using bao = await serveTransit()
    bao.engine.tokens.set('short', 60).delete('root')
    const clock = new MovableClock(1_795_000_000_000)
    const transit = using(bao.url, { token: undefined, tokenFile: folder.in('token') })
    await expect(openKeyNode(database.place, folder.path, { transit })).rejects.toMatchObject({ detail: { why: expect.stringContaining('ENOENT') } })
    writeFileSync(folder.in('token'), 'short\n')
    await using node = await openKeyNode(database.place, folder.path, { clock, transit })

    clock.advance(10 * MINUTE)
    await node.keys.look()
    expect(bao.engine.renewed).toBe(1)
    bao.engine.tokens.set('next', 0).delete('short')
    writeFileSync(folder.in('token'), 'next\n')
    clock.advance(10 * MINUTE)
    await node.keys.look()

    expect(node.troubles).toEqual([])
  })

  it('speaks TLS with an authority of the operator, and with no other', async () => {
    await using database = await sqlite.open()
    using folder = temporaryFolder()
    await using bao = await serveTransitTls()
    const resolve = async () => ['127.0.0.1']

    await expect(openKeyNode(database.place, folder.path, { transit: using(bao.url, { resolve }) })).rejects.toMatchObject({
      code: 'keys/unavailable',
    })
    await using node = await openKeyNode(database.place, folder.path, { transit: using(bao.url, { resolve, authority: bao.authority }) })

    expect((await node.keys.list()).map(({ source }) => source)).toEqual(['transit'])
  })
})

/** Holds the first data key that is asked for back until it is let go. */
class SlowOnce extends TransitEngine {
  #let: (() => void) | null = null
  readonly reached = Promise.withResolvers<void>()

  override answer(...asked: Parameters<TransitEngine['answer']>): void {
    if (this.#let === null && asked[0].url?.includes('/datakey/')) {
      this.#let = () => super.answer(...asked)
      this.reached.resolve()
    } else super.answer(...asked)
  }

  letGo(): void {
    this.#let?.()
  }
}

describe.each(databases.filter(({ name }) => name === 'postgres'))('two nodes with a transit engine', (kind) => {
  it('start at once with one key, and change it without anybody carrying files', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    await using bao = await serveTransit(new TransitEngine())
    const clock = new MovableClock(1_795_000_000_000)
    const open = (node: string) => openKeyNode(database.place, folder.path, { node, clock, transit: using(bao.url) })
    const [one, two] = await Promise.all([open('node_one'), open('node_two')])
    const ana = await secretKept(one, 'the secret')

    const fresh = await one.keys.rotate('usr_olga')
    for (const node of [two, one, two]) await node.keys.look()
    clock.advance(2 * MINUTE)
    for (const node of [one, two]) await node.keys.look()

    expect([one.keys.ring.currentId, two.keys.ring.currentId]).toEqual([fresh, fresh])
    expect((await one.keys.list()).map(({ state }) => state)).toEqual(['current', 'removable'])
    expect([await read(one, ana), await read(two, ana)]).toEqual(['the secret', 'the secret'])
    await one[Symbol.asyncDispose]()
    await two[Symbol.asyncDispose]()
  })

  it('make one first key, also where one of them was asked for it long before the other was done', async () => {
    await using database = await kind.open()
    using folder = temporaryFolder()
    await using bao = await serveTransit(new SlowOnce())
    const open = (node: string) => openKeyNode(database.place, folder.path, { node, transit: using(bao.url, { timeoutMs: 60_000 }) })
    const slow = open('node_slow')
    await bao.engine.reached.promise
    await using quick = await open('node_quick')

    bao.engine.letGo()
    await using late = await slow

    expect((await quick.keys.list()).map(({ id, state }) => [id, state])).toEqual([[quick.keys.ring.currentId, 'current']])
    expect(late.keys.ring.currentId).toBe(quick.keys.ring.currentId)
  })
})
