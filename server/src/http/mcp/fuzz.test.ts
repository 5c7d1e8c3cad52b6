import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { rounds, timeFor } from '../../../test/rounds.ts'
import { Town } from '../../../test/town.ts'
import { parseJson } from '../../lib/index.ts'
import {
  claimsModern,
  matchesTemplate,
  readClientMessage,
  readListedPage,
  readModernMeta,
  SseReader,
  usableTemplate,
} from '../../protocol/mcp/index.ts'
import { isGoverned, readTarget } from './governed.ts'

const WORST_MS = 50
const methods = ['initialize', 'tools/call', 'tools/list', 'resources/read', 'prompts/get', 'completion/complete', 'subscriptions/listen', 'ping']
const anything = fc.jsonValue({ maxDepth: 6 })
const message = fc.oneof(
  anything,
  fc.record(
    {
      jsonrpc: fc.constantFrom('2.0', '1.0', 2),
      id: fc.oneof(fc.integer(), fc.string(), anything),
      method: fc.oneof(fc.constantFrom(...methods), fc.string()),
      params: fc.oneof(
        anything,
        fc.record(
          {
            name: anything,
            uri: fc.oneof(fc.webUrl(), fc.string(), anything),
            arguments: anything,
            ref: anything,
            argument: anything,
            inputResponses: anything,
            requestState: anything,
            cursor: anything,
            notifications: anything,
            _meta: fc.oneof(
              anything,
              fc.constant({ 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} }),
            ),
          },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  ),
)

/** Runs something and tells how long it took, whatever came of it. Only a refusal may be thrown. */
function timed(run: () => unknown): number {
  const start = performance.now()
  try {
    run()
  } catch (error) {
    expect(error).toHaveProperty('status')
  }
  return performance.now() - start
}

describe('whatever arrives', () => {
  const count = rounds(100_000)

  it(`at the JSON-RPC door is read or refused at once (${count} messages)`, { timeout: timeFor(count, 2) }, () => {
    let slow = 0
    fc.assert(
      fc.property(
        fc.oneof(
          message.map((value) => JSON.stringify(value)),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const ms = timed(() => {
            const read = readClientMessage(parseJson(text))
            if (read.kind === 'response') return
            const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': read.method }
            if (claimsModern(read, headers)) readModernMeta(read, headers)
            if (read.kind === 'request' && isGoverned(read.method)) readTarget(read.method, read.params, read.id)
          })
          // One pause of the collector is nobody's doing.
          if (ms > WORST_MS) slow++
        },
      ),
      { numRuns: count },
    )
    expect(slow).toBeLessThanOrEqual(count / 1_000)
  })

  it(`on an event stream is read in any pieces, to the same events, in bounded memory (${count} streams)`, { timeout: timeFor(count, 2) }, () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('data: {}', 'data', 'event: x', 'id: 1', 'retry: 5', ': c', ''),
    )
    const stream = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 30 })
      .map((lines) => lines.map((pair) => pair.join('')).join(''))
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 8 }), (text, cuts) => {
        const bytes = Buffer.from(text, 'utf8')
        const whole = new SseReader({ maxLine: 1_000, maxEvent: 5_000 }).push(bytes)
        const reader = new SseReader({ maxLine: 1_000, maxEvent: 5_000 })
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length]
        const pieces = places.slice(1).flatMap((end, index) => reader.push(bytes.subarray(places[index], end)))

        expect(pieces).toEqual(whole)
      }),
      { numRuns: count },
    )
  })

  it(`as a template or a page of a list is judged at once (${count} of each)`, { timeout: timeFor(count, 2) }, () => {
    let slow = 0
    const part = fc.constantFrom('a', '/', '{x}', '{+y}', '{/z*}', '{?q}', 'test://', '%2e', '..', '{', '}')
    const text = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, text, anything, (template, uri, listed) => {
        const ms = timed(() => {
          if (usableTemplate(template)) matchesTemplate(template, uri)
          readListedPage('resources', listed as never)
          readListedPage('prompts', { prompts: [listed] } as never)
        })
        if (ms > WORST_MS) slow++
      }),
      { numRuns: count },
    )
    expect(slow).toBeLessThanOrEqual(count / 1_000)
  })
})

describe.each(databases.slice(0, 1))('a running server on $name', (kind) => {
  const count = rounds(20_000)
  it(`answers everything, fails at nothing and keeps no memory of it (${count} requests)`, { timeout: timeFor(count, 60) }, async () => {
    await using echo = await startEcho({ record: false })
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const session = (await town.alice.mcp.legacy()).session
    const send = async (body: string, legacy: boolean): Promise<void> => {
      const headers: Record<string, string> = legacy ? { 'mcp-session-id': session } : { 'mcp-protocol-version': '2026-07-28' }
      const told = await town.alice.mcp.post('/mcp', body, headers, AbortSignal.timeout(20_000))
      expect(told.status).not.toBe(500)
    }
    const texts = fc.sample(
      fc.tuple(
        message.filter((value) => !JSON.stringify(value).includes('subscriptions/listen')),
        fc.boolean(),
      ),
      { numRuns: count, seed: 11 },
    )
    const before = process.memoryUsage().heapUsed
    for (let at = 0; at < texts.length; at += 20)
      await Promise.all(texts.slice(at, at + 20).map(([value, legacy]) => send(JSON.stringify(value), legacy)))
    globalThis.gc?.()

    expect((process.memoryUsage().heapUsed - before) / 1024 / 1024).toBeLessThan(200)
    expect((await town.alice.mcp.call('echo_echo', { text: 'still here' })).body.result.content[0].text).toBe('still here')
  })
})
