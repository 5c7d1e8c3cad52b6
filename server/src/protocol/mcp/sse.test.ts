import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SseEvent, SseReader, SseTooLargeError } from './sse.ts'

const limits = { maxLine: 1_000, maxEvent: 2_000 }

function read(bytes: Uint8Array, cuts: readonly number[] = [], reader = new SseReader(limits)): SseEvent[] {
  const events: SseEvent[] = []
  let from = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const to = Math.min(Math.max(cut, from), bytes.length)
    events.push(...reader.push(bytes.subarray(from, to)))
    from = to
  }
  events.push(...reader.push(bytes.subarray(from)))
  return events
}

const text = (value: string) => new TextEncoder().encode(value)

describe('an event stream', () => {
  it.each([
    ['one line of data', 'data: a\n\n', [{ type: 'message', data: 'a' }]],
    ['several lines of data', 'data: a\ndata:b\ndata\n\n', [{ type: 'message', data: 'a\nb\n' }]],
    ['all line ends', 'data: a\r\n\r\ndata: b\r\rdata: c\n\n', ['a', 'b', 'c'].map((data) => ({ type: 'message', data }))],
    [
      'a named event',
      'event: x\ndata: a\n\ndata: b\n\n',
      [
        { type: 'x', data: 'a' },
        { type: 'message', data: 'b' },
      ],
    ],
    ['comments and unknown fields', ': hi\nfoo: bar\nbaz\n\ndata: a\n\n', [{ type: 'message', data: 'a' }]],
    ['one blank after the colon only', 'data:  a\n\n', [{ type: 'message', data: ' a' }]],
    ['a name without data, which is no event', 'event: x\n\ndata: a\n\n', [{ type: 'message', data: 'a' }]],
    ['an event that only carries an id', 'id: 7\ndata:\n\n', [{ type: 'message', data: '' }]],
    ['an event that is never finished, which is none', 'data: a\n\ndata: b\n', [{ type: 'message', data: 'a' }]],
    ['a byte order mark', '\uFEFFdata: a\n\n', [{ type: 'message', data: 'a' }]],
  ] as const)('is read with %s', (_, stream, events) => {
    expect(read(text(stream))).toEqual(events)
  })

  it('remembers ids and the time to wait, unless they make no sense', () => {
    const reader = new SseReader(limits)

    reader.push(text('id: 1\nretry: 250\n\nid: a\0b\nretry: soon\n\n'))

    expect([reader.lastEventId, reader.retryMs]).toEqual(['1', 250])
  })

  it('means the same however it is cut', () => {
    const line = fc.oneof(
      fc.constantFrom('data: x', 'data:', 'data', 'event: y', 'id: 3', 'retry: 5', ': c', '', '', 'data: grüße 🎉', '\uFEFF'),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    )
    const stream = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 30 }).map((lines) => lines.flat().join(''))
    fc.assert(
      fc.property(stream, fc.array(fc.nat(400), { maxLength: 12 }), (value, cuts) => {
        const bytes = text(value)
        const whole = new SseReader(limits)
        const cut = new SseReader(limits)
        const each = new SseReader(limits)

        const expected = read(bytes, [], whole)

        expect(read(bytes, cuts, cut)).toEqual(expected)
        expect(read(bytes, Array.from(bytes.keys()), each)).toEqual(expected)
        expect([cut.lastEventId, cut.retryMs]).toEqual([whole.lastEventId, whole.retryMs])
      }),
    )
  })

  it('gives back every text that was written into it', () => {
    fc.assert(
      fc.property(fc.array(fc.json()), fc.array(fc.nat(2_000)), (values, cuts) => {
        const bytes = text(values.map((value) => `event: message\ndata: ${value}\n\n`).join(''))

        const events = read(bytes, cuts, new SseReader({ maxLine: 1e6, maxEvent: 1e6 }))

        expect(events.map(({ data }) => data)).toEqual(values)
      }),
    )
  })

  it('is refused when a line or an event never ends', () => {
    const long = new SseReader(limits)
    const many = new SseReader(limits)

    expect(() => {
      for (let i = 0; i < 1_001; i++) long.push(text('x'))
    }).toThrow(SseTooLargeError)
    expect(() => {
      for (let i = 0; i < 2_001; i++) many.push(text('data: x\n'))
    }).toThrow(SseTooLargeError)
  })
})
