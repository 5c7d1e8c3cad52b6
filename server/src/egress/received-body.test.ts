import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { serve, serveSockets } from '../../test/loopback-server.ts'
import { proves } from '../../test/proves.ts'
import { createEgress, type EgressRequest } from './index.ts'

proves('egress/bounds')

const MiB = 1024 * 1024
const loopback = { name: 'loopback', host: '127.0.0.0/8' }

function get(url: string, more: Partial<EgressRequest> = {}): EgressRequest {
  return { url: new URL(url), method: 'GET', headers: {}, reason: 'user-call', ...more }
}

function compressed(encoding: string, body: Buffer) {
  return serve((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body))
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('A body', () => {
  const text = JSON.stringify({ letters: 'äöü'.repeat(5_000) })

  it.each([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['identity', Buffer.from(text)],
  ])('in %s comes out decoded', async (encoding, body) => {
    await using server = await compressed(encoding, body)
    await using egress = createEgress({ allow: [loopback] })

    const answer = await egress.request(get(server.origin))

    expect(await answer.body.text()).toBe(text)
  })

  it.each(['gzip, gzip', 'br, gzip', 'gzip,identity', 'compress', 'zstd', 'none'])(
    'in "%s" is refused before a byte is decoded',
    async (encoding) => {
      await using server = await compressed(encoding, gzipSync(gzipSync(text)))
      await using egress = createEgress({ allow: [loopback] })

      await expect(egress.request(get(server.origin))).rejects.toMatchObject({ code: 'egress/encoding', who: 'developer' })

      await server.allClosed()
    },
  )

  it.each([
    ['gzip', gzipSync(text).subarray(0, 60)],
    ['gzip', Buffer.from(text)],
    ['br', Buffer.from(text)],
    ['deflate', Buffer.from([0x78, 0x9c, 1, 2, 3])],
  ])('in %s that is damaged says so', async (encoding, body) => {
    await using server = await compressed(encoding, body)
    await using egress = createEgress({ allow: [loopback] })

    const answer = await egress.request(get(server.origin))

    await expect(answer.body.bytes()).rejects.toMatchObject({ code: 'egress/encoding' })
  })

  it.each([
    ['gzip', gzipSync(Buffer.alloc(256 * MiB))],
    ['br', brotliCompressSync(Buffer.alloc(256 * MiB))],
    ['deflate', deflateSync(Buffer.alloc(256 * MiB))],
  ])('in %s that is a bomb is stopped by what it expands to, long before it fills the memory', async (encoding, bomb) => {
    await using server = await compressed(encoding, bomb)
    await using egress = createEgress({ allow: [loopback] })
    const before = process.memoryUsage().rss

    const byRatio = await egress.request(get(server.origin, { limits: { maxBytes: 1024 * MiB } }))
    await expect(byRatio.body.bytes()).rejects.toMatchObject({ code: 'egress/encoding' })
    const bySize = await egress.request(get(server.origin, { limits: { maxBytes: MiB / 2 } }))
    await expect(bySize.body.bytes()).rejects.toMatchObject({ code: 'egress/too-large' })

    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MiB)
  })

  it('whose compressed data ends while the sender goes on is whole, and the connection is closed', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).write(Buffer.concat([gzipSync(text), Buffer.alloc(100)]))
    })
    await using egress = createEgress({ allow: [loopback] })

    const answer = await egress.request(get(server.origin))

    expect(await answer.body.text()).toBe(text)
    await server.allClosed()
  })

  it('that never ends is cut off at its limit, and the connection closed', async () => {
    await using server = await serve((_request, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(16_384)));
      }
      response.on('drain', more)
      more()
    })
    await using egress = createEgress({ allow: [loopback], limits: { maxBytes: MiB } })

    const answer = await egress.request(get(server.origin))

    await expect(answer.body.bytes()).rejects.toMatchObject({ code: 'egress/too-large' })
    await server.allClosed()
  })

  it('that announces more than its limit is refused at once', async () => {
    await using server = await serve((_request, response) => void response.writeHead(200, { 'content-length': 2_000 }).write('x'))
    await using egress = createEgress({ allow: [loopback], limits: { maxBytes: 1_000 } })

    await expect(egress.request(get(server.origin))).rejects.toMatchObject({ code: 'egress/too-large' })

    await server.allClosed()
  })

  it('of exactly its limit is fine, and an answer to HEAD may announce any length', async () => {
    await using server = await serve((incoming, response) => {
      if (incoming.method === 'HEAD') response.writeHead(200, { 'content-length': 5_000, 'content-encoding': 'gzip' }).end()
      else response.end('x'.repeat(1_000))
    })
    await using egress = createEgress({ allow: [loopback], limits: { maxBytes: 1_000 } })

    expect(await (await egress.request(get(server.origin))).body.bytes()).toHaveLength(1_000)
    expect(await (await egress.request(get(server.origin, { method: 'HEAD' }))).body.bytes()).toHaveLength(0)
  })

  it('cut into single bytes costs no more memory than one in large pieces', async () => {
    const count = 400_000
    await using server = await serveSockets((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
        socket.end(`${'1\r\nx\r\n'.repeat(count)}0\r\n\r\n`)
      })
    })
    await using egress = createEgress({ allow: [loopback] })
    const concat = vi.spyOn(Buffer, 'concat')

    const answer = await egress.request(get(server.origin))

    expect((await answer.body.bytes()).equals(Buffer.alloc(count, 'x'))).toBe(true)
    // 8 KiB gathered at a time, and the first byte by itself.
    expect(concat.mock.calls.at(-1)?.[0].length).toBeLessThan(count / 1_000)
  })

  it.each(['identity', 'gzip'])('in %s waits for a slow reader instead of piling up', async (encoding) => {
    const piece = Buffer.alloc(64 * 1024, 'abcdefgh')
    const whole = Buffer.concat(Array.from({ length: 64 }, (_, i) => Buffer.concat([piece, Buffer.from([i])])))
    await using server = await compressed(encoding, encoding === 'gzip' ? gzipSync(whole, { level: 0 }) : whole)
    await using egress = createEgress({ allow: [loopback] })

    const read: Uint8Array[] = []
    for await (const chunk of (await egress.request(get(server.origin))).body) {
      read.push(chunk)
      await new Promise((resolve) => setImmediate(resolve))
    }

    expect(Buffer.concat(read).equals(whole)).toBe(true)
  })

  it('with a header of too many fields or bytes is refused', async () => {
    await using many = await serve((_request, response) => {
      for (let i = 0; i < 200; i++) response.setHeader(`x-${i}`, '1')
      response.end()
    })
    await using large = await serve((_request, response) => response.writeHead(200, { 'x-large': 'x'.repeat(40_000) }).end())
    await using egress = createEgress({ allow: [loopback] })

    await expect(egress.request(get(many.origin))).rejects.toMatchObject({ code: 'egress/too-large' })
    await expect(egress.request(get(large.origin))).rejects.toMatchObject({ code: 'egress/too-large' })
  })
})
