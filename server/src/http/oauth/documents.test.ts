import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { openHall } from '../../../test/hall.ts'
import { Browser, CALLBACK, Caller, discovers, here, originOf } from '../../../test/letting-in.ts'
import { Town } from '../../../test/town.ts'
import { DAY, HOUR } from '../../lib/index.ts'

const [kind] = databases
if (kind === undefined) throw new Error('there is no database')

async function json(url: string, init: RequestInit = {}) {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} }
}

describe('the documents of the authorization server', () => {
  it('name the issuer that was asked, all endpoints below it, and S256 (RFC 8414 2, 3.3; MCP 2026-07-28 authorization)', async () => {
    await using hall = await openHall(kind)
    const issuer = new URL(hall.origin)

    const server = await discovers(hall.origin)
    const openid = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...here, algorithm: 'oidc' }))

    expect(openid).toEqual(server)
    expect(server).toMatchObject({
      issuer: hall.origin,
      authorization_endpoint: `${hall.origin}/oauth/authorize`,
      token_endpoint: `${hall.origin}/oauth/token`,
      registration_endpoint: `${hall.origin}/oauth/register`,
      revocation_endpoint: `${hall.origin}/oauth/revoke`,
      introspection_endpoint: `${hall.origin}/oauth/introspect`,
      device_authorization_endpoint: `${hall.origin}/oauth/device-authorization`,
      jwks_uri: `${hall.origin}/oauth/jwks`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      grant_types_supported: expect.arrayContaining(['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code']),
    })
    expect(server.grant_types_supported).not.toContain('password')
    expect(server.grant_types_supported).not.toContain('implicit')
    expect(server.token_endpoint_auth_methods_supported).toEqual(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'])
    expect(server.scopes_supported).toEqual(expect.arrayContaining(['offline_access', 'connectors:read', 'connectors:write']))
    expect(server['token_endpoint_auth_signing_alg_values_supported']).not.toContain('HS256')
  })

  it('can be read by pages of any site, and the endpoints that give something only by those of the assistant', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin, { redirect_uris: ['https://app.example/cb'] })
    const form = { grant_type: 'authorization_code', client_id: caller.client.client_id, code: 'x' }

    const document = await json(`${hall.origin}/.well-known/oauth-authorization-server`, { headers: { origin: 'https://any.example' } })
    const own = await caller.posts(form, 'token', { origin: 'https://app.example' })
    const other = await caller.posts(form, 'token', { origin: 'https://evil.example' })

    expect(document.headers.get('access-control-allow-origin')).toBe('https://any.example')
    expect([own.headers.get('access-control-allow-origin'), other.headers.get('access-control-allow-origin')]).toEqual(['https://app.example', null])
    expect(other.status).toBe(400)
  })

  it('publish public keys only, and go on publishing those before for two hours (RFC 8414 2)', async () => {
    await using hall = await openHall(kind)
    const keys = async () => (await json(`${hall.origin}/oauth/jwks`)).body['keys'] as readonly Record<string, unknown>[]
    const before = await keys()

    await hall.server.rotateKeys(hall.olga)
    const between = await keys()
    hall.rooms.clock.advance(3 * HOUR)
    await hall.server.rotateKeys('system')
    const after = await keys()

    expect(before.map(({ alg }) => alg).toSorted()).toEqual(['ES256', 'RS256'])
    expect(between.map(({ kid }) => kid)).toEqual(expect.arrayContaining(before.map(({ kid }) => kid)))
    expect(between).toHaveLength(4)
    expect(after.filter(({ kid }) => before.some((one) => one['kid'] === kid))).toEqual([])
    expect(JSON.stringify([before, between, after])).not.toMatch(/"(d|p|q|dp|dq|qi|k)":/)
  })

  it('say who a person is to an assistant that asks for it, and nothing more (OpenID Connect 2, 3.1.3.7)', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')

    const landed = await browser.letsIn(await caller.address({ scope: 'openid connectors:read', nonce: 'n-0S6' }))
    const parameters = oauth.validateAuthResponse(caller.server, caller.client, landed, caller.state)
    const options = { ...here, additionalParameters: { resource: caller.resource } }
    const response = await oauth.authorizationCodeGrantRequest(
      caller.server,
      caller.client,
      caller.auth,
      parameters,
      CALLBACK,
      caller.verifier,
      options,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(caller.server, caller.client, response, {
      expectedNonce: 'n-0S6',
      requireIdToken: true,
    })
    await oauth.validateApplicationLevelSignature(caller.server, response, here)

    const claims = oauth.getValidatedIdTokenClaims(tokens)
    expect(claims).toMatchObject({ iss: hall.origin, sub: hall.alice, aud: caller.client.client_id })
    expect(Object.keys(claims ?? {}).filter((name) => !['at_hash', 'aud', 'exp', 'iat', 'iss', 'nonce', 'sub', 'auth_time'].includes(name))).toEqual(
      [],
    )
  })

  it.each([
    '/oauth/',
    '/oauth/other',
    '/oauth/end-session',
    '/oauth/session/end/confirm',
    '/oauth/authorize/',
    '/oauth/token/x',
    '/.well-known/other',
    '/.well-known/oauth-authorization-server/mcp',
  ])('are all there is: %s is not there', async (path) => {
    await using hall = await openHall(kind)

    expect((await json(hall.origin + path)).status).toBe(404)
    expect((await json(hall.origin + path, { method: 'POST' })).status).toBe(404)
  })
})

describe('the documents of what is protected', () => {
  it('are found by the path of the resource, name it exactly, and name the server that gives tokens (RFC 9728 2, 3.1, 3.3)', async () => {
    await using town = await Town.open(kind)
    const origin = originOf(town)

    for (const path of ['', '/mcp', '/mcp/tables']) {
      const resource = new URL(origin + path)
      const found = await oauth.processResourceDiscoveryResponse(resource, await oauth.resourceDiscoveryRequest(resource, here))
      expect(found).toMatchObject({
        resource: origin + path,
        authorization_servers: [origin],
        scopes_supported: ['connectors:read', 'connectors:write'],
        bearer_methods_supported: ['header'],
      })
    }
    expect((await json(`${origin}/.well-known/oauth-protected-resource/other`)).status).toBe(404)
  })

  it('are named by the 401 of each door, with the scopes (RFC 9728 5.1, RFC 6750 3, MCP 2026-07-28 authorization)', async () => {
    await using town = await Town.open(kind)
    const origin = originOf(town)
    const asks = (path: string, token?: string) =>
      json(origin + path, { method: 'POST', headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })

    const none = await asks('/mcp')
    const one = await asks('/mcp/tables')
    const wrong = await asks('/mcp', 'hfo_nothing')
    const api = await json(`${origin}/api/v1/calls`, { headers: { authorization: 'Bearer nothing' } })

    const scope = 'scope="connectors:read connectors:write"'
    const at = (path: string) => `resource_metadata="${origin}/.well-known/oauth-protected-resource${path}"`
    expect([none, one, wrong, api].map(({ status, headers }) => [status, headers.get('www-authenticate')])).toEqual([
      [401, `Bearer realm="handfast", ${at('/mcp')}, ${scope}`],
      [401, `Bearer realm="handfast", ${at('/mcp/tables')}, ${scope}`],
      [401, `Bearer realm="handfast", error="invalid_token", ${at('/mcp')}, ${scope}`],
      [401, `Bearer realm="handfast", error="invalid_token", ${at('')}, ${scope}`],
    ])
  })

  it('cost nothing: the provider behind the authorization server is loaded when it is first needed', async () => {
    await using town = await Town.open(kind)
    const origin = originOf(town)
    const { authorizationServer } = town.app.rooms

    await json(`${origin}/mcp`, { method: 'POST' })
    await json(`${origin}/.well-known/oauth-protected-resource/mcp`)
    await town.alice.mcp.modern('tools/list', {})
    const before = authorizationServer.loaded
    await discovers(origin)

    expect([before, authorizationServer.loaded]).toEqual([false, true])
  })
})

describe.each(databases)('registration on $name', (database) => {
  it('answers with what was registered, and leaves out what is not known (RFC 7591 2, 3.2.1)', async () => {
    await using hall = await openHall(database)
    const body = JSON.stringify({ redirect_uris: [CALLBACK], client_name: 'Corvid', evil: true, scope: 'everything', application_type: 'native' })

    const { status, body: said } = await json(`${hall.origin}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })

    expect(status).toBe(201)
    expect(said).toEqual({
      client_id: expect.stringMatching(/^[\w-]{22}$/),
      client_id_issued_at: Math.floor(hall.rooms.clock.now() / 1_000),
      client_secret: expect.stringMatching(/^hfc_/),
      client_secret_expires_at: 0,
      client_name: 'Corvid',
      redirect_uris: [CALLBACK],
      application_type: 'native',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    })
  })

  it.each([
    ['{"redirect_uris":["http://evil.example/"]}', 'invalid_redirect_uri'],
    ['{"redirect_uris":["javascript:alert(1)"],"application_type":"native"}', 'invalid_redirect_uri'],
    ['{"redirect_uris":[]}', 'invalid_redirect_uri'],
    ['{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"tls_client_auth"}', 'invalid_client_metadata'],
    ['[]', 'invalid_client_metadata'],
    ['{', 'invalid_client_metadata'],
    ['{"redirect_uris":{"0":"https://a.example/"}}', 'invalid_redirect_uri'],
  ])('says no in the words of RFC 7591 3.2.2 to %s', async (body, error) => {
    await using hall = await openHall(database)

    const answer = await json(`${hall.origin}/oauth/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

    expect([answer.status, answer.body['error']]).toEqual([400, error])
  })

  it('cannot be flooded: so many an hour from one address, none larger than a note, and the ledger hears of none', async () => {
    await using hall = await openHall(database)
    const registers = (client_name = 'Corvid') =>
      json(`${hall.origin}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: [CALLBACK], client_name }),
      })
    const large = await registers('x'.repeat(20_000))

    const answers = []
    for (let at = 0; at < 22; at++) answers.push(await registers())

    expect(large.status).toBe(413)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20)
    expect(answers.at(-1)?.status).toBe(429)
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0)
    const recorded = await hall.rooms.storage.db.selectFrom('ledger_entries').select('event').where('event', '=', 'assistant.created').execute()
    expect(recorded).toEqual([])
  })

  it('is forgotten after thirty days without use, and kept while somebody uses it', async () => {
    await using hall = await openHall(database)
    await Caller.registers(hall.origin, { client_name: 'Unused' })
    const used = await Caller.registers(hall.origin, { client_name: 'Used' })
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')
    const tokens = await used.redeems(await browser.letsIn(await used.address()))
    const names = async () => (await hall.server.assistants.list(hall.rooms.people.workspace, null, 99)).map(({ name }) => name.replace(/ \(.*/, ''))
    const before = await names()

    hall.rooms.clock.advance(29 * DAY)
    const renewed = await used.refreshes(String(tokens.refresh_token))
    hall.rooms.clock.advance(2 * DAY)
    await hall.server.tidy()
    const between = await names()
    hall.rooms.clock.advance(31 * DAY)
    await hall.server.tidy()

    expect(before.toSorted()).toEqual(['Unused', 'Used'])
    expect(between).toEqual(['Used'])
    expect(await names()).toEqual([])
    expect(
      (await used.posts({ grant_type: 'refresh_token', client_id: used.client.client_id, refresh_token: String(renewed.refresh_token) })).body.error,
    ).toBe('invalid_client')
  })

  it('is not there where it is switched off, and not in the documents either', async () => {
    await using hall = await openHall(database, { registration: false })

    const server = await discovers(hall.origin)
    const answer = await json(`${hall.origin}/oauth/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })

    expect([server.registration_endpoint, answer.status]).toEqual([undefined, 404])
  })
})
