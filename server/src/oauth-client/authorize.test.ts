import type { IncomingMessage, ServerResponse } from 'node:http'
import { generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LoopbackServer, serve } from '../../test/loopback-server.ts'
import { createEgress, type Egress } from '../egress/index.ts'
import type { Begun, Returned } from './authorize.ts'
import type { OAuthClientIdentity } from './client.ts'
import { OAuthClient } from './oauth-client.ts'
import { type AuthorizationServer, declaredServer } from './server-metadata.ts'

type Answers = (request: IncomingMessage, response: ServerResponse, body: URLSearchParams) => void

const rule = { loopbackByHttp: true }
const redirectUri = 'https://handfast.example/connect/callback'
const json = (response: ServerResponse, body: unknown, status = 200) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const tokens = { access_token: 'canary-access', token_type: 'Bearer', refresh_token: 'canary-refresh', expires_in: 60 }

describe('a sign-in at a server that may be hostile', () => {
  let egress: Egress
  let server: LoopbackServer
  let other: LoopbackServer
  let oauth: OAuthClient
  let answers: Answers
  let as: AuthorizationServer
  let identity: OAuthClientIdentity

  beforeEach(async () => {
    egress = createEgress({ allow: [], dangerouslyAllowPrivateAddresses: true })
    answers = (_request, response) => json(response, tokens)
    server = await serve((request, response, body) => answers(request, response, new URLSearchParams(body)))
    other = await serve((_request, response) => json(response, tokens))
    const { privateKey } = await generateKeyPair('ES256')
    oauth = new OAuthClient({
      egress,
      rule,
      publicUrl: () => 'https://handfast.example',
      name: () => 'Handfast',
      signingKey: async () => ({ kid: 'k', key: privateKey }),
    })
    const at = server.origin
    as = {
      ...declaredServer(
        { issuer: at, authorizationEndpoint: `${at}/authorize?tenant=7`, tokenEndpoint: `${at}/token`, revocationEndpoint: `${at}/revoke` },
        rule,
      ),
      namesIssuer: true,
    }
    identity = { issuer: at, clientId: 'us', method: 'none', secret: null }
  })
  afterEach(async () => {
    await egress.close()
    await server[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
  })

  const begin = (scopes: readonly string[] = ['read'], resource: string | null = 'https://api.example/mcp') =>
    oauth.begin(as, identity, { scopes, resource, redirectUri, chooseAccount: false })
  const finish = (begun: Begun, change: Partial<Returned> = {}) =>
    oauth.finish(as, identity, begun, { state: begun.state, code: 'code', iss: server.origin, ...change })
  const reached = () => [...server.requests, ...other.requests].map(({ path }) => path)

  it('sends state, S256 and the resource (RFC 6749 section 10.12, RFC 7636 sections 4.1 and 4.3, RFC 8707 section 2), and keeps the query of the endpoint', async () => {
    const { url, begun } = await begin()
    const sent = new URL(url).searchParams

    expect(Object.fromEntries(sent)).toMatchObject({
      tenant: '7',
      response_type: 'code',
      client_id: 'us',
      code_challenge_method: 'S256',
      resource: 'https://api.example/mcp',
      redirect_uri: redirectUri,
    })
    expect(begun.state.length).toBeGreaterThanOrEqual(43)
    expect(url).not.toContain(begun.verifier)
    expect(begun.verifier).toMatch(/^[\w.~-]{43,128}$/)
    expect((await begin()).begun.state).not.toBe(begun.state)
  })

  it('lets no parameter that the endpoint brings stand beside ours (RFC 6749 section 3.1: parameters MUST NOT be included more than once)', async () => {
    as = {
      ...as,
      authorizationEndpoint: `${server.origin}/authorize?state=theirs&redirect_uri=https%3A%2F%2Fevil.example&code_challenge_method=plain`,
    }

    const sent = new URL((await begin()).url).searchParams

    expect([sent.getAll('state').length, sent.getAll('redirect_uri'), sent.getAll('code_challenge_method')]).toEqual([1, [redirectUri], ['S256']])
  })

  it('redeems the code with the verifier and the resource (RFC 7636 section 4.5, RFC 8707 section 2.2)', async () => {
    const { begun } = await begin()

    expect(await finish(begun)).toMatchObject({ accessToken: 'canary-access', refreshToken: 'canary-refresh', expiresIn: 60 })
    expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'code',
      redirect_uri: redirectUri,
      code_verifier: begun.verifier,
      client_id: 'us',
      resource: 'https://api.example/mcp',
    })
  })

  it.each([
    ['iss of another server', { iss: 'https://evil.example' }],
    ['iss with a slash more: no normalization (RFC 3986 section 6.2.1)', { iss: 'SAME/' }],
    ['no iss although the server promised one', { iss: undefined }],
    ['an empty iss', { iss: '' }],
  ])('rejects an answer with %s before it does anything with the code: clients MUST compare and reject (RFC 9207 section 2.4)', async (_, change) => {
    const { begun } = await begin()
    const iss = 'iss' in change && change.iss?.startsWith('SAME') === true ? `${server.origin}/` : change.iss

    await expect(finish(begun, { iss })).rejects.toMatchObject({ code: 'oauth-client/answer' })
    expect(reached()).toEqual([])
  })

  it('rejects an iss that nobody promised too, where it is not the right one (RFC 9207 section 2.4)', async () => {
    as = { ...as, namesIssuer: false }
    const { begun } = await begin()

    await expect(finish(begun, { iss: other.origin })).rejects.toMatchObject({ code: 'oauth-client/answer' })
    await expect(finish(begun, { iss: undefined })).resolves.toMatchObject({ accessToken: 'canary-access' })
  })

  it('shows no words of an error that comes from another issuer (RFC 9207 section 2.4: MUST NOT proceed)', async () => {
    const { begun } = await begin()
    const said = await finish(begun, { iss: other.origin, code: undefined, error: 'call +1-900-EVIL now' }).catch((error: Error) => error.message)

    expect(said).not.toContain('EVIL')
  })

  it('rejects another state (RFC 6749 section 10.12: MUST implement CSRF protection)', async () => {
    const { begun } = await begin()

    await expect(finish(begun, { state: (await begin()).begun.state })).rejects.toMatchObject({ code: 'oauth-client/answer' })
    expect(reached()).toEqual([])
  })

  it('never sends the code of one server to another, nor with the client of another (RFC 9700 section 4.4, mix-up)', async () => {
    const { begun } = await begin()
    const evil = { ...as, issuer: other.origin, tokenEndpoint: `${other.origin}/token` }

    await expect(oauth.finish(evil, identity, begun, { state: begun.state, code: 'honest', iss: server.origin })).rejects.toMatchObject({
      code: 'oauth-client/answer',
    })
    await expect(
      oauth.finish(evil, { ...identity, issuer: other.origin }, begun, { state: begun.state, code: 'honest', iss: server.origin }),
    ).rejects.toMatchObject({ code: 'oauth-client/answer' })
    await expect(oauth.refresh({ server: evil, client: identity, resource: null }, 'canary-refresh')).rejects.toMatchObject({
      code: 'oauth-client/answer',
    })
    expect(other.requests).toEqual([])
  })

  it('has an address of its own for each issuer that does not name itself (RFC 9207 section 4; RFC 9700 section 4.4.2.2)', () => {
    const quiet = { ...as, namesIssuer: false }

    expect(oauth.redirectUri(as)).toBe(redirectUri)
    expect(oauth.redirectUri(quiet)).not.toBe(oauth.redirectUri({ ...quiet, issuer: other.origin }))
  })

  it('passes over what it does not know in answers (RFC 6749 sections 4.1.2 and 5.1: MUST ignore)', async () => {
    answers = (_request, response) => json(response, { ...tokens, session_state: 'x', id: 7, nested: { access_token: 'evil' } })
    const { begun } = await begin()

    const given = await finish(begun, { session_state: 'y', access_token: 'evil' } as never)

    expect(given).toMatchObject({ accessToken: 'canary-access', refreshToken: 'canary-refresh' })
  })

  it('shows its secret in the header alone, written as forms write it, and by POST (RFC 6749 sections 2.3.1 and 3.2)', async () => {
    identity = { ...identity, clientId: 'us:them', method: 'client_secret_basic', secret: 'p%4 é+/' }
    const { begun } = await begin()

    await finish(begun)

    const [sent] = server.requests
    const [id, secret] = Buffer.from(String(sent?.headers.authorization).replace('Basic ', ''), 'base64')
      .toString()
      .split(':')
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    expect([id, secret, sent?.method, sent?.path]).toEqual(['us:them', 'p%4 é+/', 'POST', '/token'])
    expect(new URLSearchParams(sent?.body).has('client_secret')).toBe(false)
  })

  it.each([
    ['no access token', { token_type: 'Bearer' }],
    ['no token type (RFC 6749 section 5.1: REQUIRED)', { access_token: 'x' }],
    ['a token type that we do not speak: the client MUST NOT use it (RFC 6749 section 7.1)', { access_token: 'x', token_type: 'mac' }],
    ['a token bound to a key that we do not hold (RFC 9449)', { access_token: 'x', token_type: 'DPoP' }],
    ['a token that would split a header', { access_token: 'x\r\nhost: evil', token_type: 'Bearer' }],
    ['a token of a megabyte', { access_token: 'x'.repeat(100_000), token_type: 'Bearer' }],
    ['an ID token that is not one', { access_token: 'x', token_type: 'Bearer', id_token: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['a refresh token that is no text', { access_token: 'x', token_type: 'Bearer', refresh_token: 7 }],
  ])('takes no answer with %s', async (_, body) => {
    answers = (_request, response) => json(response, body)
    const { begun } = await begin()

    await expect(finish(begun)).rejects.toMatchObject({ code: 'oauth-client/answer' })
  })

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'somebody else' }],
    ['another nonce', { nonce: 'replayed' }],
    ['a time that is over', { exp: 1 }],
  ])('takes no ID token of %s (OpenID Connect Core section 3.1.3.7: MUST)', async (_, change) => {
    const { begun } = await begin(['openid', 'read'])
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: server.origin, aud: 'us', sub: 'ana', nonce: begun.nonce, iat: now, exp: now + 60, ...change }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    answers = (_request, response) => json(response, { ...tokens, id_token: `${part({ alg: 'RS256' })}.${part(claims)}.c2ln` })

    await expect(finish(begun)).rejects.toMatchObject({ code: 'oauth-client/answer' })
  })

  it('follows no redirect of the token endpoint with the code (RFC 9700 section 4.11)', async () => {
    answers = (_request, response) => void response.writeHead(307, { location: `${other.origin}/token` }).end()
    const { begun } = await begin()

    await expect(finish(begun)).rejects.toThrow()
    expect(other.requests).toEqual([])
  })

  it('tells "no" from "not now": only an OAuth error is a verdict (RFC 6749 section 5.2)', async () => {
    const asked = { server: as, client: identity, resource: null }
    const codeOf = async (answer: Answers) => {
      answers = answer
      return oauth.refresh(asked, 'r').then(
        () => 'renewed',
        (error: { code: string; error?: string }) => `${error.code} ${error.error ?? ''}`.trim(),
      )
    }

    expect(await codeOf((_q, response) => json(response, { error: 'invalid_grant' }, 400))).toBe('oauth-client/refused invalid_grant')
    expect(await codeOf((_q, response) => json(response, { error: 'invalid_client' }, 401))).toBe('oauth-client/refused invalid_client')
    expect(await codeOf((_q, response) => json(response, { error: 'temporarily_unavailable' }, 503))).toBe('oauth-client/unreachable')
    expect(await codeOf((_q, response) => json(response, { error: 'slow_down' }, 429))).toBe('oauth-client/unreachable')
    expect(await codeOf((_q, response) => void response.writeHead(400, { 'content-type': 'text/html' }).end('<h1>proxy</h1>'))).toBe(
      'oauth-client/unreachable',
    )
    expect(await codeOf((_q, response) => void response.writeHead(502).end())).toBe('oauth-client/unreachable')
    expect(await codeOf((request) => void request.socket.destroy())).toBe('oauth-client/unreachable')
  })

  it('repeats nothing of what was sent or answered in its errors', async () => {
    const secrets = ['canary-code', 'canary-refresh', 'canary-secret', 'canary-body']
    identity = { ...identity, method: 'client_secret_post', secret: 'canary-secret' }
    const { begun } = await begin()
    const said: string[] = []
    for (const [status, body] of [
      [400, { error: 'canary-body"<script>', error_description: 'canary-body' }],
      [200, { access_token: 7, canary: 'canary-body' }],
      [500, 'canary-body'],
    ] as const) {
      answers = (_q, response) => json(response, body, status)
      for (const attempt of [
        finish(begun, { code: 'canary-code' }),
        oauth.refresh({ server: as, client: identity, resource: null }, 'canary-refresh'),
      ])
        said.push(
          ...(await attempt.then(
            () => [],
            (error: Error & { detail?: object }) => [
              error.message,
              JSON.stringify(error.detail),
              String(error.stack),
              String((error.cause as Error | undefined)?.stack),
            ],
          )),
        )
    }

    for (const secret of secrets) expect(said.join('\n')).not.toContain(secret)
  })

  it('asks for both tokens to be taken back, says which and reports what came of it (RFC 7009 sections 2.1 and 2.2)', async () => {
    answers = (_request, response, body) => void response.writeHead(body.get('token') === 'r' ? 200 : 503).end()
    const asked = { server: as, client: identity, resource: null }

    expect([await oauth.revoke(asked, 'refresh_token', 'r'), await oauth.revoke(asked, 'access_token', 'a')]).toEqual([
      { token: 'refresh_token', endpoint: `${server.origin}/revoke`, status: 200, done: true, again: false },
      { token: 'access_token', endpoint: `${server.origin}/revoke`, status: 503, done: false, again: true },
    ])
    expect(new URLSearchParams(server.requests[0]?.body).get('token_type_hint')).toBe('refresh_token')
  })
})
