import { gzipSync } from 'node:zlib'
import { createRemoteJWKSet, exportJWK, generateKeyPair, customFetch as josesFetch, jwtVerify, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { describe, expect, it } from 'vitest'
import { serve, serveSockets } from '../../test/loopback-server.ts'
import { asFetch, createEgress, refusalBehind } from './index.ts'

const allow = [{ name: 'loopback', host: '127.0.0.0/8' }]

const json = (value: unknown) => [200, { 'content-type': 'application/json' }, JSON.stringify(value)] as const

/** An authorization server with the least that the libraries ask for. */
async function serveIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
  const server = await serve((request, response) => {
    const issuer = `http://${request.headers.host}`
    const pages: Record<string, readonly [number, Record<string, string>, string]> = {
      '/.well-known/openid-configuration': json({
        issuer,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        revocation_endpoint: `${issuer}/revoke`,
      }),
      '/.well-known/oauth-authorization-server': json({ issuer, token_endpoint: `${issuer}/token` }),
      '/jwks': json({ keys: [jwk] }),
      '/token': json({ access_token: 'at', token_type: 'bearer', expires_in: 60 }),
      '/revoke': [200, {}, ''],
    }
    const [status, headers, body] = pages[request.url ?? ''] ?? [404, {}, 'nothing']
    response.writeHead(status, headers).end(body)
  })
  return { server, privateKey, issuer: server.origin }
}

describe('Our way out in the shape of fetch', () => {
  it('carries discovery, client credentials and revocation of openid-client', async () => {
    const { server, issuer } = await serveIssuer()
    await using _ = server
    await using egress = createEgress({ allow })

    const config = await openid.discovery(new URL(issuer), 'us', undefined, openid.ClientSecretPost('s3cret'), {
      [openid.customFetch]: asFetch(egress, { purpose: 'oauth-discovery' }),
      execute: [openid.allowInsecureRequests],
    })
    config[openid.customFetch] = asFetch(egress, { purpose: 'oauth-token', origins: [issuer] })
    const tokens = await openid.clientCredentialsGrant(config, { scope: 'read' })
    await openid.tokenRevocation(config, tokens.access_token)

    expect(tokens).toMatchObject({ access_token: 'at', expires_in: 60 })
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /.well-known/openid-configuration',
      'POST /token',
      'POST /revoke',
    ])
    expect(server.requests[1]).toMatchObject({
      body: expect.stringContaining('grant_type=client_credentials'),
      headers: {
        'content-type': expect.stringMatching(/^application\/x-www-form-urlencoded/),
        'user-agent': expect.stringMatching(/^Handfast\//),
        'handfast-reason': 'account-link',
      },
    })
  })

  it('carries discovery of oauth4webapi', async () => {
    const { server, issuer } = await serveIssuer()
    await using _ = server
    await using egress = createEgress({ allow })

    const response = await oauth.discoveryRequest(new URL(issuer), {
      algorithm: 'oauth2',
      [oauth.customFetch]: asFetch(egress, { purpose: 'oauth-discovery' }),
      [oauth.allowInsecureRequests]: true,
    })

    expect(await oauth.processDiscoveryResponse(new URL(issuer), response)).toMatchObject({ issuer, token_endpoint: `${issuer}/token` })
  })

  it('carries the key sets of jose', async () => {
    const { server, privateKey, issuer } = await serveIssuer()
    await using _ = server
    await using egress = createEgress({ allow })
    const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`), { [josesFetch]: asFetch(egress, { purpose: 'key-set' }) })
    const token = await new SignJWT({ sub: 'alice' }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey)

    const { payload } = await jwtVerify(token, keys)

    expect(payload.sub).toBe('alice')
    expect(server.requests[0]?.headers['user-agent']).toMatch(/^Handfast\//)
  })

  it('hands over status, headers, address and a decoded body that can be read twice from a clone', async () => {
    await using server = await serve((_request, response) =>
      response
        .writeHead(418, { 'content-encoding': 'gzip', 'content-type': 'application/json', 'x-a': ['1', '2'], 'set-cookie': 'a=b' })
        .end(gzipSync('{"a":1}')),
    )
    await using egress = createEgress({ allow })

    const response = await asFetch(egress, { purpose: 'oauth-token' })(`${server.origin}/x`, {
      method: 'POST',
      body: new URLSearchParams({ a: 'b c' }),
    })

    expect(response).toBeInstanceOf(Response)
    expect([response.status, response.ok, response.url, response.redirected]).toEqual([418, false, `${server.origin}/x`, false])
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'content-type': 'application/json', 'x-a': '1, 2' })
    expect(['content-encoding', 'content-length', 'set-cookie'].map((name) => response.headers.has(name))).toEqual([false, false, false])
    expect(await response.clone().json()).toEqual({ a: 1 })
    expect(await response.text()).toBe('{"a":1}')
    expect(server.requests[0]).toMatchObject({ method: 'POST', body: 'a=b+c' })
  })

  it('takes requests as objects, bytes as bodies, and answers without a body', async () => {
    await using server = await serve((_request, response) => response.writeHead(204).end())
    await using egress = createEgress({ allow })
    const fetchIt = asFetch(egress, { purpose: 'webhook' })

    const first = await fetchIt(
      new Request(server.origin, { method: 'PUT', body: new Uint8Array([104, 105]), headers: { authorization: 'Bearer x' } }),
    )
    const second = await fetchIt(new URL(server.origin))

    expect([first.status, second.status, first.body]).toEqual([204, 204, null])
    expect(server.requests).toMatchObject([
      { method: 'PUT', body: 'hi', headers: { authorization: 'Bearer x' } },
      { method: 'GET', body: '' },
    ])
  })

  it('follows no redirect unless asked, none with a body, and none out of its origins', async () => {
    await using other = await serve((_request, response) => response.end('elsewhere'))
    await using server = await serve((request, response) => {
      if (request.url === '/there') response.end('there')
      else response.writeHead(request.url === '/away' ? 302 : 307, { location: request.url === '/away' ? `${other.origin}/` : '/there' }).end()
    })
    await using egress = createEgress({ allow })
    const secret = { headers: { authorization: 'Bearer canary' } }

    await expect(asFetch(egress, { purpose: 'oauth-token' })(`${server.origin}/here`)).rejects.toMatchObject({ code: 'egress/redirect' })
    await expect(asFetch(egress, { purpose: 'oauth-token', redirects: 3 })(`${server.origin}/here`)).rejects.toMatchObject({
      code: 'egress/redirect',
    })
    const importing = asFetch(egress, { purpose: 'openapi-import', redirects: 3 })
    await expect(importing(`${server.origin}/here`, { method: 'POST', body: 'client_secret=x' })).rejects.toMatchObject({ code: 'egress/redirect' })
    await expect(importing(`${server.origin}/away`)).rejects.toMatchObject({ code: 'egress/redirect' })
    const followed = await importing(`${server.origin}/here`)
    const away = await asFetch(egress, { purpose: 'icon', redirects: 1, origins: [server.origin, other.origin] })(`${server.origin}/away`, secret)

    expect([await followed.text(), followed.redirected, followed.url]).toEqual(['there', true, `${server.origin}/there`])
    expect(await away.text()).toBe('elsewhere')
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
    await expect(asFetch(egress, { purpose: 'icon', origins: [other.origin] })(server.origin, secret)).rejects.toMatchObject({
      code: 'egress/origin',
    })
  })

  it('bounds size after decoding, time, and what a purpose may be given', async () => {
    await using bomb = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(gzipSync(Buffer.alloc(11 * 1024, 32))),
    )
    await using silent = await serveSockets(() => {})
    await using dripping = await serveSockets((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
      const timer = setInterval(() => socket.write(' '), 20)
      socket.on('close', () => clearInterval(timer))
    })
    await using egress = createEgress({ allow })

    const generous = { purpose: 'client-metadata', maxBytes: 1e9, timeoutMs: 1e9 } as const
    await expect(asFetch(egress, generous)(bomb.origin)).rejects.toMatchObject({ code: 'egress/too-large' })
    for (const server of [silent, dripping]) {
      await expect(asFetch(egress, { purpose: 'key-set', timeoutMs: 150 })(server.origin)).rejects.toMatchObject({ code: 'egress/timed-out' })
    }
  })

  it('ends with the signal of the library', async () => {
    await using silent = await serveSockets(() => {})
    await using egress = createEgress({ allow })

    const asked = asFetch(egress, { purpose: 'key-set' })(silent.origin, { signal: AbortSignal.timeout(30) })

    await expect(asked).rejects.toMatchObject({ code: 'egress/cancelled', cause: { name: 'TimeoutError' } })
    await silent.allClosed()
  })

  it.each([
    ['file:///etc/passwd'],
    ['data:application/json,{}'],
    ['/relative'],
    ['https://a:b@api.example/'],
    ['blob:https://a/b'],
    ['http://169.254.169.254/'],
  ])('sends nothing to %s', async (address) => {
    await using egress = createEgress({ allow, resolve: async () => ['93.184.216.34'] })

    const error = await asFetch(egress, { purpose: 'oauth-discovery' })(address).catch((reason: unknown) => reason)

    expect(refusalBehind(error)?.code).toMatch(/^egress\/(?:malformed|scheme|address-not-public)$/)
  })

  it('names its refusal also where a library wrapped it', async () => {
    await using egress = createEgress({ allow: [], resolve: async () => ['10.0.0.7'] })

    const error = await openid
      .discovery(new URL('https://login.example'), 'us', undefined, undefined, {
        [openid.customFetch]: asFetch(egress, { purpose: 'oauth-discovery' }),
      })
      .catch((reason: unknown) => reason)

    expect(refusalBehind(error)).toMatchObject({ code: 'egress/address-not-public', who: 'operator' })
    expect(refusalBehind(new Error('no'))).toBeUndefined()
  })
})
