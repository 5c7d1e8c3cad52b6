import { Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { serve, serveSockets } from '../../test/loopback-server.ts'
import { proves } from '../../test/proves.ts'
import { createEgress, type EgressRequest } from './index.ts'

proves('egress/one-way-out', 'egress/reason', 'egress/bounds')

const loopback = { name: 'loopback', host: '127.0.0.0/8' }

function get(url: string, more: Partial<EgressRequest> = {}): EgressRequest {
  return { url: new URL(url), method: 'GET', headers: {}, reason: 'user-call', ...more }
}

/** Records what the kernel would be asked to dial, and dials nothing. */
function spyOnDials(): { host: string; port: number }[] {
  const dialled: { host: string; port: number }[] = []
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function connect(this: Socket, ...args: unknown[]) {
    const first = Array.isArray(args[0]) ? args[0][0] : args[0]
    dialled.push({ host: String(first.host), port: Number(first.port) })
    queueMicrotask(() => this.destroy(Object.assign(new Error('no dialling in this test'), { code: 'ECONNREFUSED' })))
    return this
  } as Socket['connect'])
  return dialled
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('A request', () => {
  it('says who we are and why we call, and carries what the caller gave', async () => {
    await using server = await serve((_request, response) => response.end('hello'))
    await using egress = createEgress({ allow: [loopback] })

    const answer = await egress.request(
      get(`${server.origin}/a%20b?c=d&e`, {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain', 'X-Request-Id': 'call-1' },
        body: 'höflich',
        reason: 'review',
      }),
    )

    expect(await answer.body.text()).toBe('hello')
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: '/a%20b?c=d&e',
        body: 'höflich',
        headers: {
          host: `127.0.0.1:${server.port}`,
          'user-agent': expect.stringMatching(/^Handfast\/\d/),
          'handfast-reason': 'review',
          'x-request-id': 'call-1',
          'content-type': 'text/plain',
        },
      },
    ])
  })

  it('gets a request id of its own when the caller has none', async () => {
    await using server = await serve((_request, response) => response.end())
    await using egress = createEgress({ allow: [loopback] })

    for (let i = 0; i < 2; i++) await (await egress.request(get(server.origin))).body.bytes()

    const ids = server.requests.map((request) => request.headers['x-request-id'])
    expect(new Set(ids).size).toBe(2)
    expect(ids).not.toContain(undefined)
  })

  it.each([
    [{ Host: 'inner.example' }],
    [{ 'content-length': '3' }],
    [{ 'Transfer-Encoding': 'chunked' }],
    [{ connection: 'upgrade' }],
    [{ 'user-agent': 'curl' }],
    [{ 'handfast-reason': 'health' }],
    [{ 'proxy-authorization': 'Basic x' }],
    [{ 'x-a': 'b\r\nHost: inner.example' }],
    [{ 'x-a': 'b\0' }],
    [{ 'x a': 'b' }],
    [{ 'x-a\r\nb': 'c' }],
    [{ 'x-a': '\u2028' }],
  ])('with a header that is ours or breaks the line is not sent: %j', async (headers) => {
    await using server = await serve((_request, response) => response.end())
    await using egress = createEgress({ allow: [loopback] })

    await expect(egress.request(get(server.origin, { headers: headers as Record<string, string> }))).rejects.toMatchObject({
      code: 'egress/malformed',
    })
    expect(server.connections()).toBe(0)
  })

  it('uses connections again for requests that follow each other', async () => {
    await using server = await serve((_request, response) => response.end('x'))
    await using egress = createEgress({ allow: [loopback] })

    for (let i = 0; i < 10; i++) await (await egress.request(get(server.origin))).body.text()

    // The pool may open a second one before it has noticed that the first is free again.
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  it('shares no connection between two names of one address', async () => {
    await using server = await serve((_request, response) => response.end('x'))
    await using egress = createEgress({ allow: [loopback], resolve: async () => ['127.0.0.1'] })

    for (const name of ['one.example', 'two.example', 'one.example']) {
      await (await egress.request(get(`http://${name}:${server.port}/`))).body.text()
    }

    expect(server.connections()).toBe(2)
    expect(server.requests.map((request) => request.headers.host)).toEqual(['one', 'two', 'one'].map((name) => `${name}.example:${server.port}`))
  })

  it('pays no attention to proxy variables', async () => {
    await using server = await serve((_request, response) => response.end('direct'))
    await using proxy = await serve((_request, response) => response.end('proxied'))
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY']) vi.stubEnv(name, proxy.origin)
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    await using egress = createEgress({ allow: [loopback] })

    const answer = await egress.request(get(server.origin))

    expect(await answer.body.text()).toBe('direct')
    expect(proxy.connections()).toBe(0)
    vi.unstubAllEnvs()
  })

  it('hands over any status as an answer, and joins headers that came twice', async () => {
    await using server = await serve((_request, response) =>
      response
        .writeHead(
          418,
          [
            ['x-a', '1'],
            ['x-a', '2'],
            ['__proto__', 'x'],
          ].flat(),
        )
        .end('no'),
    )
    await using egress = createEgress({ allow: [loopback] })

    const answer = await egress.request(get(server.origin))

    expect(answer).toMatchObject({ status: 418, headers: { 'x-a': '1, 2' } })
    expect(await answer.body.text()).toBe('no')
    await expect(answer.body.text()).rejects.toThrow(TypeError)
  })

  it('streams the body as it comes', async () => {
    const { promise: seen, resolve: see } = Promise.withResolvers<void>()
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: 1\n\n')
      void seen.then(() => response.end('data: 2\n\n'))
    })
    await using egress = createEgress({ allow: [loopback] })

    const chunks: string[] = []
    for await (const chunk of (await egress.request(get(server.origin))).body) {
      chunks.push(Buffer.from(chunk).toString())
      see()
    }

    expect(chunks).toEqual(['data: 1\n\n', 'data: 2\n\n'])
  })

  it('cancelled before it is sent never leaves', async () => {
    await using server = await serve((_request, response) => response.end())
    await using egress = createEgress({ allow: [loopback] })
    await (await egress.request(get(server.origin))).body.bytes()

    await expect(egress.request(get(server.origin, { signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'egress/cancelled', sent: false })

    expect(server.requests).toHaveLength(1)
  })

  it('cancelled while it waits for a free connection never leaves, and the connection goes on serving others', async () => {
    const { promise: first, resolve: release } = Promise.withResolvers<void>()
    await using server = await serve((request, response) => {
      if (request.url === '/slow') void first.then(() => response.end('slow'))
      else response.end('fast')
    })
    await using egress = createEgress({ allow: [loopback], connections: 1 })
    const slow = egress.request(get(`${server.origin}/slow`))
    const giveUp = new AbortController()
    const waiting = egress.request(get(`${server.origin}/waiting`, { signal: giveUp.signal }))
    const after = egress.request(get(`${server.origin}/after`))

    giveUp.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'egress/cancelled', sent: false })
    release()

    expect(await (await slow).body.text()).toBe('slow')
    expect(await (await after).body.text()).toBe('fast')
    expect(server.requests.map((request) => request.path)).toEqual(['/slow', '/after'])
    expect(server.connections()).toBe(1)
  })

  it('cancelled while the other side thinks closes the connection', async () => {
    const stop = new AbortController()
    await using server = await serve(() => stop.abort())
    await using egress = createEgress({ allow: [loopback] })

    await expect(egress.request(get(server.origin, { signal: stop.signal }))).rejects.toMatchObject({ code: 'egress/cancelled', sent: true })

    await server.allClosed()
  })

  it('cancelled in the middle of a stream closes the connection and ends the iteration with a refusal', async () => {
    await using server = await serve((_request, response) => void response.writeHead(200).write('one'))
    await using egress = createEgress({ allow: [loopback] })
    const stop = new AbortController()
    const answer = await egress.request(get(server.origin, { signal: stop.signal }))

    const reading = (async () => {
      for await (const _chunk of answer.body) stop.abort()
    })()

    await expect(reading).rejects.toMatchObject({ code: 'egress/cancelled', sent: true })
    await server.allClosed()
  })

  it('whose reader leaves early, or discards the body, closes the connection', async () => {
    await using server = await serve((_request, response) => void response.writeHead(200).write('one'))
    await using egress = createEgress({ allow: [loopback] })

    for await (const _chunk of (await egress.request(get(server.origin))).body) break
    await server.allClosed()
    await (await egress.request(get(server.origin))).body.discard()
    await server.allClosed()

    expect(server.connections()).toBe(2)
  })

  it('is cancelled when the way out is closed, and none is taken afterwards', async () => {
    await using server = await serve(() => void egress.close())
    const egress = createEgress({ allow: [loopback] })

    await expect(egress.request(get(server.origin))).rejects.toMatchObject({ code: 'egress/cancelled' })
    await expect(egress.request(get(server.origin))).rejects.toMatchObject({ code: 'egress/cancelled', sent: false })
  })

  it('to a port where nobody listens is unreachable, and surely not sent', async () => {
    const server = await serve((_request, response) => response.end())
    await server[Symbol.asyncDispose]()
    await using egress = createEgress({ allow: [loopback] })

    await expect(egress.request(get(server.origin))).rejects.toMatchObject({ code: 'egress/unreachable', reason: 'connect', sent: false })
  })

  it('to something that does not speak HTTP, or hangs up, says so', async () => {
    await using egress = createEgress({ allow: [loopback] })
    await using talker = await serveSockets((socket) => socket.on('data', () => socket.end('220 mail.example ESMTP\r\n')))
    await using mute = await serveSockets((socket) => socket.on('data', () => socket.destroy()))
    await using torn = await serveSockets((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'))

    await expect(egress.request(get(talker.origin))).rejects.toMatchObject({ code: 'egress/unreachable', reason: 'not-http', who: 'developer' })
    await expect(egress.request(get(mute.origin))).rejects.toMatchObject({ code: 'egress/unreachable', reason: 'closed', sent: true })
    const answer = await egress.request(get(torn.origin))
    await expect(answer.body.text()).rejects.toMatchObject({ code: 'egress/unreachable', reason: 'closed', sent: true })
  })

  it('tries the next checked address when the first takes no connections', async () => {
    await using server = await serve((_request, response) => response.end('second'))
    // Nothing listens on 127.0.0.2: the server is bound to 127.0.0.1 alone.
    await using egress = createEgress({ allow: [loopback], resolve: async () => ['127.0.0.2', '127.0.0.1'] })

    const answer = await egress.request(get(`http://api.example:${server.port}/`, { method: 'POST', body: 'once' }))

    expect(await answer.body.text()).toBe('second')
    expect(server.requests).toHaveLength(1)
  })
})

describe('The gate', () => {
  it('never dials anything but public addresses, whatever the URL and whatever the name server says', async () => {
    const dialled = spyOnDials()
    const answers = new Map<string, readonly string[]>()
    await using egress = createEgress({ allow: [], resolve: async (name) => answers.get(name) ?? [], limits: { connectMs: 100, totalMs: 200 } })
    const v4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'))
    const inner = fc.constantFrom(
      '127.0.0.1',
      '10.0.0.8',
      '169.254.169.254',
      '192.168.1.1',
      '::1',
      'fd00::1',
      '::ffff:127.0.0.1',
      '64:ff9b::a00:1',
      '0.0.0.0',
    )
    const odd = fc.constantFrom(
      '127.1',
      '0x7f.1',
      '2130706433',
      '017700000001',
      '[::ffff:a9fe:a9fe]',
      '[::]',
      '[2002:7f00:1::]',
      'localhost',
      '①②⑦.⓪.⓪.①',
    )
    const host = fc.oneof(
      v4,
      odd,
      inner.map((address) => (address.includes(':') ? `[${address}]` : address)),
      fc.domain(),
    )
    const given = fc.array(fc.oneof(v4, inner, fc.ipV6()), { maxLength: 3 })
    const scheme = fc.constantFrom('https', 'https', 'https', 'http', 'ftp')

    await fc.assert(
      fc.asyncProperty(scheme, host, fc.option(fc.nat(65_535)), given, async (protocol, name, port, addresses) => {
        const url = URL.parse(`${protocol}://${name}${port === null ? '' : `:${port}`}/`)
        if (url === null) return
        answers.set(url.hostname, addresses)
        const before = dialled.length

        await egress.request({ url, method: 'GET', headers: {}, reason: 'review' }).catch(() => {})

        for (const { host: address } of dialled.slice(before)) {
          const bare = address.includes(':') ? `[${address}]` : address
          expect(await egress.explain(`https://${bare}/`)).toMatchObject({ allowed: true, rule: 'public' })
          expect(url.protocol).toBe('https:')
        }
        if ((await egress.explain(url.href, addresses)).allowed) expect(dialled.length).toBeGreaterThan(before)
      }),
      { numRuns: 300 },
    )
  })

  it('is not fooled by a name that changes its address between check and use', async () => {
    const dialled = spyOnDials()
    let asked = 0
    let now = 0
    const resolve = async () => (asked++ % 2 === 0 ? ['93.184.216.34'] : ['127.0.0.1'])
    await using egress = createEgress({ allow: [], resolve, now: () => now })

    const codes: unknown[] = []
    for (let i = 0; i < 200; i++) {
      await egress.request(get('https://rebind.example/')).catch((error) => codes.push(error.code))
      now += 31_000
    }

    expect(asked).toBe(200)
    expect(new Set(codes)).toEqual(new Set(['egress/unreachable', 'egress/address-not-public']))
    expect(new Set(dialled.map((dial) => dial.host))).toEqual(new Set(['93.184.216.34']))
  })

  it('keeps no connection to an address that left the name', async () => {
    await using server = await serve((_request, response) => response.end('x'))
    let addresses = ['127.0.0.1']
    let now = 0
    await using egress = createEgress({ allow: [loopback], resolve: async () => addresses, now: () => now })
    const url = `http://api.example:${server.port}/`
    await (await egress.request(get(url))).body.text()

    addresses = ['127.0.0.2']
    now = 30_000

    await expect(egress.request(get(url))).rejects.toMatchObject({ code: 'egress/unreachable' })
    addresses = ['10.0.0.1']
    now = 60_000
    await expect(egress.request(get(url))).rejects.toMatchObject({ code: 'egress/address-not-public' })
    await server.allClosed()
  })

  it('lets a running answer finish when its address leaves the name, and ends it when the way out is closed', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/stream') response.writeHead(200).write('first')
      else response.end('x')
    })
    let addresses = ['127.0.0.1']
    let now = 0
    const egress = createEgress({ allow: [loopback], resolve: async () => addresses, now: () => now })
    const url = `http://api.example:${server.port}`
    const stream = (await egress.request(get(`${url}/stream`))).body[Symbol.asyncIterator]()
    await stream.next()

    addresses = ['10.0.0.1']
    now = 30_000
    await expect(egress.request(get(url))).rejects.toMatchObject({ code: 'egress/address-not-public' })
    const rest = stream.next()
    await egress.close()

    await expect(rest).rejects.toMatchObject({ code: 'egress/cancelled' })
    await server.allClosed()
  })

  it('asks the name server once for requests that come together, and renews a verdict before it runs out', async () => {
    await using server = await serve((_request, response) => response.end('x'))
    let asked = 0
    let now = 0
    const resolve = async () => {
      asked++
      return ['127.0.0.1']
    }
    await using egress = createEgress({ allow: [loopback], resolve, now: () => now })
    const call = async () => (await egress.request(get(`http://api.example:${server.port}/`))).body.text()

    await Promise.all([call(), call(), call()])
    expect(asked).toBe(1)
    now = 19_000
    await call()
    expect(asked).toBe(1)
    now = 25_000
    await call()
    await call()
    expect(asked).toBe(2)
    now = 50_000
    await call()
    expect(asked).toBe(3)
  })

  it('opens loopback and private addresses in development, and still not metadata services', async () => {
    await using egress = createEgress({ allow: [], dangerouslyAllowPrivateAddresses: true })

    for (const url of ['http://127.0.0.1:8080/', 'http://192.168.0.4/', 'https://[::1]/', 'http://[fd00::1]/']) {
      expect(await egress.explain(url)).toMatchObject({ allowed: true, rule: expect.stringContaining('development switch') })
    }
    for (const url of ['http://169.254.169.254/', 'http://0.0.0.0/', 'https://[::ffff:169.254.169.254]/', 'https://168.63.129.16/']) {
      expect(await egress.explain(url)).toMatchObject({ allowed: false, code: 'egress/address-not-public' })
    }
    expect(await egress.explain('http://8.8.8.8/')).toMatchObject({ allowed: false, code: 'egress/scheme' })
  })

  it('tells a name that does not exist from a name server that fails', async () => {
    const failing = (code: string) => createEgress({ allow: [], resolve: async () => Promise.reject(Object.assign(new Error(code), { code })) })
    await using none = failing('ENOTFOUND')
    await using down = failing('EAI_AGAIN')

    await expect(none.request(get('https://gone.example/'))).rejects.toMatchObject({ code: 'egress/name-not-found', who: 'developer' })
    await expect(down.request(get('https://gone.example/'))).rejects.toMatchObject({ code: 'egress/unreachable', reason: 'name', who: 'wait' })
    expect(await none.explain('https://gone.example/')).toMatchObject({ allowed: false, code: 'egress/name-not-found' })
  })

  it('gives up on a slow name server as on a slow connection', async () => {
    const { promise: never } = Promise.withResolvers<readonly string[]>()
    await using egress = createEgress({ allow: [], resolve: () => never })
    const stop = new AbortController()

    await expect(egress.request(get('https://slow.example/', { limits: { connectMs: 5 } }))).rejects.toMatchObject({
      code: 'egress/timed-out',
      phase: 'connect',
    })
    const waiting = egress.request(get('https://slow.example/', { signal: stop.signal }))
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'egress/cancelled', sent: false })
  })

  it('resolves nothing for plain http when no rule could open it', async () => {
    let asked = 0
    const resolve = async () => {
      asked++
      return ['93.184.216.34']
    }
    await using egress = createEgress({ allow: [{ name: 'other', host: 'api.internal' }], resolve })

    await expect(egress.request(get('http://shop.example/'))).rejects.toMatchObject({ code: 'egress/scheme' })

    expect(asked).toBe(0)
  })

  it('lets a warm origin not become a way around the check for credentials in the address', async () => {
    await using server = await serve((_request, response) => response.end('x'))
    await using egress = createEgress({ allow: [loopback] })
    await (await egress.request(get(server.origin))).body.text()

    await expect(egress.request(get(`http://me:secret@127.0.0.1:${server.port}/`))).rejects.toMatchObject({ code: 'egress/malformed' })

    expect(server.requests).toHaveLength(1)
  })
})

describe('Time limits', () => {
  it('hold for a server that accepts and says nothing', async () => {
    await using server = await serveSockets(() => {})
    await using egress = createEgress({ allow: [loopback] })

    await expect(egress.request(get(server.origin, { limits: { headersMs: 30 } }))).rejects.toMatchObject({
      code: 'egress/timed-out',
      phase: 'headers',
      sent: true,
    })

    await server.allClosed()
  })

  it('hold for a header that drips', async () => {
    await using server = await serveSockets((socket) => drip(socket, 'HTTP/1.1 200 OK\r\n', 'x-a: b\r\n'))
    await using egress = createEgress({ allow: [loopback] })

    await expect(egress.request(get(server.origin, { limits: { totalMs: 60 } }))).rejects.toMatchObject({ code: 'egress/timed-out', phase: 'total' })

    await server.allClosed()
  })

  it('hold for a body that drips, and for one that stops', async () => {
    await using dripping = await serveSockets((socket) => drip(socket, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\nx\r\n'))
    await using stopping = await serveSockets((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab'))
    await using egress = createEgress({ allow: [loopback] })

    const slow = await egress.request(get(dripping.origin, { limits: { totalMs: 80 } }))
    await expect(slow.body.bytes()).rejects.toMatchObject({ code: 'egress/timed-out', phase: 'total' })
    const stuck = await egress.request(get(stopping.origin, { limits: { idleMs: 30 } }))
    await expect(stuck.body.bytes()).rejects.toMatchObject({ code: 'egress/timed-out', phase: 'idle', sent: true })

    await dripping.allClosed()
    await stopping.allClosed()
  })

  it('hold while waiting for a free connection, which counts as connecting', async () => {
    await using server = await serve(() => {})
    await using egress = createEgress({ allow: [loopback], connections: 1 })
    const stop = new AbortController()
    const holding = egress.request(get(server.origin, { signal: stop.signal }))

    await expect(egress.request(get(server.origin, { limits: { connectMs: 20 } }))).rejects.toMatchObject({
      code: 'egress/timed-out',
      phase: 'connect',
      sent: false,
    })

    stop.abort()
    await expect(holding).rejects.toMatchObject({ code: 'egress/cancelled' })
  })

  it('end an answer that nobody reads', async () => {
    await using server = await serve((_request, response) => void response.writeHead(200).write('x'.repeat(1_000_000)))
    await using egress = createEgress({ allow: [loopback] })

    await egress.request(get(server.origin, { limits: { totalMs: 50 } }))

    await server.allClosed()
  })
})

function drip(socket: Socket, head: string, drop: string): void {
  socket.write(head)
  const timer = setInterval(() => socket.write(drop), 5)
  socket.on('close', () => clearInterval(timer))
}
