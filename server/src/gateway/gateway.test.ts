import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { Town } from '../../test/town.ts'

proves('consent/permit', 'gateway/protocol', 'gateway/intent')

describe.each(databases)('a governed call on $name', (kind) => {
  it('reaches the connector and leaves one intent and one outcome', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')

    const told = await town.alice.mcp.call('echo_echo', { text: 'hello' })

    expect(told.body.result).toMatchObject({ resultType: 'complete', content: [{ type: 'text', text: 'hello' }] })
    const [call] = await town.calls(town.alice)
    expect(call).toMatchObject({ connector: 'echo', tool: 'echo', state: 'answered', protocol: 'mcp/2026-07-28' })
    expect((await town.entries(call?.id ?? '')).map((entry) => entry['event'])).toEqual(['call.intended', 'call.answered'])
  })

  it('is refused for whoever has not enabled the connector, with one entry and nothing sent', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    const before = echo.requests.length

    const told = await town.alice.mcp.call('echo_echo', { text: 'hello' })

    expect(told.body.result).toMatchObject({ isError: true, _meta: { 'dev.handfast/refusal': { code: 'consent/not-enabled', who: 'user' } } })
    expect(echo.requests.length).toBe(before)
    const [call] = await town.calls(town.alice)
    expect((await town.entries(call?.id ?? '')).map((entry) => [entry['event'], entry['code']])).toEqual([['call.refused', 'consent/not-enabled']])
  })

  it('works the same in a session of the older revisions', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const session = await town.alice.mcp.legacy()

    const listed = await session.request('tools/list')
    const told = await session.call('echo_echo', { text: 'hello' })

    expect(listed.body.result.tools.map((tool: { name: string }) => tool.name)).toContain('echo_echo')
    expect(told.body.result).toEqual({ content: [{ type: 'text', text: 'hello' }] })
  })
})

describe.each(databases)('an approved call on $name', (kind) => {
  it('costs no yes when it is refused before it is sent', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url, { limits: { perSecond: 0.001, burst: 1 } })
    await town.enables(town.alice, 'echo')
    await town.alice.mcp.call('echo_echo', { text: 'takes the only place' })
    await town.alice.mcp.call('echo_note', { text: 'please' })
    await town.approves(town.alice)

    const limited = await town.alice.mcp.call('echo_note', { text: 'please' })
    town.clock.advance(2_000_000)
    const expired = await town.alice.mcp.call('echo_note', { text: 'please' })

    expect(limited.body.result._meta['dev.handfast/refusal'].code).toBe('limits/rate')
    expect(expired.body.result._meta['dev.handfast/refusal'].code).toBe('consent/approval-needed')
    const states = await town.app.storage.db.selectFrom('approvals').select('state').orderBy('id').execute()
    expect(states.map(({ state }) => state)).toEqual(['approved', 'waiting'])
  })

  it('is sent once, however often it is repeated at once', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    await town.alice.mcp.call('echo_note', { text: 'once' })
    await town.approves(town.alice)

    const told = await Promise.all(Array.from({ length: 8 }, () => town.alice.mcp.call('echo_note', { text: 'once' })))

    expect(told.filter((one) => one.body.result.isError !== true)).toHaveLength(1)
    expect(
      echo.requests.filter(
        (request) => JSON.stringify(request.message ?? '').includes('"note"') && JSON.stringify(request.message).includes('tools/call'),
      ),
    ).toHaveLength(1)
  })
})
