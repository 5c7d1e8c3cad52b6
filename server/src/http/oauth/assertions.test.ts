import { exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../../test/databases.ts'
import { type Hall, openHall } from '../../../test/hall.ts'
import { Browser, Caller } from '../../../test/letting-in.ts'
import { type Header, PAGE_LINK, Product } from '../../../test/vouching.ts'
import { HOUR, MINUTE, SECOND, type UserId } from '../../lib/index.ts'

async function open(kind: TestDatabaseKind, rule: Parameters<typeof Product.registers>[2] = {}) {
  const hall = await openHall(kind)
  const place = { server: hall.server, workspace: hall.rooms.people.workspace, by: hall.olga, clock: hall.rooms.clock }
  const heron = await Product.registers(place, 'Heron', rule)
  return { hall, heron, place, origin: hall.origin, [Symbol.asyncDispose]: () => hall[Symbol.asyncDispose]() }
}

const reason = (hall: Hall, token: string) =>
  hall.rooms.authorization.identify(token).then(
    () => 'good',
    (error: { readonly detail: { readonly reason: string } }) => error.detail.reason,
  )
const seconds = (hall: Hall) => Math.floor(hall.rooms.clock.now() / SECOND)

describe.each(databases)("an assistant's own users on $name", (kind) => {
  it('get a token for one assertion, and an account on arrival, by issuer and subject only (RFC 7523 2.1, 3)', async () => {
    await using town = await open(kind)
    const { hall, heron, origin } = town

    const first = await heron.bears(origin, await heron.says(origin, 'u-1', { name: 'Ida', email: 'alice@example.org', email_verified: true }))
    const again = await heron.bears(origin, await heron.says(origin, 'u-1'), { scope: 'connectors:read' })
    const other = await heron.exchanges(origin, await heron.says(origin, 'u-2'))

    expect(first).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 600, scope: 'connectors:read connectors:write' } })
    expect(first.body.refresh_token).toBeUndefined()
    expect(other).toMatchObject({ status: 200, body: { issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' } })
    const [ida, same, else_] = await Promise.all([first, again, other].map(({ body }) => hall.rooms.authorization.identify(body.access_token)))
    expect(same?.user).toBe(ida?.user)
    expect(same?.granted?.scopes).toEqual(['connectors:read'])
    expect([hall.alice, hall.olga, ida?.user]).not.toContain(else_?.user)
    expect(ida?.user).not.toBe(hall.alice)
    const account = await hall.rooms.people.account(ida?.user as UserId)
    expect(account).toMatchObject({ name: 'Ida', roles: ['user'], hasPassword: false, assertedBy: heron.id })
    hall.rooms.clock.advance(10 * MINUTE)
    expect(await reason(hall, first.body.access_token)).toBe('expired')
  })

  const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>, Header])[] = [
    ['another issuer (RFC 7523 3, 1)', { iss: 'https://evil.example' }, {}],
    ['no issuer (RFC 7523 3, 1)', { iss: undefined }, {}],
    ['no subject (RFC 7523 3, 2)', { sub: undefined }, {}],
    ['an empty subject (RFC 7523 3, 2)', { sub: '' }, {}],
    ['a subject of 256 characters (RFC 7523 3, 2)', { sub: 'x'.repeat(256) }, {}],
    ['a subject that is a number', { sub: 7 }, {}],
    ['another audience (RFC 7523 3, 3)', { aud: 'https://other.example' }, {}],
    ['no audience (RFC 7523 3, 3)', { aud: undefined }, {}],
    ['no time of making (RFC 7523 3, 6)', { iat: undefined }, {}],
    ['no end (RFC 7523 3, 4)', { exp: undefined }, {}],
    ['no id (RFC 7523 3, 7)', { jti: undefined }, {}],
    ['an id of 256 characters', { jti: 'x'.repeat(256) }, {}],
    ["another client's id (ID-JAG 4.4)", { client_id: 'somebody-else' }, {}],
    ["no client's id", { client_id: undefined }, {}],
    ['the key id of nobody (RFC 7515 4.1.4)', {}, { kid: 'Heron-2' }],
    ['the type of an ID-JAG from a product that is no identity provider (RFC 8725 3.11)', {}, { typ: 'oauth-id-jag+jwt' }],
    ['the type of something else (RFC 8725 3.11)', {}, { typ: 'at+jwt' }],
    ['what has to be understood and is not (RFC 7515 4.1.11)', {}, { crit: ['urn:x'], 'urn:x': 1 }],
    ['more than is read (RFC 8725 3.11)', { padding: 'x'.repeat(9_000) }, {}],
  ]
  // What is refused leaves nothing behind, so that all of it can be tried in one place.
  describe('and', () => {
    let town: Awaited<ReturnType<typeof open>>
    beforeAll(async () => {
      town = await open(kind)
    })
    afterAll(() => town[Symbol.asyncDispose]())

    it.each(wrong)('get nothing by %s', async (_, change, header) => {
      const { hall, heron, origin } = town
      const text = await heron.says(origin, 'u-1', change, header)

      const [bearing, exchanging] = [await heron.bears(origin, text), await heron.exchanges(origin, text)]

      expect(bearing).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
      // RFC 8693 section 2.2.2.
      expect(exchanging).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
      expect((await hall.rooms.people.list(null, 50)).length).toBe(3)
      expect(hall.faults).toEqual([])
    })
  })

  it('get nothing by our audience among others, or as the address of the token endpoint (RFC 7523 3, 3)', async () => {
    await using town = await open(kind)
    const { heron, origin } = town

    const said = []
    for (const aud of [[origin, 'https://other.example'], `${origin}/oauth/token`, `${origin}/`, [], [origin, origin]])
      said.push((await heron.bears(origin, await heron.says(origin, 'u-1', { aud }))).body.error)

    expect(said).toEqual(Array(5).fill('invalid_grant'))
    expect((await heron.bears(origin, await heron.says(origin, 'u-1', { aud: [origin] }))).status).toBe(200)
  })

  it('get nothing by an assertion out of time, too early or too long, with a minute for clocks that differ (RFC 7523 3, 4-6)', async () => {
    await using town = await open(kind)
    const { hall, heron, origin } = town
    const now = seconds(hall)
    const asks = async (change: Readonly<Record<string, unknown>>) => (await heron.bears(origin, await heron.says(origin, 'u-1', change))).status

    expect(await asks({ iat: now - 200, exp: now - 61 })).toBe(400)
    expect(await asks({ iat: now - 200, exp: now - 58 })).toBe(200)
    expect(await asks({ iat: now + 62, exp: now + 100 })).toBe(400)
    expect(await asks({ iat: now + 58, exp: now + 100 })).toBe(200)
    expect(await asks({ nbf: now + 62 })).toBe(400)
    expect(await asks({ exp: now + 301 })).toBe(400)
    expect(await asks({ exp: now + 300 })).toBe(200)
    expect(await asks({ iat: now, exp: now })).toBe(400)
    expect(await asks({ exp: 1e300 })).toBe(400)
    expect(await asks({ exp: 'soon' })).toBe(400)
  })

  it('get nothing by a forged signature, by none, or by one that the public key makes as a secret (RFC 8725 2.1, 3.1)', async () => {
    await using town = await open(kind)
    const { hall, heron, origin } = town
    const { privateKey } = await generateKeyPair('ES256')
    const claims = heron.claims(origin, 'u-1')
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const pem = await exportSPKI((await importJWK(heron.publicKey, 'ES256', { extractable: true })) as never)
    const good = await heron.says(origin, 'u-1')
    const [head, body = '', signature] = good.split('.')
    const forged = [
      await heron.says(origin, 'u-1', {}, {}, privateKey),
      `${part({ alg: 'none' })}.${part(claims)}.`,
      `${part({ alg: 'None', typ: 'JWT' })}.${part(claims)}.${signature}`,
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'Heron-1' }).sign(new TextEncoder().encode(pem)),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'Heron-1' }).sign(new TextEncoder().encode(JSON.stringify(heron.publicKey))),
      `${head}.${part({ ...claims, sub: 'u-2' })}.${signature}`,
      `${head}.${body}.`,
      `${head}.${body}`,
      `${good}.${signature}`,
      'nonsense',
      '..',
    ]
    // The key that travels along is not one that anybody trusts (RFC 8725 section 3.10).
    const { privateKey: own, publicKey: ownPublic } = await generateKeyPair('ES256', { extractable: true })
    const { exportJWK } = await import('jose')
    const jwk = await exportJWK(ownPublic)
    forged.push(await heron.says(origin, 'u-1', {}, { jwk, kid: undefined }, own))
    forged.push(await heron.says(origin, 'u-1', {}, { jku: 'https://evil.example/jwks', kid: 'evil' }, own))

    const said = await Promise.all(forged.map((text) => heron.bears(origin, text)))

    expect(said.map(({ body: { error } }) => error)).toEqual(forged.map(() => 'invalid_grant'))
    expect(hall.fetched).toEqual([])
    expect((await heron.bears(origin, good)).status).toBe(200)
  })

  it('get one token for one assertion, however often and at however many doors it comes (RFC 7523 3, 7)', async () => {
    await using town = await open(kind)
    const { hall, heron, origin } = town
    const text = await heron.says(origin, 'u-1')

    const said = await Promise.all(Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? heron.bears(origin, text) : heron.exchanges(origin, text))))
    hall.rooms.clock.advance(2 * MINUTE)
    await hall.server.tidy()
    const late = await heron.bears(origin, text)

    expect(said.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(said.filter(({ status }) => status >= 500)).toEqual([])
    expect(late.body.error).toBe('invalid_grant')
    expect(hall.faults).toEqual([])
  })

  it('make one account when many assertions about somebody new come at once', async () => {
    await using town = await open(kind)
    const { hall, heron, origin } = town
    const texts = await Promise.all(Array.from({ length: 8 }, () => heron.says(origin, 'u-1')))

    const said = await Promise.all(texts.map((text) => heron.bears(origin, text)))

    expect(said.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect((await hall.rooms.people.list(null, 50)).length).toBe(4)
  })

  it("are nobody else's: one assistant cannot assert another's user, nor use its assertion or its issuer (RFC 7521 8.1)", async () => {
    await using town = await open(kind)
    const { hall, heron, place, origin } = town
    const crow = await Product.registers(place, 'Crow')
    const mine = await heron.bears(origin, await heron.says(origin, 'u-1'))

    // Its own issuer with the other's subject is somebody else.
    const same = await crow.bears(origin, await crow.says(origin, 'u-1'))
    const stolen = await crow.bears(origin, await heron.says(origin, 'u-1'))
    const posing = await crow.bears(origin, await crow.says(origin, 'u-1', { iss: heron.issuer }))
    // Even where both trust the same issuer.
    const shared = crow.rule().issuers.concat(heron.rule().issuers)
    await hall.server.assertions.set(place.workspace, hall.olga, crow.rule({ issuers: shared }))
    const diverted = await crow.bears(origin, await heron.says(origin, 'u-1'))
    const apart = await crow.bears(origin, await heron.says(origin, 'u-1', { client_id: crow.clientId }))

    expect([stolen, posing, diverted].map(({ body }) => body.error)).toEqual(['invalid_grant', 'invalid_grant', 'invalid_grant'])
    const users = await Promise.all([mine, apart].map(async ({ body }) => (await hall.rooms.authorization.identify(body.access_token)).user))
    expect(new Set(users).size).toBe(2)
    expect(same.status).toBe(200)
  })

  it('are asserted by registered assistants that prove who they are and were allowed to (RFC 6749 5.2)', async () => {
    await using town = await open(kind, null)
    const { hall, heron, origin, place } = town
    const stranger = await Caller.registers(origin, { token_endpoint_auth_method: 'client_secret_basic' })

    const before = await heron.bears(origin, await heron.says(origin, 'u-1'))
    await hall.server.assertions.set(place.workspace, hall.olga, heron.rule())
    const unproven = await fetch(`${origin}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        client_id: heron.clientId,
        assertion: await heron.says(origin, 'u-1'),
      }),
    })
    const row = (await hall.server.assistants.list(place.workspace, null, 50)).find(({ clientId }) => clientId === stranger.client.client_id)

    expect([before.status, unproven.status]).toEqual([400, 401])
    await expect(hall.server.assertions.set(place.workspace, hall.olga, { ...heron.rule(), assistant: row?.id ?? heron.id })).rejects.toMatchObject({
      code: 'request/invalid',
    })
  })

  it('get no more than the operator allows, than the assertion says, or than was asked (RFC 6749 3.3, RFC 8707 2)', async () => {
    await using town = await open(kind, { scopes: ['connectors:read'] })
    const { heron, origin } = town
    const asks = async (claims: object, form: Readonly<Record<string, string>>) =>
      (await heron.bears(origin, await heron.says(origin, 'u-1', { ...claims }), form)).body

    expect((await asks({}, { scope: 'connectors:write' })).scope).toBe('connectors:read')
    expect((await asks({ scope: 'connectors:read' }, {})).scope).toBe('connectors:read')
    expect((await asks({ scope: 'other' }, {})).error).toBe('invalid_scope')
    expect((await asks({}, { resource: 'https://other.example/mcp' })).error).toBe('invalid_target')
    expect((await asks({ resource: `${origin}/mcp/tables` }, { resource: `${origin}/mcp` })).error).toBe('invalid_target')
    expect((await asks({ resource: `${origin}/mcp/tables` }, {})).scope).toBe('connectors:read')
  })

  it('are taken from an ID-JAG of a configured identity provider, and not from its ID tokens (ID-JAG 4.4, RFC 8725 3.11)', async () => {
    await using town = await open(kind, null)
    const { hall, heron, origin, place } = town
    const issuer = heron.issuers[0]
    await hall.server.assertions.set(place.workspace, hall.olga, heron.rule({ issuers: [{ ...issuer, kind: 'identity-provider' }] }))
    const jag = { typ: 'oauth-id-jag+jwt' }
    const resource = `${origin}/mcp`

    const given = await heron.bears(origin, await heron.says(origin, 'u-1', { resource, scope: 'connectors:read' }, jag))
    const idToken = await heron.bears(origin, await heron.says(origin, 'u-1'))
    const untyped = await heron.bears(origin, await heron.says(origin, 'u-1', {}, { typ: undefined }))
    const azp = await heron.bears(origin, await heron.says(origin, 'u-1', { client_id: undefined, azp: heron.clientId }, jag))

    expect(given).toMatchObject({ status: 200, body: { scope: 'connectors:read' } })
    expect([idToken, untyped, azp].map(({ body }) => body.error)).toEqual(['invalid_grant', 'invalid_grant', 'invalid_grant'])
  })

  it('lose what their assistant holds with the next call, when the operator takes its word back, changes it, or disables or erases them', async () => {
    await using town = await open(kind)
    const { hall, heron, origin, place } = town
    const fresh = async (subject: string) => (await heron.bears(origin, await heron.says(origin, subject))).body.access_token as string
    const { people, authorization } = hall.rooms
    const source = { address: '', agent: '' }

    const [disabled, changed] = [await fresh('u-1'), await fresh('u-2')]
    const { user } = await authorization.identify(disabled)
    await people.change(hall.olga, user, { disabled: true }, source)
    expect([await reason(hall, disabled), await reason(hall, changed)]).toEqual(['user-disabled', 'good'])
    expect((await heron.bears(origin, await heron.says(origin, 'u-1'))).body.error).toBe('invalid_grant')

    await hall.server.assertions.set(place.workspace, hall.olga, heron.rule({ createsUsers: false }))
    expect(await reason(hall, changed)).toBe('revoked')
    expect((await heron.bears(origin, await heron.says(origin, 'u-3'))).body.error).toBe('invalid_grant')
    const last = await fresh('u-2')
    await hall.server.assertions.end(place.workspace, hall.olga, heron.id)
    expect(await reason(hall, last)).toBe('not-its-user')
    expect((await heron.bears(origin, await heron.says(origin, 'u-2'))).status).toBe(400)
  })

  it('have no other way in: no one-time link, and no roles', async () => {
    await using town = await open(kind)
    const { hall, heron, origin } = town
    const { body } = await heron.bears(origin, await heron.says(origin, 'u-1'))
    const { user } = await hall.rooms.authorization.identify(body.access_token)

    await expect(hall.rooms.people.issueLink(hall.olga, user)).rejects.toMatchObject({ code: 'people/asserted-user' })
    await expect(hall.rooms.people.change(hall.olga, user, { roles: ['operator'] }, { address: '', agent: '' })).rejects.toMatchObject({
      code: 'people/asserted-user',
    })
  })

  it('are the only ones of an assistant that is limited to them: nobody else lets it in, and what others gave it before is worth nothing', async () => {
    await using town = await open(kind)
    const { hall, heron, origin, place } = town
    const alice = new Browser(origin)
    await alice.signsIn('Alice')
    const url = new URL(`${origin}/oauth/authorize`)
    const query = {
      client_id: heron.clientId,
      redirect_uri: 'https://heron.example/callback',
      response_type: 'code',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      resource: `${origin}/mcp`,
    }
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const { id } = await alice.isAsked(url)
    const own = await hall.rooms.authorization.create(place.workspace, hall.alice, { name: 'mine', assistant: 'Heron' })

    await hall.server.assertions.set(place.workspace, hall.olga, heron.rule({ ownUsersOnly: true }))

    expect(await alice.asks('POST', `/authorizations/${id}/decision`, { yes: true, stay: true })).toMatchObject({
      status: 403,
      body: { error: { code: 'authorization/own-users-only' } },
    })
    expect(await reason(hall, own.secret)).toBe('not-its-user')
    await expect(hall.rooms.authorization.create(place.workspace, hall.bob, { name: 'mine', assistant: 'Heron' })).rejects.toMatchObject({
      code: 'authorization/own-users-only',
    })
    expect((await heron.bears(origin, await heron.says(origin, 'u-1'))).status).toBe(200)
  })

  it('are believed by keys at an address, which are looked at again when an unknown one comes, not at each nonsense (RFC 7517)', async () => {
    await using town = await open(kind, null)
    const { hall, heron, origin, place } = town
    const at = 'https://heron.example/jwks'
    const issuer = heron.issuers[0]
    hall.documents.set(at, JSON.stringify({ keys: [{ ...heron.publicKey, kid: 'older' }] }))
    await hall.server.assertions.set(place.workspace, hall.olga, heron.rule({ issuers: [{ ...issuer, jwks: null, jwksUri: at }] }))

    const before = await heron.bears(origin, await heron.says(origin, 'u-1'))
    hall.documents.set(at, JSON.stringify({ keys: [heron.publicKey] }))
    const soon = await heron.bears(origin, await heron.says(origin, 'u-1'))
    hall.rooms.clock.advance(31 * SECOND)
    const then = await heron.bears(origin, await heron.says(origin, 'u-1'))
    hall.documents.set(at, JSON.stringify({ keys: [{ ...heron.publicKey, kid: 'another' }] }))
    hall.rooms.clock.advance(11 * MINUTE)
    const gone = await heron.bears(origin, await heron.says(origin, 'u-1'))

    expect([before, soon, then, gone].map(({ status }) => status)).toEqual([400, 400, 200, 400])
    expect(hall.fetched.filter((address) => address === at)).toHaveLength(3)
  })

  it.each([
    ['nothing', () => new Response('', { status: 500 })],
    ['another address', () => new Response('', { status: 302, headers: { location: 'https://evil.example' } })],
    ['no JSON', () => new Response('<html>')],
    ['no keys', () => new Response('{"keys":[]}')],
    ['a list', () => new Response('[]')],
    ['things that are no keys', () => new Response('{"keys":[null,7,"x",{},{"kty":"oct","kid":"Heron-1","k":"AAAA"}]}')],
    ['ten thousand keys', () => new Response(JSON.stringify({ keys: Array(10_000).fill({ kty: 'EC' }) }))],
    ['a broken key', () => new Response('{"keys":[{"kty":"EC","crv":"P-256","kid":"Heron-1","alg":"ES256","x":"!","y":"!"}]}')],
    ['a curve that is none', () => new Response('{"keys":[{"kty":"EC","crv":"P-1","kid":"Heron-1","x":"AA","y":"AA"}]}')],
    ['very much', () => new Response(`{"keys":[],"x":"${'x'.repeat(100_000)}"}`)],
    ['a fault', () => Promise.reject(new Error('the other side hung up'))],
  ])('are not believed where the server of the keys answers with %s (RFC 8725 3.10)', async (_, answer) => {
    await using town = await open(kind, null)
    const { hall, heron, origin, place } = town
    const issuer = heron.issuers[0]
    hall.documents.set('https://heron.example/jwks', answer)
    await hall.server.assertions.set(
      place.workspace,
      hall.olga,
      heron.rule({ issuers: [{ ...issuer, jwks: null, jwksUri: 'https://heron.example/jwks' }] }),
    )

    const said = await heron.bears(origin, await heron.says(origin, 'u-1'))

    expect(said).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(hall.faults).toEqual([])
  })

  it('open one page in one browser, once, within a minute, and see nothing of anybody else there', async () => {
    await using town = await open(kind)
    const { hall, heron, origin } = town
    const link = async (subject: string, page = '/approvals/apr_1') =>
      await heron.exchanges(origin, await heron.says(origin, subject), { requested_token_type: PAGE_LINK, page })
    const tokenOf = (said: Awaited<ReturnType<typeof link>>) => String(said.body.page_link).split('#')[1]

    const given = await link('u-1')
    const [ida, thief] = [new Browser(origin), new Browser(origin)]
    const opened = await ida.asks('POST', '/hosted-session', { token: tokenOf(given) })
    const second = await thief.asks('POST', '/hosted-session', { token: tokenOf(given) })

    expect(given.body).toMatchObject({ issued_token_type: PAGE_LINK, token_type: 'N_A', expires_in: 60 })
    expect(opened).toMatchObject({ status: 200, body: { page: '/approvals/apr_1', session: { hostedBy: heron.id, method: 'assertion' } } })
    expect(second).toMatchObject({ status: 410, body: { error: { code: 'people/link-invalid' } } })
    expect((await thief.asks('GET', '/session')).status).toBe(401)
    const late = await link('u-1')
    hall.rooms.clock.advance(MINUTE)
    expect((await thief.asks('POST', '/hosted-session', { token: tokenOf(late) })).status).toBe(410)
    // Whoever is signed in here does not become somebody else without noticing.
    const alice = new Browser(origin)
    await alice.signsIn('Alice')
    expect((await alice.asks('POST', '/hosted-session', { token: tokenOf(await link('u-1')) })).body.error.code).toBe('people/another-session')
    expect((await alice.asks('GET', '/session')).body.user.name).toBe('Alice')
    for (const page of ['/settings', '/authorize/x', '//evil.example', 'https://evil.example/connect/x', '/connect/../settings', ''])
      expect((await link('u-1', page)).body.error).toBe('invalid_request')
    hall.rooms.clock.advance(HOUR)
    expect((await ida.asks('GET', '/session')).status).toBe(401)
  })

  it('reach with such a session what their few pages need, and no other endpoint', async () => {
    await using town = await open(kind)
    const { hall, heron, origin } = town
    const said = await heron.exchanges(origin, await heron.says(origin, 'u-1'), { requested_token_type: PAGE_LINK, page: '/connect/cnp_1' })
    const ida = new Browser(origin)
    const opened = await ida.asks('POST', '/hosted-session', { token: String(said.body.page_link).split('#')[1] })
    const headers = { 'x-handfast-csrf': opened.body.session.csrf }

    const open_: string[] = []
    for (const one of hall.endpoints) {
      if (one.policy.kind === 'public' || one.path === '/api/v1/session') continue
      const path = one.path.slice('/api/v1'.length).replaceAll(/\{\w+\}/g, 'x')
      const answer = await ida.asks(one.method, path, one.method === 'GET' || one.method === 'DELETE' ? undefined : {}, headers)
      if (answer.body.error?.code !== 'people/hosted-session') open_.push(`${one.method} ${one.path}`)
    }

    expect(open_.toSorted()).toEqual([
      'GET /api/v1/approvals/{id}',
      'GET /api/v1/connect/{id}',
      'GET /api/v1/directory/{slug}',
      'GET /api/v1/directory/{slug}/accounts',
      'GET /api/v1/directory/{slug}/receipts/{id}',
      'GET /api/v1/directory/{slug}/sign-in',
      'POST /api/v1/approvals/{id}/decision',
      'POST /api/v1/connect/{id}/decline',
      'POST /api/v1/directory/{slug}/accounts',
      'POST /api/v1/directory/{slug}/disable',
      'POST /api/v1/directory/{slug}/enable',
      'POST /api/v1/directory/{slug}/sign-in',
      'POST /api/v1/sign-ins/return',
    ])
  })
})
