import { describe, expect, it } from 'vitest'
import { serve } from '../../test/loopback-server.ts'
import { proves } from '../../test/proves.ts'
import { type AllowRule, createEgress, type EgressRequest } from './index.ts'

proves('egress/redirects')

const codes = [301, 302, 303, 307, 308]
const loopback: AllowRule = { name: 'loopback', host: '127.0.0.0/8' }

function request(url: string, more: Partial<EgressRequest> = {}): EgressRequest {
  return { url: new URL(url), method: 'GET', headers: {}, reason: 'user-call', ...more }
}

/** Answers `/` with a redirect, everything else with its own path. */
function redirecting(status: number, location: () => string) {
  return serve((incoming, response) => {
    if (incoming.url === '/') response.writeHead(status, { location: location() }).end('moved')
    else response.end(incoming.url)
  })
}

describe.each(codes)('A redirect with status %i', (status) => {
  it('is refused when nobody expects one, even to the same origin', async () => {
    await using server = await redirecting(status, () => '/next')
    await using egress = createEgress({ allow: [loopback] })

    await expect(egress.request(request(server.origin))).rejects.toMatchObject({ code: 'egress/redirect', sent: true })

    expect(server.requests).toHaveLength(1)
  })

  it('is followed to a reviewed origin', async () => {
    await using server = await redirecting(status, () => '/next?a=b')
    await using egress = createEgress({ allow: [loopback] })

    const answer = await egress.request(request(server.origin, { origins: [`${server.origin}/some/path`] }))

    expect(await answer.body.text()).toBe('/next?a=b')
    expect(answer.url.href).toBe(`${server.origin}/next?a=b`)
  })

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'https://[::ffff:10.0.0.1]/',
    'https://2130706433/',
    'http://localhost/',
    'https://127.0.0.1.nip.example/',
    '//192.168.1.1/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_INFO',
    'data:text/plain,hello',
    'http://',
    'https://me:secret@10.0.0.1/',
  ])('is not followed to %s, reviewed or not', async (location) => {
    await using server = await redirecting(status, () => location)
    await using egress = createEgress({
      allow: [{ name: 'this server', host: '127.0.0.1', ports: [server.port] }],
      resolve: async () => ['10.0.0.1'],
      limits: { totalMs: 2_000 },
    })
    const target = URL.parse(location, server.origin)?.origin

    await expect(egress.request(request(server.origin, { origins: [server.origin] }))).rejects.toMatchObject({ code: 'egress/redirect' })
    // Were the target reviewed by mistake, the gate still says no.
    const reviewed = egress.request(request(server.origin, { origins: [server.origin, target ?? 'null', 'http://10.0.0.1', 'https://10.0.0.1'] }))
    await expect(reviewed).rejects.toMatchObject({ code: expect.stringMatching(/^egress\/(redirect|address-not-public|scheme|malformed)$/) })

    expect(server.requests).toHaveLength(2)
  })

  it('takes no credential to another origin, whatever its header is called', async () => {
    await using second = await serve((_request, response) => response.end('arrived'))
    await using first = await redirecting(status, () => `${second.origin}/next`)
    await using egress = createEgress({ allow: [loopback] })
    const headers = {
      authorization: 'Bearer canary',
      cookie: 'canary=1',
      'x-api-key': 'canary',
      'X-Custom-Token': 'canary',
      'mcp-session-id': 'canary',
      accept: 'text/plain',
      'x-request-id': 'call-1',
    }

    const answer = await egress.request(request(first.origin, { headers, origins: [second.origin] }))
    await answer.body.discard()

    expect(JSON.stringify(first.requests[0]?.headers).match(/canary/g)).toHaveLength(5)
    expect(JSON.stringify(second.requests)).not.toContain('canary')
    expect(second.requests[0]?.headers).toMatchObject({ accept: 'text/plain', 'x-request-id': 'call-1', 'handfast-reason': 'user-call' })
  })

  it('keeps credentials on the same origin, and the body only where the standard does', async () => {
    await using server = await redirecting(status, () => '/next')
    await using egress = createEgress({ allow: [loopback] })
    const post = request(server.origin, {
      method: 'POST',
      body: '{"a":1}',
      headers: { authorization: 'Bearer canary', 'content-type': 'application/json' },
    })

    await (await egress.request({ ...post, origins: [server.origin] })).body.discard()

    const kept = status === 307 || status === 308
    expect(server.requests[1]).toMatchObject({
      method: kept ? 'POST' : 'GET',
      body: kept ? '{"a":1}' : '',
      headers: { authorization: 'Bearer canary' },
    })
    expect(server.requests[1]?.headers['content-type']).toBe(kept ? 'application/json' : undefined)
  })
})

describe('Redirects', () => {
  it('do not get a dropped credential back by returning to the first origin', async () => {
    await using second = await serve((_request, response) => response.writeHead(307, { location: `${first.origin}/back` }).end())
    await using first = await redirecting(307, () => second.origin)
    await using egress = createEgress({ allow: [loopback] })

    await (
      await egress.request(request(first.origin, { headers: { authorization: 'Bearer canary' }, origins: [first.origin, second.origin] }))
    ).body.discard()

    expect(first.requests.map((arrival) => [arrival.path, arrival.headers.authorization])).toEqual([
      ['/', 'Bearer canary'],
      ['/back', undefined],
    ])
  })

  it('end after three', async () => {
    await using server = await serve((incoming, response) => response.writeHead(302, { location: `/${Number(incoming.url?.slice(1)) + 1}` }).end())
    await using egress = createEgress({ allow: [loopback] })

    await expect(egress.request(request(`${server.origin}/0`, { origins: [server.origin] }))).rejects.toMatchObject({ code: 'egress/redirect' })

    expect(server.requests.map((arrival) => arrival.path)).toEqual(['/0', '/1', '/2', '/3'])
  })

  it('share one total time', async () => {
    const { promise: never } = Promise.withResolvers<void>()
    await using server = await serve((incoming, response) => {
      if (incoming.url === '/') response.writeHead(302, { location: '/stuck' }).end()
      else void never.then(() => response.end())
    })
    await using egress = createEgress({ allow: [loopback] })

    await expect(egress.request(request(server.origin, { origins: [server.origin], limits: { totalMs: 50 } }))).rejects.toMatchObject({
      code: 'egress/timed-out',
      phase: 'total',
    })
  })

  it('can be cancelled at any hop', async () => {
    const stop = new AbortController()
    await using server = await serve((incoming, response) => {
      if (incoming.url === '/') response.writeHead(302, { location: '/stuck' }).end()
      else stop.abort()
    })
    await using egress = createEgress({ allow: [loopback] })

    await expect(egress.request(request(server.origin, { origins: [server.origin], signal: stop.signal }))).rejects.toMatchObject({
      code: 'egress/cancelled',
    })

    await server.allClosed()
  })

  it('without a place to go, or with a status that is none, are plain answers', async () => {
    await using server = await serve((incoming, response) => {
      if (incoming.url === '/none') response.writeHead(302).end('nowhere')
      else response.writeHead(300, { location: '/next' }).end('choose')
    })
    await using egress = createEgress({ allow: [loopback] })

    expect((await egress.request(request(`${server.origin}/none`))).status).toBe(302)
    expect((await egress.request(request(`${server.origin}/choice`))).status).toBe(300)
  })
})
