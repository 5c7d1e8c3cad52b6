import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { openHall } from '../../../test/hall.ts'
import { Browser, CALLBACK, Caller } from '../../../test/letting-in.ts'
import { MINUTE } from '../../lib/index.ts'

describe.each(databases)('the authorization endpoint on $name', (kind) => {
  it('gives a code to who asks as OAuth 2.1 wants it, and names its issuer (RFC 6749 4.1.2, RFC 9207 2)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')

    const landed = await browser.letsIn(await caller.address())

    expect(landed.href.startsWith(`${CALLBACK}?`)).toBe(true)
    expect(Object.fromEntries(landed.searchParams)).toEqual({ code: expect.any(String), state: caller.state, iss: hall.origin })
    expect((await caller.redeems(landed)).access_token).toMatch(/^hfo_[\w-]{51}$/)
  })

  it('names its issuer in errors too, and gives the state back untouched (RFC 9207 2, RFC 6749 4.1.2.1)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = new Browser(hall.origin)
    const state = 'ü &=#"<x>'

    await browser.signsIn('Alice')
    const wrong = await browser.goes(await caller.address({ response_type: 'token', state }))
    const refused = await browser.letsIn(await caller.address({ state }), { yes: false })

    const parameters = Object.fromEntries(
      new URL(wrong.location ?? '').hash
        .slice(1)
        .split('&')
        .map((pair) => pair.split('=')),
    )
    expect(parameters['iss'] ?? new URL(wrong.location ?? '').searchParams.get('iss')).toBeTruthy()
    expect(Object.fromEntries(refused.searchParams)).toMatchObject({ error: 'access_denied', state, iss: hall.origin })
    expect(() => oauth.validateAuthResponse(caller.server, caller.client, refused, state)).toThrow(oauth.AuthorizationResponseError)
  })

  it.each([
    ['no challenge (RFC 7636 4.4.1, OAuth 2.1)', { code_challenge: null, code_challenge_method: null }],
    ['the plain method (RFC 9700 2.1.1: S256 only)', { code_challenge_method: 'plain' }],
    ['a challenge without its method', { code_challenge_method: null }],
    ['a challenge that is too short', { code_challenge: 'abc' }],
    ['a response type that hands out tokens (RFC 9700 2.1.2)', { response_type: 'token' }],
    ['the hybrid flow', { response_type: 'code id_token' }],
    ['a resource of somebody else (RFC 8707 2: invalid_target)', { resource: 'https://elsewhere.example/mcp' }],
    ['a resource with a fragment (RFC 8707 2)', { resource: 'http://localhost/mcp#x' }],
    ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['no page to be shown (OpenID Connect 3.1.2.1)', { prompt: 'none' }],
  ] as const)('tells the assistant, and gives no code, for %s', async (_, change) => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')

    const sent = await browser.goes(await caller.address(change))

    expect(sent.status).toBe(303)
    expect(sent.location?.startsWith(CALLBACK)).toBe(true)
    expect(sent.location).toMatch(
      /[?#&]error=(invalid_request|unsupported_response_type|invalid_target|login_required|consent_required|request_not_supported|invalid_scope|unauthorized_client)/,
    )
    expect(sent.location).not.toMatch(/[?#&]code=/)
  })

  it.each([
    ['an unknown client', { client_id: 'nobody' }, 'invalid_client'],
    ['no client', { client_id: null }, 'invalid_request'],
    ['another redirect URI (RFC 6749 3.1.2.3, 3.1.2.4, 4.1.2.1)', { redirect_uri: 'https://evil.example/cb' }, 'invalid_redirect_uri'],
    ['a redirect URI below the registered one', { redirect_uri: `${CALLBACK}/more` }, 'invalid_redirect_uri'],
    ['a redirect URI with a parameter more', { redirect_uri: `${CALLBACK}?x=1` }, 'invalid_redirect_uri'],
    ['no redirect URI', { redirect_uri: null }, 'invalid_request'],
  ] as const)('tells the person and sends nothing anywhere for %s', async (_, change, error) => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')

    const told = await browser.goes(await caller.address(change))

    expect([told.status, told.location]).toEqual([400, null])
    expect(told.text).toContain(error)
    expect(told.text).not.toContain('evil.example')
    expect(told.headers.get('x-frame-options')).toBe('DENY')
  })

  it('refuses parameters that stand twice (RFC 6749 3.1)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = new Browser(hall.origin)
    const twice = await Promise.all(
      ['redirect_uri', 'client_id', 'state', 'code_challenge', 'scope'].map(async (name) => {
        const url = await caller.address()
        url.searchParams.append(name, url.searchParams.get(name) ?? '')
        return await browser.goes(url)
      }),
    )

    expect(
      twice.map(({ status, location, text }) => (location === null ? status === 400 && text !== '' : location.includes('error=invalid_request'))),
    ).toEqual([true, true, true, true, true])
    expect(twice.filter(({ location }) => location !== null && /\/authorize\//.test(location))).toEqual([])
  })

  it('takes any port of a loopback address, and then only that one at the token endpoint (RFC 8252 7.3, RFC 6749 4.1.3)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin, { redirect_uris: ['http://127.0.0.1/callback'] })
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')
    const redirect_uri = 'http://127.0.0.1:53123/callback'

    const landed = await browser.letsIn(await caller.address({ redirect_uri }))
    const code = String(landed.searchParams.get('code'))
    const form = {
      grant_type: 'authorization_code',
      client_id: caller.client.client_id,
      code,
      code_verifier: caller.verifier,
      resource: caller.resource,
    }
    const other = await caller.posts({ ...form, redirect_uri: 'http://127.0.0.1:53124/callback' })
    const same = await caller.posts({ ...form, redirect_uri })

    expect(landed.host).toBe('127.0.0.1:53123')
    expect([other.status, other.body.error]).toEqual([400, 'invalid_grant'])
    expect(same.status).toBe(200)
  })

  it('means all tools where no resource is named, and remembers which was (RFC 8707 2.1)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')

    const { request } = await browser.isAsked(await caller.address({ resource: null }))
    const { request: one } = await browser.isAsked(await caller.address({ resource: `${hall.origin}/mcp/tables` }))

    expect([request.resource, request.only]).toEqual([`${hall.origin}/mcp`, null])
    expect([one.resource, one.only]).toEqual([`${hall.origin}/mcp/tables`, { slug: 'tables', name: 'tables', enabled: false }])
  })

  it('asks every time, also an assistant that was let in a moment ago (MCP security best practices: per-client consent)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')
    await browser.letsIn(await caller.address())

    const { request } = await browser.isAsked(await caller.address())

    expect(request.known).toBe(true)
  })

  it('forgets a request after a quarter of an hour', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')
    const { id } = await browser.isAsked(await caller.address())

    hall.rooms.clock.advance(15 * MINUTE)
    const seen = await browser.asks('GET', `/authorizations/${id}`)
    const decided = await browser.asks('POST', `/authorizations/${id}/decision`, { yes: true })

    expect([seen.body.error.code, decided.body.error.code]).toEqual(['authorization/request-over', 'authorization/request-over'])
  })

  it('takes so many requests a minute from one address, and says when to come again', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = new Browser(hall.origin)
    const url = await caller.address({ client_id: 'nobody' })
    const answers = []
    for (let at = 0; at < 61; at++) answers.push((await browser.goes(url)).status)

    const over = await browser.goes(url)

    expect(answers.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => 400))
    expect([over.status, Number(over.headers.get('retry-after')) > 0]).toEqual([429, true])
    hall.rooms.clock.advance(MINUTE)
    expect((await browser.goes(url)).status).toBe(400)
  })
})
