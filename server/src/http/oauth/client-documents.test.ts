import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { type Hall, type HallOptions, openHall } from '../../../test/hall.ts'
import { Browser, Caller, discovers } from '../../../test/letting-in.ts'

const ID = 'https://assistant.example/oauth/client.json'
const REDIRECT = 'https://assistant.example/cb'
const document = (change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    client_id: ID,
    client_name: 'Jackdaw',
    redirect_uris: [REDIRECT],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...change,
  })

async function known(hall: Hall, id = ID, auth: oauth.ClientAuth = oauth.None(), redirect = REDIRECT): Promise<Caller> {
  return new Caller(await discovers(hall.origin), { client_id: id }, auth, `${hall.origin}/mcp`, redirect)
}

const [kind] = databases
if (kind === undefined) throw new Error('there is no database')

/** What becomes of a request of an assistant whose document is this. */
async function outcome(
  body: string | (() => Response | Promise<Response>),
  id = ID,
  options: HallOptions = {},
  change: Readonly<Record<string, string>> = {},
) {
  await using hall = await openHall(kind as NonNullable<typeof kind>, options)
  hall.documents.set(id, body)
  const caller = await known(hall, id)
  const told = await new Browser(hall.origin).goes(await caller.address(change))
  return { location: told.location, error: /\((\w+)\)/.exec(told.text)?.[1] ?? null, fetched: hall.fetched.length, faults: hall.faults.length }
}

describe.each(databases)('an assistant with a document at its own address on $name (client ID metadata documents)', (database) => {
  it('is let in without being registered: its host is what a person sees', async () => {
    await using hall = await openHall(database)
    hall.documents.set(ID, document())
    const caller = await known(hall)
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')
    const before = await hall.server.assistants.list(hall.rooms.people.workspace, null, 9)

    const { id, request } = await browser.isAsked(await caller.address())
    const tokens = await caller.redeems(await browser.decides(id, { yes: true, stay: true }))
    const again = await caller.refreshes(String(tokens.refresh_token))

    expect(before).toEqual([])
    expect(request).toMatchObject({
      assistant: { name: 'Jackdaw', kind: 'document', host: 'assistant.example' },
      redirect: { target: 'assistant.example' },
    })
    expect(await hall.rooms.authorization.identify(again.access_token)).toMatchObject({ user: hall.alice })
    expect(await hall.server.assistants.list(hall.rooms.people.workspace, null, 9)).toMatchObject([
      { name: 'Jackdaw (assistant.example)', clientId: ID, grants: 1 },
    ])
    expect(hall.fetched).toEqual([ID])
  })

  it('proves itself with a key that its document names (private_key_jwt, RFC 7523 3), once with each assertion', async () => {
    await using hall = await openHall(database)
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const other = await generateKeyPair('ES256')
    const key: JWK = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
    const keys = 'https://assistant.example/jwks.json'
    hall.documents.set(ID, document({ token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256', jwks_uri: keys }))
    hall.documents.set(keys, JSON.stringify({ keys: [key] }))
    const caller = await known(hall, ID, oauth.PrivateKeyJwt({ key: privateKey, kid: 'one' }))
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')
    const tokens = await caller.redeems(await browser.letsIn(await caller.address()))
    const asserted = (change: Readonly<Record<string, unknown>> = {}, by = privateKey, header = { alg: 'ES256', kid: 'one' }) =>
      new SignJWT({
        iss: ID,
        sub: ID,
        aud: hall.origin,
        jti: randomUUID(),
        exp: Math.floor(Date.now() / 1_000) + 60,
        iat: Math.floor(Date.now() / 1_000),
        ...change,
      })
        .setProtectedHeader(header)
        .sign(by)
    const refreshes = async (client_assertion: string) => {
      const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
      const { status, body } = await caller.posts({
        grant_type: 'refresh_token',
        refresh_token: 'nothing',
        client_assertion,
        client_assertion_type: type,
      })
      return `${status} ${body.error}`
    }

    const assertion = await asserted()
    const answers = {
      good: await refreshes(assertion),
      again: await refreshes(assertion),
      otherKey: await refreshes(await asserted({}, other.privateKey)),
      otherAudience: await refreshes(await asserted({ aud: 'https://elsewhere.example' })),
      otherSubject: await refreshes(await asserted({ sub: 'https://assistant.example/other.json' })),
      over: await refreshes(await asserted({ exp: Math.floor(Date.now() / 1_000) - 60 })),
      unnamed: await refreshes(await asserted({ jti: undefined })),
      none: await refreshes(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${assertion.split('.')[1]}.`),
      noProof: `${(await caller.posts({ grant_type: 'refresh_token', refresh_token: 'nothing', client_id: ID })).status}`,
    }

    expect(tokens.access_token).toMatch(/^hfo_/)
    expect(answers).toEqual({
      good: '400 invalid_grant',
      again: '401 invalid_client',
      otherKey: '401 invalid_client',
      otherAudience: '401 invalid_client',
      otherSubject: '400 invalid_client',
      over: '401 invalid_client',
      unnamed: '401 invalid_client',
      none: '401 invalid_client',
      noProof: '401',
    })
  })

  it('is turned away everywhere once an operator switched it off, whatever its document says', async () => {
    await using hall = await openHall(database)
    hall.documents.set(ID, document())
    const caller = await known(hall)
    const browser = new Browser(hall.origin)
    await browser.signsIn('Alice')
    const tokens = await caller.redeems(await browser.letsIn(await caller.address()))
    const [row] = await hall.server.assistants.list(hall.rooms.people.workspace, null, 9)

    await hall.server.assistants.steer(hall.rooms.people.workspace, row?.id ?? 'ast_', hall.olga, true)
    const asked = await browser.goes(await caller.address())
    const refreshed = await caller.posts({ grant_type: 'refresh_token', client_id: ID, refresh_token: String(tokens.refresh_token) })

    expect([asked.status, refreshed.body.error]).toEqual([400, 'invalid_client'])
    await expect(hall.rooms.authorization.identify(tokens.access_token)).rejects.toMatchObject({ detail: { reason: 'assistant-off' } })
  })
})

describe('a document of an assistant', () => {
  it('is fetched once while it may be kept, and for a minute at least', async () => {
    await using hall = await openHall(kind)
    hall.documents.set(ID, () => new Response(document(), { headers: { 'cache-control': 'no-store' } }))
    const caller = await known(hall)
    const browser = new Browser(hall.origin)

    const sent = []
    for (let at = 0; at < 5; at++) sent.push((await browser.goes(await caller.address())).status)

    expect(sent).toEqual([303, 303, 303, 303, 303])
    expect(hall.fetched).toEqual([ID])
  })

  it.each([
    ['that is none', '<html>'],
    ['that is a list', '[]'],
    ['that names another client_id', document({ client_id: `${ID}/` })],
    ['that names none', document({ client_id: undefined })],
    ['without redirect URIs', document({ redirect_uris: undefined })],
    ['with a redirect URI that is plain http', document({ redirect_uris: ['http://assistant.example/cb'] })],
    ['with a redirect URI that runs a script', document({ redirect_uris: ['javascript:alert(1)'] })],
    ['that lists very many', document({ redirect_uris: Array.from({ length: 51 }, (_, at) => `${REDIRECT}${at}`) })],
    ['with a secret that everybody can read', document({ client_secret: 'x' })],
    ['with a method that shares a secret', document({ token_endpoint_auth_method: 'client_secret_basic' })],
    ['whose keys are secrets', document({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } })],
    ['that is larger than 10 KB', document({ client_uri: `https://assistant.example/${'x'.repeat(10_300)}` })],
    ['that is not found', () => new Response(document(), { status: 404 })],
    ['that moved', () => new Response(null, { status: 302, headers: { location: 'https://assistant.example/new.json' } })],
    ['that cannot be fetched', () => Promise.reject(new Error('refused by egress'))],
  ] as const)('lets nobody in %s', async (_, body) => {
    expect(await outcome(body)).toEqual({
      location: null,
      error: expect.stringMatching(/^invalid_(client|redirect_uri|client_metadata)$/),
      fetched: 1,
      faults: 0,
    })
  })

  it.each([
    ['plain http', 'http://assistant.example/oauth/client.json'],
    ['no path', 'https://assistant.example'],
    ['an empty path', 'https://assistant.example/'],
    ['a fragment', `${ID}#x`],
    ['a user name', 'https://me@assistant.example/oauth/client.json'],
    ['dots in the path', 'https://assistant.example/oauth/../client.json'],
    ['hidden dots in the path', 'https://assistant.example/oauth/%2e%2e/client.json'],
    ['capital letters in the host', 'https://Assistant.example/oauth/client.json'],
    ['its own port written out', 'https://assistant.example:443/oauth/client.json'],
    ['a backslash', 'https://assistant.example\\oauth\\client.json'],
    ['a blank', 'https://assistant.example/oauth/client .json'],
    ['hundreds of letters', `https://assistant.example/${'x'.repeat(500)}`],
  ])('is not even asked for at an address with %s', async (_, id) => {
    expect(await outcome(document({ client_id: id }), id)).toEqual({ location: null, error: 'invalid_client', fetched: 0, faults: 0 })
  })

  it('counts from the hosts that the operator names, where any are named', async () => {
    const allowed = await outcome(document(), ID, { documentHosts: ['*.example'] })
    const other = await outcome(document(), ID, { documentHosts: ['claude.ai', 'xassistant.example'] })

    expect(allowed.location).toMatch(/^\/authorize\//)
    expect(other).toEqual({ location: null, error: 'invalid_client', fetched: 0, faults: 0 })
  })

  it('that says nothing of how it proves itself means not at all, and may be of a program on a computer', async () => {
    const body = document({
      token_endpoint_auth_method: undefined,
      redirect_uris: ['http://127.0.0.1/cb', 'vscode://x/cb', REDIRECT],
      logo_uri: 'https://x.example/logo.png',
      scope: 'whatever',
    })

    const sent = await outcome(body, ID, {}, { redirect_uri: 'http://127.0.0.1:40000/cb' })

    expect(sent.location).toMatch(/^\/authorize\//)
  })

  it('is fetched so often a minute for one address, and then others wait', async () => {
    await using hall = await openHall(kind)
    const browser = new Browser(hall.origin)
    const caller = await known(hall)
    for (let at = 0; at < 40; at++) await browser.goes(await caller.address({ client_id: `https://assistant.example/${at}.json` }))

    expect(hall.fetched).toHaveLength(30)
  })

  it('of one assistant says nothing about another: redirect URIs are those of the document alone (MCP authorization, client ID metadata documents)', async () => {
    const sent = await outcome(document(), ID, {}, { redirect_uri: 'https://assistant.example/cb2' })

    expect(sent).toMatchObject({ location: null, error: 'invalid_redirect_uri' })
  })
})
