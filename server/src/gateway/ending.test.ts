import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { ToolsCaller } from '../../test/tools-caller.ts'
import { Town } from '../../test/town.ts'
import { DAY } from '../lib/index.ts'

proves('lifecycle/notice-period', 'lifecycle/tool-pause', 'lifecycle/survival', 'lifecycle/deletions')

const codeOf = (told: { readonly body: { result: { _meta?: Record<string, { code?: string }> } } }) =>
  told.body.result._meta?.['dev.handfast/refusal']?.code

describe.each(databases)('calls to a connector that ends on $name', (kind) => {
  it('work until the minute and not after, say so in headers and lists, and leave their history behind', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const id = await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const { lifecycle } = town.app.rooms
    const given = town.clock.now()
    const tools = new ToolsCaller(town.url, town.alice.token)
    const before = await town.alice.mcp.modern('tools/list', {}, { path: '/mcp/echo' })

    const endsAt = await lifecycle.giveNotice(town.steering(id, 'we part'))
    const listed = await town.alice.mcp.modern('tools/list', {}, { path: '/mcp/echo' })
    const merged = await town.alice.mcp.modern('tools/list')
    const plain = await tools.get('/api/v1/tools?connector=echo')
    town.clock.advance(30 * DAY - 1)
    const last = await town.alice.mcp.call('echo', { text: 'still here' }, { path: '/mcp/echo' })
    town.clock.advance(1)
    const after = await town.alice.mcp.call('echo_echo', { text: 'too late' })

    expect([before.headers.get('sunset'), before.headers.get('deprecation')]).toEqual([null, null])
    const headers = [new Date(endsAt).toUTCString(), `@${Math.floor(given / 1_000)}`]
    for (const answer of [listed, last, plain]) expect([answer.headers.get('sunset'), answer.headers.get('deprecation')]).toEqual(headers)
    const ends = [{ connector: 'echo', endsAt: new Date(endsAt).toISOString() }]
    expect(merged.headers.get('sunset')).toBeNull()
    expect(merged.body.result).toMatchObject({ ttlMs: expect.any(Number), _meta: { 'dev.handfast/ending': ends } })
    expect(plain.body).toMatchObject({ ending: ends, unavailable: [] })
    expect(last.body.result).toMatchObject({ content: [{ text: 'still here' }] })
    expect(codeOf(after)).toBe('gateway/connector-unavailable')
    expect(echo.requests.filter((request) => JSON.stringify(request).includes('too late'))).toEqual([])
    await town.app.jobs.runDue()
    const [refused, answered] = await town.calls(town.alice)
    expect([refused?.state, answered?.state, answered?.connector]).toEqual(['refused', 'answered', 'echo'])
    expect(await town.app.rooms.history.get(town.person(town.alice), answered?.id ?? '')).toMatchObject({ state: 'answered' })
  })

  it('are refused for one tool that is paused, which is not listed either, on the next call', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const id = await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const { lifecycle } = town.app.rooms
    await town.alice.mcp.call('echo_echo', { text: 'warm' })

    await lifecycle.pause({ ...town.steering(id, 'it drifted'), ground: 'drift', tool: 'echo' })
    const paused = await town.alice.mcp.call('echo_echo', { text: 'not now' })
    const list = await town.alice.mcp.modern('tools/list')
    const names = list.body.result.tools.map(({ name }: { name: string }) => name)

    expect(codeOf(paused)).toBe('lifecycle/tool-paused')
    expect(names).not.toContain('echo_echo')
    expect(names).toContain('echo_note')
    await lifecycle.resume({ ...town.steering(id, 'as reviewed again'), tool: 'echo' })
    expect((await town.alice.mcp.call('echo_echo', { text: 'again' })).body.result).toMatchObject({ content: [{ text: 'again' }] })
  })

  it('leave no key behind when it is gone, whosever it was', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const id = await town.publishes('echo', echo.url, { credential: { type: 'bearer' } })
    const { vault, lifecycle } = town.app.rooms
    const origins = [new URL(echo.url).origin]
    await vault.put(town.person(town.alice), id, 'secret of Alice', origins, town.alice.user)
    await vault.put({ workspace: town.app.workspace, user: null }, id, 'shared secret', origins, town.olga.user)

    await lifecycle.remove(town.steering(id, 'gone'))
    await town.app.jobs.runDue()

    const rows = await town.app.storage.db.selectFrom('credentials').select(['sealed', 'destroyed_at']).where('connector_id', '=', id).execute()
    expect(rows.map(({ sealed, destroyed_at }) => [sealed, destroyed_at])).toEqual([
      ['', town.clock.now()],
      ['', town.clock.now()],
    ])
    expect((await town.entries(id)).find(({ event, deletes }) => event === 'deletion.certified' && deletes === 'credentials')).toMatchObject({
      count: 2,
    })
    town.clock.advance(DAY)
    await town.app.jobs.runDue()
    expect(await town.app.storage.db.selectFrom('compiled_tools').select('tool').execute()).toEqual([])
  })
})
