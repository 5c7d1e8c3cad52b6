import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { serveSockets } from '../../test/loopback-server.ts'
import { rounds, seeded, timeFor } from '../../test/rounds.ts'
import { createEgress, type EgressRequest } from './index.ts'

const allow = [{ name: 'loopback', host: '127.0.0.0/8' }]

function get(url: string, more: Partial<EgressRequest> = {}): EgressRequest {
  return { url: new URL(url), method: 'GET', headers: {}, reason: 'user-call', ...more }
}

type Heard = { readonly line: string; readonly headers: readonly (readonly [string, string])[]; readonly body: string }

/** Reads requests off a bare socket by the letter: lines end in CRLF, a body has the length that was announced. Anything else is a finding. */
function listenTo(socket: Socket, hear: (heard: Heard) => void): void {
  let buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk])
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n')
      if (end < 0) return
      const [line = '', ...rest] = buffer.subarray(0, end).toString('latin1').split('\r\n')
      const headers = rest.map((each) => {
        const colon = each.indexOf(':')
        return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()] as const
      })
      const length = Number(headers.find(([name]) => name === 'content-length')?.[1] ?? 0)
      if (buffer.length < end + 4 + length) return
      const body = buffer.subarray(end + 4, end + 4 + length).toString('latin1')
      buffer = buffer.subarray(end + 4 + length)
      hear({ line, headers, body })
      socket.write('HTTP/1.1 204 No Content\r\n\r\n')
    }
  })
}

type Random = () => number
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
const pieces = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  'Host: inner',
  'Content-Length: 0',
  'Transfer-Encoding: chunked',
  'GET / HTTP/1.1',
  '\u2028',
  '\u560a\u560d',
  'é',
  'a',
  'b',
  '1',
  ',',
  ';',
  '%0d%0a',
  '\x7f',
  '\x0b',
  '\u010a',
]
const mixture = (random: Random, most: number): string => Array.from({ length: Math.floor(random() * most) }, () => pick(random, pieces)).join('')
const names = [
  'x-a',
  'X-Note',
  'accept',
  'x-a\r\nhost',
  'host',
  'Host',
  'content-length',
  'transfer-encoding',
  'connection',
  'te',
  'expect',
  'upgrade',
  'x a',
  'x:a',
  '',
  'x-é',
  '__proto__',
  'cookie',
]

const COUNT = rounds(1_000_000)

describe('What goes over the wire', () => {
  it(
    `is one request for each that was asked for, with its headers and no others: ${COUNT} made of line breaks`,
    async () => {
      const random = seeded(7)
      const heard: Heard[] = []
      await using server = await serveSockets((socket) => listenTo(socket, (each) => heard.push(each)))
      await using egress = createEgress({ allow })
      const wrong: unknown[] = []
      let sent = 0

      for (let done = 0; done < COUNT; done++) {
        const [name, value] = [random() < 0.5 ? 'x-a' : pick(random, names), mixture(random, 4)]
        const method =
          random() < 0.9
            ? pick(random, ['GET', 'POST'])
            : pick(random, ['GET / HTTP/1.1\r\nHost: x\r\n\r\nGET', 'PO ST', 'CONNECT', '', 'get', 'TRACE', 'G\0'])
        const body = method === 'POST' ? mixture(random, 6) : undefined
        const url = new URL(server.origin)
        url.pathname = mixture(random, 3)
        url.search = mixture(random, 3)
        const request = get(url.href, { method, headers: { [name]: value }, ...(body === undefined ? {} : { body }) })
        const answer = await egress.request(request).catch((error: { code?: string }) => error.code)
        if (typeof answer === 'string' || answer === undefined) {
          if (heard.length > 0) wrong.push({ request, answer, heard: heard.splice(0) })
          // A body to a method that has none, and what undici itself does not send, end here too.
          else if (answer !== 'egress/malformed') wrong.push({ request, answer })
          continue
        }
        await answer.body.discard()
        sent++
        const [only, ...more] = heard.splice(0)
        const own = new Set(['host', 'connection', 'user-agent', 'handfast-reason', 'x-request-id', 'accept-encoding', 'content-length'])
        const extra = only?.headers.filter(([each]) => !own.has(each)) ?? []
        const lower = name.toLowerCase()
        const expected = own.has(lower) || value === undefined ? [] : [[lower, value.trim()]]
        const hosts = only?.headers.filter(([each]) => each === 'host').map(([, host]) => host)
        const fine =
          more.length === 0 &&
          only?.line === `${method} ${url.pathname}${url.search} HTTP/1.1` &&
          JSON.stringify(extra) ===
            JSON.stringify(expected.map(([each = '', text = '']) => [each, Buffer.from(text, 'latin1').toString('latin1')])) &&
          JSON.stringify(hosts) === JSON.stringify([`127.0.0.1:${server.port}`]) &&
          only.body === Buffer.from(body ?? '').toString('latin1')
        if (!fine) wrong.push({ request, only, more })
      }

      expect(wrong.slice(0, 3)).toEqual([])
      expect(sent).toBeGreaterThan(COUNT / 50)
    },
    timeFor(COUNT, 2),
  )
})

/** Answers every request on a bare socket with the same bytes. */
function answering(bytes: string | Buffer, then: 'keep' | 'end' = 'end') {
  return serveSockets((socket) => {
    socket.on('data', () => {
      socket.write(bytes)
      if (then === 'end') socket.end()
    })
  })
}

const limits = { totalMs: 900, headersMs: 700, idleMs: 700, maxBytes: 100_000 }

async function taken(origin: string): Promise<string> {
  await using egress = createEgress({ allow })
  try {
    const answer = await egress.request(get(origin, { limits }))
    return `${answer.status} ${await answer.body.text()}`
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('An answer that can be read in two ways', () => {
  it.each([
    ['two lengths that differ', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 2\r\n\r\nhello'],
    ['two lengths in one line', 'HTTP/1.1 200 OK\r\nContent-Length: 5, 2\r\n\r\nhello'],
    ['a length that is not a number', 'HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello'],
    ['a length with a sign', 'HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello'],
    ['a length beyond all numbers', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nhello'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    ['chunks and then a length', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    ['a chunk size beyond all numbers', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
    ['a chunk that is longer than it says', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n'],
    ['a chunk size with a prefix', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n'],
    ['a header line without a colon', 'HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 5\r\n\r\nhello'],
    ['a blank before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello'],
    ['a NUL in a header', 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 5\r\n\r\nhello'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nX-A: a\r\n Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello'],
    ['another version', 'HTTP/3.0 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nhello'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nhello'],
    ['less than it announced', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello'],
    ['no end of chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    ['compressed twice', 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello'],
  ])('is refused: %s', async (_what, bytes) => {
    await using server = await answering(bytes)

    expect(await taken(server.origin)).toMatch(/^egress\/(?:unreachable|encoding|too-large|malformed)$/)
  })

  it('is never taken for the answer to the next request', async () => {
    const poison = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirstHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'
    await using server = await serveSockets((socket) => {
      let count = 0
      socket.on('data', () => socket.write(count++ === 0 ? poison : 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond'))
    })
    await using egress = createEgress({ allow, connections: 1 })
    const said: string[] = []

    for (let i = 0; i < 6; i++) {
      const answer = await egress.request(get(server.origin, { limits })).then(
        (response) => response.body.text(),
        (error: { code: string }) => error.code,
      )
      said.push(answer)
    }

    expect(said).not.toContain('poison')
  })
})

describe('An answer that never comes to its point', () => {
  it('of interim answers is cut off', async () => {
    await using endless = await serveSockets((socket) => {
      socket.on('data', () => {
        const flood = () => {
          if (!socket.destroyed) socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(100), () => setImmediate(flood))
        }
        flood()
      })
    })

    const before = performance.now()
    const said = await taken(endless.origin)

    expect(said).toBe('egress/unreachable')
    // By their number, long before the time runs out.
    expect(performance.now() - before).toBeLessThan(600)
    await endless.allClosed()
  })

  it('may be preceded by a few interim answers', async () => {
    await using server = await answering(`${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(3)}HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello`)

    expect(await taken(server.origin)).toBe('200 hello')
  })

  it.each([
    ['header lines', 'HTTP/1.1 200 OK\r\n', 'x-a: b\r\n'],
    ['one header line', 'HTTP/1.1 200 OK\r\nx-a: ', 'b'.repeat(16)],
    ['one status line', 'HTTP/1.1 200 ', 'O'.repeat(16)],
    ['trailers', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n', 'x-a: b\r\n'],
    ['a chunk extension', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5', ';a=b'.repeat(4)],
    ['empty lines before it', '', '\r\n'],
  ])('of endless %s is cut off, and the connection closed', async (_what, head, more) => {
    let written = 0
    await using server = await serveSockets((socket) => {
      socket.on('data', () => {
        socket.write(head)
        const flood = () => {
          if (socket.destroyed) return
          written += more.length * 64
          socket.write(more.repeat(64), () => setImmediate(flood))
        }
        flood()
      })
    })
    const before = process.memoryUsage().rss

    expect(await taken(server.origin)).toMatch(/^egress\/(?:too-large|timed-out|unreachable)$/)

    expect(written).toBeGreaterThan(0)
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
    await server.allClosed()
  })
})
