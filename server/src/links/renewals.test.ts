import { describe, expect, it } from 'vitest'
import { linksOver, openProcess, somebody } from '../../test/choosing.ts'
import { databases } from '../../test/databases.ts'
import { connectorAt, linkGrant, patience, permitFor } from '../../test/linked-grant.ts'
import { type Fate, rotatingServer } from '../../test/rotating-server.ts'

const answers: Fate = { delayMs: 0, how: 'answers' }

describe.each(databases)('the access to an account, on $name', (kind) => {
  async function open(given: Parameters<typeof linkGrant>[4] = {}, grace = true) {
    const database = await kind.open()
    const one = await openProcess(database.place)
    const fate = { now: answers }
    const server = await rotatingServer(() => fate.now, grace)
    const about = connectorAt(server.origin)
    const ana = somebody()
    const link = await linkGrant(one, ana, about, server.origin, given)
    const links = linksOver(one)
    const permit = permitFor(ana, about)
    return {
      ...one,
      server,
      fate,
      about,
      ana,
      link,
      links,
      permit,
      calls: () => links.calls.credentialFor(permit, about, patience).then(({ secret }) => secret),
      account: async () => (await links.linked.of(ana))[0],
      [Symbol.asyncDispose]: async () => {
        await one[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
        await database[Symbol.asyncDispose]()
      },
    }
  }

  it('is taken from memory while it is fresh, and without waiting for anything', async () => {
    await using one = await open()
    await one.calls()

    const warm = Array.from({ length: 100 }, () => one.links.calls.peek(one.permit, one.about.credential)?.secret)

    expect(new Set(warm)).toEqual(new Set(['access-0']))
    expect(one.server.requests).toBe(0)
  })

  it('is renewed by a call in its last moments, once, and before it is over; the new refresh token takes the place of the old one (RFC 6749 section 6)', async () => {
    await using one = await open({ expiresIn: 100 })
    await one.calls()

    one.clock.advance(74_000)
    const before = one.links.calls.peek(one.permit, one.about.credential)?.secret
    one.clock.advance(2_000)
    const after = [one.links.calls.peek(one.permit, one.about.credential), await one.calls(), await one.calls()]

    expect([before, ...after]).toEqual(['access-0', undefined, 'access-1', 'access-1'])
    expect(one.server.requests).toBe(1)
    one.clock.advance(100_000)
    expect(await one.calls()).toBe('access-2')
    expect(one.server.bodies().map((body) => body.get('refresh_token'))).toEqual(['refresh-0', 'refresh-1'])
  })

  it('is renewed ahead of need where calls use it, and left alone where none does', async () => {
    await using one = await open({ expiresIn: 3_600 })
    one.clock.advance(3_500_000 - 600_000)
    await one.links.calls.keepFresh()
    expect(one.server.requests).toBe(0)

    await one.calls()
    one.clock.advance(650_000)
    await one.links.calls.keepFresh()

    expect([one.server.rotations, await one.calls()]).toEqual([1, 'access-1'])
  })

  it('is never good for ever: a server that does not say how long it lasts is asked again after an hour', async () => {
    await using one = await open({ expiresIn: null })
    one.server.expiresIn = undefined
    const now = await one.calls()
    one.clock.advance(3_600_000)

    expect([now, await one.calls()]).toEqual(['access-0', 'access-1'])
  })

  it('is never good for ever, even where nothing can renew it and no server said until when: after 90 days its person signs in again', async () => {
    await using one = await open({ expiresIn: null, refresh: null })
    const day = 24 * 3_600_000

    one.clock.advance(89 * day)
    expect(await one.calls()).toBe('access-0')
    one.clock.advance(day)

    await expect(one.calls()).rejects.toMatchObject({ code: 'links/expired' })
    expect(await one.account()).toMatchObject({ state: 'ended' })
    expect(one.server.requests).toBe(0)
  })

  it('is renewed after a 401 of the connector, by whichever call comes first; the others take what it brought', async () => {
    await using one = await open()
    await one.calls()
    const refused = { credential: one.link, secret: 'access-0', status: 401, challenge: 'Bearer error="invalid_token"' }

    const again = await Promise.all(Array.from({ length: 5 }, () => one.links.calls.rejected(one.permit, one.about, refused, patience)))

    expect(again.map((found) => found?.secret)).toEqual(Array(5).fill('access-1'))
    expect(one.server.rotations).toBe(1)
  })

  it.each(['fails', 'dies-before', 'dies-after'] as const)(
    'is not lost when the provider %s for a while: that is never the end of a sign-in',
    async (how) => {
      await using one = await open()
      one.clock.advance(101_000)
      one.fate.now = { delayMs: 0, how }

      const failed = await one.calls().catch((error: { code: string; who: string }) => `${error.code} ${error.who}`)
      const trouble = await one.account()
      one.fate.now = answers
      const renewed = await one.calls()

      expect(failed).toBe('links/renewing wait')
      expect(trouble).toMatchObject({ state: 'failing', who: 'wait', reason: expect.stringContaining('does not answer') })
      expect([renewed, one.server.ended, (await one.account())?.state]).toEqual(['access-1', false, 'good'])
    },
  )

  it('serves out its last moments while it cannot be renewed', async () => {
    await using one = await open({ expiresIn: 100 })
    one.fate.now = { delayMs: 0, how: 'fails' }
    one.clock.advance(80_000)

    expect(await one.calls()).toBe('access-0')
  })

  it('ends when the provider says so: the account says why and who has to act, and the call leads to a page', async () => {
    await using one = await open()
    one.server.ended = true
    one.clock.advance(101_000)

    await expect(one.calls()).rejects.toMatchObject({ code: 'links/expired', link: expect.stringContaining('/connect/') })

    expect(await one.account()).toMatchObject({ state: 'ended', who: 'user', reason: expect.stringContaining('ended the sign-in') })
    expect(await one.traces(one.link)).toContain('account.ended')
    await expect(one.calls()).rejects.toMatchObject({ code: 'links/expired' })
    expect(one.server.requests).toBe(1)
  })

  it('says that a renewal was cut off, where a process died in it and the provider has no grace', async () => {
    await using one = await open({}, false)
    one.clock.advance(101_000)
    one.fate.now = { delayMs: 0, how: 'dies-after' }

    await one.calls().catch(() => {})
    one.fate.now = answers
    await one.calls().catch(() => {})

    expect(await one.account()).toMatchObject({ state: 'ended', reason: expect.stringContaining('cut off half-way') })
  })

  it('has no way to be renewed without a refresh token, and says so once it is over', async () => {
    await using one = await open({ refresh: null })
    const now = await one.calls()
    one.clock.advance(101_000)

    await expect(one.calls()).rejects.toMatchObject({ code: 'links/expired' })
    expect([now, (await one.account())?.reason]).toEqual(['access-0', expect.stringContaining('no way to renew')])
  })

  it('is kept alive once a day although nobody calls', async () => {
    await using one = await open()
    one.clock.advance(101_000)
    await one.calls()

    one.clock.advance(30 * 3_600_000)
    const renewed = await one.links.renewals.keepAlive(10)

    expect([renewed, one.server.rotations]).toEqual([1, 2])
  })

  it('is never in the open in the database or the ledger', async () => {
    await using one = await open()
    one.clock.advance(101_000)
    await one.calls()
    const tables = ['credentials', 'account_links', 'connect_pages', 'ledger_entries', 'token_revocations'] as const
    const dump = JSON.stringify(await Promise.all(tables.map((table) => one.storage.db.selectFrom(table).selectAll().execute())))

    for (const secret of ['access-0', 'access-1', 'refresh-0', 'refresh-1', 'ana@example.org']) expect(dump).not.toContain(secret)
  })
})
