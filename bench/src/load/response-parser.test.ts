import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HttpAnswer, MalformedAnswerError, ResponseParser } from './response-parser.ts'

type Plain = { readonly status: number; readonly contentType: string; readonly body: string; readonly keepAlive: boolean }

function plain(answer: HttpAnswer): Plain {
  return { ...answer, body: answer.body.toString('base64') }
}

/** Feeds the bytes in the given pieces through one reused buffer, as a socket does, so that a kept view would show. */
function parse(bytes: Buffer, cuts: readonly number[]): { readonly answers: Plain[]; readonly cleanEnd: boolean } {
  const answers: Plain[] = []
  const parser = new ResponseParser((answer) => answers.push(plain(answer)))
  const reused = Buffer.alloc(bytes.length)
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b)
  let from = 0
  for (const to of [...places, bytes.length]) {
    const length = bytes.copy(reused, 0, from, to)
    parser.push(reused.subarray(0, length))
    reused.fill(0)
    from = to
  }
  return { answers, cleanEnd: parser.end() }
}

const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
const type = fc.constantFrom('application/json', 'text/event-stream', 'Application/JSON; charset=utf-8')

const byLength = fc.tuple(fc.constantFrom(200, 202, 400, 502), type, body).map(([status, contentType, content]) => ({
  expected: { status, contentType: contentType.split(';')[0]?.toLowerCase() ?? '', body: content.toString('base64'), keepAlive: true },
  bytes: Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\nContent-Type: ${contentType}\r\nContent-Length: ${content.length}\r\n\r\n`), content]),
}))

const chunked = fc
  .tuple(
    type,
    fc.array(
      body.filter((piece) => piece.length > 0),
      { maxLength: 5 },
    ),
    fc.boolean(),
  )
  .map(([contentType, pieces, trailer]) => ({
    expected: {
      status: 200,
      contentType: contentType.split(';')[0]?.toLowerCase() ?? '',
      body: Buffer.concat(pieces).toString('base64'),
      keepAlive: true,
    },
    bytes: Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\nTransfer-Encoding: chunked\r\n\r\n`),
      ...pieces.flatMap((piece) => [Buffer.from(`${piece.length.toString(16)};name=value\r\n`), piece, Buffer.from('\r\n')]),
      Buffer.from(trailer ? '0\r\nx-checksum: 1\r\n\r\n' : '0\r\n\r\n'),
    ]),
  }))

const interim = fc.constant({ expected: null, bytes: Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n') })

describe('the parser of answers', () => {
  it('gives the same answers however the stream of bytes is cut', () => {
    const streams = fc.array(fc.oneof(byLength, chunked, interim), { minLength: 1, maxLength: 5 })

    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 30 }), (stream, cuts) => {
        const parsed = parse(Buffer.concat(stream.map(({ bytes }) => bytes)), cuts)

        expect(parsed).toEqual({ answers: stream.map(({ expected }) => expected).filter((expected) => expected !== null), cleanEnd: true })
      }),
    )
  })

  it('gives the same answers when every byte comes alone', () => {
    fc.assert(
      fc.property(chunked, ({ bytes, expected }) => {
        const parsed = parse(bytes, Array.from(bytes.keys()))

        expect(parsed.answers).toEqual([expected])
      }),
      { numRuns: 30 },
    )
  })

  it('ends an answer without a declared length when the peer closes, and says that the connection is used up', () => {
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"a":1}')

    const parsed = parse(bytes, [60])

    expect(parsed.answers).toEqual([
      { status: 200, contentType: 'application/json', body: Buffer.from('{"a":1}').toString('base64'), keepAlive: false },
    ])
    expect(parsed.cleanEnd).toBe(true)
  })

  it('tells an answer that was cut off from one that was finished', () => {
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')

    const parsed = parse(bytes, [])

    expect(parsed).toEqual({ answers: [], cleanEnd: false })
  })

  it('keeps a connection only when the peer does', () => {
    const heads = ['HTTP/1.1 200 OK\r\nConnection: close', 'HTTP/1.0 200 OK', 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive', 'HTTP/1.1 200 OK']

    const kept = heads.map((head) => parse(Buffer.from(`${head}\r\nContent-Length: 0\r\n\r\n`), []).answers[0]?.keepAlive)

    expect(kept).toEqual([false, false, true, true])
  })

  it.each([
    ['something else than HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
    ['a chunk that is longer than it said', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n'],
    ['a head without an end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`],
  ])('refuses %s', (_, bytes) => {
    expect(() => parse(Buffer.from(bytes), [])).toThrow(MalformedAnswerError)
  })
})
