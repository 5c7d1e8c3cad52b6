import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { Town } from '../../../test/town.ts'

const DAY = 24 * 60 * 60 * 1000

describe.each(databases)('a session on $name', (kind) => {
  it('speaks the revision that was asked for where it can, else its newest', async () => {
    await using town = await Town.open(kind)

    const opened = await Promise.all(
      ['2025-11-25', '2025-06-18', '2024-11-05', '2030-01-01'].map((version) => town.alice.mcp.legacy('/mcp', {}, version)),
    )

    expect(opened.map(({ opened: told }) => told.body.result.protocolVersion)).toEqual(['2025-11-25', '2025-06-18', '2025-11-25', '2025-11-25'])
    expect(opened.map(({ session }) => session.length >= 43)).toEqual([true, true, true, true])
  })

  it('answers ping, takes notifications with 202, and does not know other methods', async () => {
    await using town = await Town.open(kind)
    const session = await town.alice.mcp.legacy()

    const pong = await session.request('ping')
    const noted = await session.notify('notifications/initialized')
    const unknown = await session.request('tasks/list')
    const odd = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: { toString: 1 }, version: [] } }
    const oddly = await town.alice.mcp.post('/mcp', JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: odd }))

    expect(pong.body).toEqual({ jsonrpc: '2.0', id: expect.any(Number), result: {} })
    expect([noted.status, noted.body]).toEqual([202, ''])
    expect([unknown.status, unknown.body.error.code]).toEqual([200, -32601])
    expect([oddly.status, oddly.body.result.protocolVersion]).toEqual([200, '2025-11-25'])
  })

  it('belongs to the person and the token that opened it', async () => {
    await using town = await Town.open(kind)
    const session = await town.alice.mcp.legacy()
    const { secret } = await town.app.rooms.authorization.create(town.app.workspace, town.alice.user, { name: 'second', assistant: 'another' })
    const asking = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: {} })
    const headers = { 'mcp-session-id': session.session, 'mcp-protocol-version': '2025-11-25' }

    const bob = await town.bob.mcp.post('/mcp', asking, headers)
    const other = await town.alice.mcp.post('/mcp', asking, { ...headers, authorization: `Bearer ${secret}` })
    const unknown = await town.alice.mcp.post('/mcp', asking, { ...headers, 'mcp-session-id': 'made-up' })
    const none = await town.alice.mcp.post('/mcp', asking, { ...headers, 'mcp-session-id': null })

    expect([bob, other, unknown].map(({ status, body }) => [status, body.error.data.code])).toEqual(Array(3).fill([404, 'authorization/session']))
    expect([none.status, none.body.error.code]).toEqual([400, -32600])
    expect((await session.request('ping')).status).toBe(200)
  })

  it('ends when its assistant says so, and after a day without use', async () => {
    await using town = await Town.open(kind)
    const [ended, idle, used] = [await town.alice.mcp.legacy(), await town.alice.mcp.legacy(), await town.alice.mcp.legacy()]

    const answer = await fetch(`${town.url}/mcp`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${town.alice.token}`, 'mcp-session-id': ended.session },
    })
    town.clock.advance(DAY / 2)
    await used.request('ping')
    town.clock.advance(DAY / 2 + 1)

    expect(answer.status).toBe(204)
    expect((await ended.request('ping')).status).toBe(404)
    expect((await idle.request('ping')).status).toBe(404)
    expect((await used.request('ping')).status).toBe(200)
  })

  it('refuses a revision in the header that it does not know, and takes none for an old one', async () => {
    await using town = await Town.open(kind)
    const session = await town.alice.mcp.legacy()

    const unknown = await session.request('ping', {}, 1, { 'mcp-protocol-version': '2030-01-01' })
    const none = await session.request('ping', {}, 2, { 'mcp-protocol-version': null })
    const marked = await session.request('ping', {}, 3, { 'mcp-method': 'tools/call' })

    expect([unknown.status, unknown.body.error.code]).toEqual([400, -32600])
    expect([none.status, marked.status]).toEqual([200, 200])
  })

  it('ends a cancelled call without an answer, and tells the connector', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    await town.app.rooms.choices.setLevel(town.person(town.alice), '*', 'never')
    const session = await town.alice.mcp.legacy()

    const call = session.request('tools/call', { name: 'echo_wait', arguments: { key: 'k' } }, 'mine')
    await echo.arrived('k')
    // Somebody else's cancellation of a request with the same id concerns their own session.
    const bob = await town.bob.mcp.legacy()
    await bob.notify('notifications/cancelled', { requestId: 'mine' })
    await session.notify('notifications/cancelled', { requestId: 'mine' })
    await echo.cancelled('k')
    const told = await call

    expect([told.status, told.body]).toEqual([200, undefined])
    expect((await town.calls(town.alice))[0]).toMatchObject({ state: 'cancelled', code: 'upstream/cancelled' })
  })
})
