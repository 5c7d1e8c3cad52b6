import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../server/test/databases.ts'
import { Town } from '../server/test/town.ts'
import type { Connector } from './fixtures/connector.ts'
import { type Echo, startEcho } from './fixtures/echo-connector.ts'
import { startHostile, type TrickName } from './fixtures/hostile-connector.ts'

const MIB = 1024 * 1024
/** What no refusal may let through: addresses and headers behind us, what the connector really said, our own code. */
const LEAKS = /127\.0\.0\.1:\d|169\.254|10\.0\.0\.5|ECONN|<!doctype|<script|node_modules|\.ts:\d|at \/srv|xxxxxxxxxx|Bearer /

const failing: readonly (readonly [TrickName, string, RegExp])[] = [
  ['never_answers', 'upstream/timed-out', /did not answer in time/],
  ['headers_only', 'upstream/timed-out', /did not answer in time/],
  ['drip', 'upstream/timed-out', /did not answer in time/],
  ['endless_stream', 'upstream/timed-out', /did not answer in time/],
  ['hangs_up', 'upstream/unreachable', /closed the connection/],
  ['hangs_up_halfway', 'upstream/unreachable', /closed the connection/],
  ['stream_without_answer', 'upstream/unreachable', /before its answer was complete/],
  ['huge', 'upstream/too-large', /larger|bytes/i],
  ['gzip_bomb', 'upstream/too-large', /larger|bytes|expands/i],
  ['html', 'upstream/not-understood', /connector/i],
  ['empty', 'upstream/not-understood', /connector/i],
  ['invalid_json', 'upstream/not-understood', /connector/i],
  ['wrong_id', 'upstream/not-understood', /connector/i],
  ['deep_json', 'upstream/not-understood', /connector/i],
  ['not_a_result', 'upstream/not-understood', /not the result of a tool/],
  ['unknown_result_type', 'upstream/not-understood', /connector/i],
  ['reserved_error', 'upstream/not-understood', /connector/i],
  ['redirect', 'upstream/redirected', /another address/],
  ['redirect_to_metadata', 'upstream/redirected', /another address/],
  ['status_401', 'upstream/credential-rejected', /account/],
  ['status_500', 'upstream/unreachable', /connector/i],
]

describe.each(databases)('a connector that misbehaves, on $name', (kind) => {
  let town: Town
  let hostile: Connector
  let echo: Echo
  beforeAll(async () => {
    hostile = await startHostile({ record: false })
    echo = await startEcho({ record: false })
    town = await Town.open(kind, { settings: { callTimeoutSeconds: 1, maxAnswerBytes: 2 * MIB } })
    await town.publishes('hostile', hostile.url)
    await town.publishes('echo', echo.url)
    for (const slug of ['hostile', 'echo']) await town.enables(town.alice, slug)
  })
  afterAll(async () => {
    await town[Symbol.asyncDispose]()
    await hostile.close()
    await echo.close()
  })

  it.each(failing)('by the trick %s fails with %s, once in the ledger, while others are served', async (trick, code, message) => {
    const before = process.memoryUsage().rss

    const bad = town.alice.mcp.call(`hostile_${trick}`)
    const good = await town.alice.mcp.call('echo_echo', { text: 'hello' })
    const told = await bad

    expect(good.body.result.content).toEqual([{ type: 'text', text: 'hello' }])
    expect(told.status).toBe(200)
    const { result } = told.body
    expect(result).toMatchObject({ resultType: 'complete', isError: true, _meta: { 'dev.handfast/refusal': { code } } })
    expect(result.content[0].text).toMatch(message)
    expect(JSON.stringify(result)).not.toMatch(LEAKS)
    const call = (await town.calls(town.alice)).find(({ tool }) => tool === trick)
    expect(call).toMatchObject({ state: 'failed', code })
    expect((await town.entries(call?.id ?? '')).map((entry) => [entry['event'], entry['code']])).toEqual([
      ['call.intended', undefined],
      ['call.failed', code],
    ])
    // A hundred megabytes offered, and a small part of it ever held.
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * MIB)
  })

  it('that sends content of an unknown type has it replaced by words, and the rest arrives', async () => {
    const { result } = (await town.alice.mcp.call('hostile_unknown_block')).body

    expect(result.content).toEqual([
      { type: 'text', text: expect.stringContaining('hologram') },
      { type: 'text', text: 'after' },
    ])
    expect(result).not.toHaveProperty('isError')
  })

  it('that sends bytes which are no text has them marked as such', async () => {
    const { result } = (await town.alice.mcp.call('hostile_not_utf8')).body

    expect(result.content).toEqual([{ type: 'text', text: '\ufffd(\ufffd' }])
  })

  it('that names its answer with words of JavaScript poisons nothing', async () => {
    const { result } = (await town.alice.mcp.call('hostile_prototype')).body

    expect(result).toMatchObject({ resultType: 'complete', content: [] })
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
    expect(JSON.stringify(result)).not.toContain('admin')
  })

  it('that floods with progress nobody asked for is cut off', async () => {
    const told = await town.alice.mcp.call('hostile_progress_flood', {}, { meta: { progressToken: 'mine' } })

    expect(told.body.result).toMatchObject({ isError: true })
    expect(['upstream/timed-out', 'upstream/too-large', 'upstream/not-understood']).toContain(told.body.result._meta['dev.handfast/refusal'].code)
    expect(told.events.length).toBeLessThan(5)
  })

  it('that says 429 is left alone for as long as it asks, and then called again', async () => {
    const first = (await town.alice.mcp.call('hostile_status_429')).body.result
    const held = (await town.alice.mcp.call('hostile_unknown_block')).body.result
    const other = (await town.alice.mcp.call('echo_echo', { text: 'hello' })).body.result
    town.clock.advance(7_001)
    const again = (await town.alice.mcp.call('hostile_unknown_block')).body.result

    expect(first._meta['dev.handfast/refusal']).toMatchObject({ code: 'upstream/busy', who: 'wait' })
    expect(first.content[0].text).toContain('7 seconds')
    expect(held._meta['dev.handfast/refusal']).toMatchObject({ code: 'limits/rate', who: 'wait' })
    expect(other.isError).toBeUndefined()
    expect(again.isError).toBeUndefined()
    const [, , held_] = await town.calls(town.alice)
    expect((await town.entries(held_?.id ?? '')).map((entry) => [entry['event'], entry['code']])).toEqual([['call.refused', 'limits/rate']])
  })

  it('leaves one intent and one outcome for each call, or one refusal and nothing sent', async () => {
    const rows = await town.app.storage.db
      .selectFrom('ledger_entries')
      .select(['event', 'subject'])
      .where('event', 'like', 'call.%')
      .orderBy('position')
      .execute()
    const bySubject = Map.groupBy(rows, ({ subject }) => subject)

    for (const [, entries] of bySubject) {
      const events = entries.map(({ event }) => event)
      if (events.length === 1) expect(events).toEqual(['call.refused'])
      else expect(events).toEqual(['call.intended', expect.stringMatching(/^call\.(answered|failed)$/)])
    }
    expect(bySubject.size).toBeGreaterThan(failing.length)
  })
})
