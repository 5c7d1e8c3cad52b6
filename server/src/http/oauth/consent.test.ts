import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { type Hall, openHall } from '../../../test/hall.ts'
import { Browser, Caller, discovers } from '../../../test/letting-in.ts'

async function arrive(hall: Hall, name: string | null): Promise<Browser> {
  const browser = new Browser(hall.origin)
  if (name !== null) await browser.signsIn(name)
  return browser
}

async function grantsOf(browser: Browser): Promise<readonly Record<string, unknown>[]> {
  const { body } = await browser.asks('GET', '/grants')
  return body.items
}

describe.each(databases)('the page where a person decides on $name', (kind) => {
  it('says who asks by what nobody can choose, and warns of what cannot be known', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin, { client_name: 'Your\u202Bbank\n<b>', redirect_uris: ['https://evil.example/cb'] })
    const browser = await arrive(hall, 'Alice')

    const { request } = await browser.isAsked(await caller.address())

    expect(request).toEqual({
      assistant: { name: 'Yourbank <b>', kind: 'dynamic', clientId: caller.client.client_id, host: null },
      redirect: { kind: 'web', target: 'evil.example', uri: 'https://evil.example/cb' },
      requested: ['connectors:read', 'connectors:write'],
      resource: `${hall.origin}/mcp`,
      only: null,
      connectors: [],
      canStay: true,
      known: false,
      device: null,
      expiresAt: expect.any(String),
    })
  })

  it('is for the browser in which the request began: an attacker who starts and approves gets nothing into another browser (MCP security best practices, confused deputy)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin, { client_name: 'Mallory' })
    const mallory = await arrive(hall, 'Bob')
    const alice = await arrive(hall, 'Alice')
    const { id } = await mallory.isAsked(await caller.address())
    const { body } = await mallory.asks('POST', `/authorizations/${id}/decision`, { yes: true })

    const victim = await alice.goes(body.redirect)
    const stranger = await new Browser(hall.origin).goes(body.redirect)

    expect([victim.status, victim.location, stranger.status, stranger.location]).toEqual([400, null, 400, null])
    expect(victim.text).toContain('request_over')
    expect(await grantsOf(alice)).toEqual([])
  })

  it('cannot be answered from another browser, nor by somebody else in the same one, nor before anybody signed in', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const alice = await arrive(hall, null)
    const begun = await alice.goes(await caller.address())
    const id = begun.location?.split('/').at(-1)
    const mallory = await arrive(hall, 'Bob')

    const unsigned = await alice.asks('GET', `/authorizations/${id}`)
    const seen = await mallory.asks('GET', `/authorizations/${id}`)
    const answered = await mallory.asks('POST', `/authorizations/${id}/decision`, { yes: true })
    const early = await alice.goes(`/oauth/authorize/${id}`)
    await alice.signsIn('Alice')
    const { body } = await alice.asks('POST', `/authorizations/${id}/decision`, { yes: true })
    await alice.signsIn('Bob')
    const changed = await alice.goes(body.redirect)

    expect([unsigned.status, seen.status, answered.status]).toEqual([401, 410, 410])
    expect([early.status, changed.status]).toEqual([400, 400])
    expect([early.location, changed.location]).toEqual([null, null])
  })

  it('gives the browser one cookie of its own, which no script and no other site can use, and nothing else (MCP security best practices)', async () => {
    await using hall = await openHall(kind, { publicUrl: 'https://connect.example' })
    const registered = await hall.server.register({ redirect_uris: ['https://a.example/cb'], token_endpoint_auth_method: 'none' }, '203.0.113.1')
    const query = new URLSearchParams({
      client_id: registered.row.clientId ?? '',
      redirect_uri: 'https://a.example/cb',
      response_type: 'code',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    })

    const begun = await new Browser(hall.listening).goes(`/oauth/authorize?${query}`)

    expect(begun.status).toBe(303)
    expect(begun.cookies).toEqual([
      expect.stringMatching(/^__Host-handfast-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600; Secure$/),
    ])
    expect(begun.headers.get('strict-transport-security')).not.toBeNull()
  })

  it('is decided once, by a POST of its own page with its proof (consent CSRF; RFC 6749 10.12, RFC 9700 4.7)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = await arrive(hall, 'Alice')
    const { id } = await browser.isAsked(await caller.address())
    const path = `/authorizations/${id}/decision`

    const refused = [
      await browser.asks('POST', path, { yes: true }, { 'x-handfast-csrf': '' }),
      await browser.asks('POST', path, { yes: true }, { 'x-handfast-csrf': 'x'.repeat(43) }),
      await browser.asks('POST', path, { yes: true }, { origin: 'https://evil.example' }),
      await browser.asks('POST', path, { yes: true }, { origin: 'null' }),
      await browser.asks('POST', path, { yes: true }, { 'content-type': 'text/plain' }),
      await browser.asks('POST', path, { yes: true }, { 'content-type': 'application/x-www-form-urlencoded' }),
      await browser.asks('GET', `${path}?yes=true`),
    ]
    const before = await grantsOf(browser)
    const once = await browser.asks('POST', path, { yes: true })
    const twice = await browser.asks('POST', path, { yes: true })

    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 415, 415, 405])
    expect([before.length, once.status, twice.status, (await grantsOf(browser)).length]).toEqual([0, 200, 410, 1])
  })

  it('is decided once also when two answers come at the same moment', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = await arrive(hall, 'Alice')
    const { id } = await browser.isAsked(await caller.address())

    const answers = await Promise.all([true, false, true, true].map((yes) => browser.asks('POST', `/authorizations/${id}/decision`, { yes })))

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410, 410, 410])
    expect((await grantsOf(browser)).length).toBeLessThanOrEqual(1)
  })

  it('cannot be framed, nor can anything else of the authorization server (RFC 6749 10.13, RFC 9700 4.16)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = await arrive(hall, 'Alice')

    const answers = await Promise.all(
      [await caller.address(), await caller.address({ client_id: 'x' }), '/oauth/authorize/x', '/oauth/token', '/oauth/jwks', '/oauth/nothing'].map(
        (to) => browser.goes(to),
      ),
    )

    for (const { headers } of answers) {
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
  })

  it('gives at most what was asked for, and less where the person says so (scope widening)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = await arrive(hall, 'Alice')

    await browser.letsIn(await caller.address({ scope: 'connectors:read' }), { yes: true, scopes: ['connectors:read', 'connectors:write'] })
    await browser.letsIn(await caller.address(), { yes: true, scopes: ['connectors:read'], connectors: [] })
    const { id } = await browser.isAsked(await caller.address())
    const odd = await browser.asks('POST', `/authorizations/${id}/decision`, { yes: true, scopes: ['admin'] })
    const elsewhere = await browser.asks('POST', `/authorizations/${id}/decision`, { yes: true, connectors: ['no-such'] })

    expect((await grantsOf(browser)).map(({ scopes, connectors }) => [scopes, connectors])).toEqual([
      [['connectors:read'], []],
      [['connectors:read'], null],
    ])
    expect([odd.status, elsewhere.status]).toEqual([400, 400])
  })

  it('swaps nothing: an answer with another state is not the one that was asked for (RFC 6749 10.12)', async () => {
    await using hall = await openHall(kind)
    const one = await Caller.registers(hall.origin)
    const other = await Caller.registers(hall.origin, { client_name: 'Other' })
    const browser = await arrive(hall, 'Alice')
    const landed = await browser.letsIn(await one.address())

    landed.searchParams.set('state', other.state)

    await expect(one.redeems(landed)).rejects.toThrow(/state/)
    await expect(other.redeems(landed)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('tells the person nothing of whom it belongs to when it is over', async () => {
    await using hall = await openHall(kind)
    const browser = await arrive(hall, 'Alice')

    const unknown = await browser.asks('GET', '/authorizations/nothing')
    const odd = await browser.asks('GET', '/authorizations/..%2Fsession')

    expect([unknown.status, unknown.body.error.code]).toEqual([410, 'authorization/request-over'])
    expect(odd.status).toBe(400)
  })
})

describe.each(databases)('what a person let in on $name', (kind) => {
  it('is listed, made less and ended by that person alone, and never made more', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const alice = await arrive(hall, 'Alice')
    const bob = await arrive(hall, 'Bob')
    const tokens = await caller.redeems(await alice.letsIn(await caller.address()))
    const [grant] = await grantsOf(alice)
    const path = `/grants/${grant?.['id']}`
    const scopes = async () => (await hall.rooms.authorization.identify(tokens.access_token)).granted?.scopes
    const before = await scopes()

    const foreign = [await bob.asks('DELETE', path), await bob.asks('PATCH', path, { scopes: ['connectors:read'] })]
    const less = await alice.asks('PATCH', path, { scopes: ['connectors:read'] })
    const between = await scopes()
    const more = await alice.asks('PATCH', path, { scopes: ['connectors:write'] })
    const none = await alice.asks('PATCH', path, { connectors: [] })
    const all = await alice.asks('PATCH', path, { connectors: null })
    const end = await alice.asks('DELETE', path)
    const again = await alice.asks('DELETE', path)

    expect(foreign.map(({ status }) => status)).toEqual([404, 404])
    expect([before, between]).toEqual([['connectors:read', 'connectors:write'], ['connectors:read']])
    expect([less.status, more.status, none.status, all.status, end.status, again.status]).toEqual([200, 422, 200, 422, 204, 404])
    await expect(scopes()).rejects.toMatchObject({ detail: { reason: 'revoked' } })
    const events = await hall.rooms.storage.db
      .selectFrom('ledger_entries')
      .select('event')
      .where('subject', '=', String(grant?.['id']))
      .orderBy('position')
      .execute()
    expect(events.map(({ event }) => event)).toEqual(['grant.given', 'grant.reduced', 'grant.reduced', 'grant.revoked'])
  })

  it('is gone with the person, and with it every token and code', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const alice = await arrive(hall, 'Alice')
    const tokens = await caller.redeems(await alice.letsIn(await caller.address(), { yes: true, stay: true }))
    await hall.rooms.authorization.identify(tokens.access_token)

    const exported = await alice.asks('GET', '/me/export')
    const erased = await alice.asks('POST', '/me/erase', { password: 'correct horse battery' })

    expect(exported.body.grants).toMatchObject([{ scopes: ['connectors:read', 'connectors:write'] }])
    expect(erased.status).toBe(204)
    await expect(hall.rooms.authorization.identify(tokens.access_token)).rejects.toMatchObject({ status: 401 })
    const { db } = hall.rooms.storage
    expect(await db.selectFrom('grant_tokens').selectAll().execute()).toEqual([])
    expect(await db.selectFrom('authorization_records').selectAll().execute()).toEqual([])
    expect(
      (await caller.posts({ grant_type: 'refresh_token', client_id: caller.client.client_id, refresh_token: String(tokens.refresh_token) })).status,
    ).toBe(400)
  })

  it('ends for everybody when the assistant is deleted, which only an operator can do', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const alice = await arrive(hall, 'Alice')
    const olga = await arrive(hall, 'Olga')
    const tokens = await caller.redeems(await alice.letsIn(await caller.address()))
    const known = await olga.asks('GET', '/assistant-registrations')
    const id = known.body.items.find((one: { readonly clientId: string }) => one.clientId === caller.client.client_id).id

    const forbidden = await alice.asks('DELETE', `/assistant-registrations/${id}`)
    const done = await olga.asks('DELETE', `/assistant-registrations/${id}`)

    expect([forbidden.status, done.status]).toEqual([403, 204])
    await expect(hall.rooms.authorization.identify(tokens.access_token)).rejects.toMatchObject({ status: 401 })
    expect(await grantsOf(alice)).toEqual([])
    expect((await alice.goes(await caller.address())).status).toBe(400)
  })

  it('comes from an assistant that an operator registered, with a secret that is shown once', async () => {
    await using hall = await openHall(kind)
    const olga = await arrive(hall, 'Olga')
    const alice = await arrive(hall, 'Alice')
    const given = { name: 'House assistant', redirectUris: ['https://house.example/cb'], authMethod: 'client_secret_basic', clientId: 'house' }

    const made = await olga.asks('POST', '/assistant-registrations', given)
    const twice = await olga.asks('POST', '/assistant-registrations', given)
    const forbidden = await alice.asks('POST', '/assistant-registrations', given)
    const client = { client_id: 'house' }
    const caller = new Caller(
      await discovers(hall.origin),
      client,
      oauth.ClientSecretBasic(made.body.clientSecret),
      `${hall.origin}/mcp`,
      'https://house.example/cb',
    )
    const { id, request } = await alice.isAsked(await caller.address())
    const tokens = await caller.redeems(await alice.decides(id, { yes: true, stay: true }))

    expect([made.status, twice.status, twice.body.error.pointer, forbidden.status]).toEqual([201, 409, '/name', 403])
    expect(request.assistant).toMatchObject({ name: 'House assistant', kind: 'registered' })
    expect(tokens.refresh_token).toMatch(/^hfr_/)
    expect(JSON.stringify(await olga.asks('GET', '/assistant-registrations'))).not.toContain(made.body.clientSecret.slice(4))
  })
})
