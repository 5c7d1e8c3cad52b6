import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { OpenStream } from '../../../test/open-stream.ts'
import { type Inhabitant, Town } from '../../../test/town.ts'

const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} }
const listenHeaders = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' }

function listens(town: Town, who: Inhabitant, notifications: object = { toolsListChanged: true }): Promise<OpenStream> {
  const body = { jsonrpc: '2.0', id: 'sub', method: 'subscriptions/listen', params: { notifications, _meta: meta } }
  return OpenStream.post(`${town.url}/mcp`, who.token, body, listenHeaders)
}

describe.each(databases)('an open stream on $name', (kind) => {
  it('acknowledges what it honours first, then tells of changes of the own list only', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await using alice = await listens(town, town.alice, { toolsListChanged: true, tasksListChanged: true, resourceSubscriptions: ['file:///a'] })
    await using quiet = await listens(town, town.alice, {})
    const acknowledged = [await alice.next(), await quiet.next()]

    await town.enables(town.bob, 'echo')
    await town.enables(town.alice, 'echo')
    const changed = await alice.next()
    town.app.rooms.choices.disable(town.person(town.alice), (await town.app.rooms.directory.bySlug(town.app.workspace, 'echo')).connector)
    await alice.next()

    const _meta = { 'io.modelcontextprotocol/subscriptionId': 'sub' }
    expect(acknowledged).toEqual([
      { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: { notifications: { toolsListChanged: true }, _meta } },
      { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: { notifications: {}, _meta } },
    ])
    expect(changed).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { _meta } })
    expect(quiet.waiting).toBe(0)
    expect(alice.waiting).toBe(0)
  })

  it('tells of each list that was asked for, when a release may have changed them all', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await using alice = await listens(town, town.alice, { promptsListChanged: true, resourcesListChanged: true })
    await alice.next()

    await town.enables(town.alice, 'echo')
    const told = [await alice.next(), await alice.next()] as readonly { readonly method: string }[]

    expect(told.map(({ method }) => method)).toEqual(['notifications/resources/list_changed', 'notifications/prompts/list_changed'])
  })

  it('ends at once when its token is revoked, and says so as the last message', async () => {
    await using town = await Town.open(kind)
    await using stream = await listens(town, town.alice)
    await stream.next()

    await town.app.rooms.authorization.revoke(town.app.workspace, town.alice.user, town.alice.tokenId as never)
    const last = await stream.next()

    expect(last).toEqual({
      jsonrpc: '2.0',
      id: 'sub',
      result: { resultType: 'complete', _meta: { 'io.modelcontextprotocol/subscriptionId': 'sub' } },
    })
    await stream.ended
  })

  it('is one of at most fifty of a token, and a closed one makes room', async () => {
    await using town = await Town.open(kind)
    const streams = await Promise.all(Array.from({ length: 50 }, () => listens(town, town.alice)))

    const refused = await listens(town, town.alice)
    await using other = await listens(town, town.bob)
    await streams[0]?.[Symbol.asyncDispose]()
    await town.app.rooms.authorization.list(town.app.workspace, town.alice.user, null, 1)
    let again = await listens(town, town.alice)
    while (again.status === 429) again = await listens(town, town.alice)

    expect(refused.status).toBe(429)
    expect(other.status).toBe(200)
    expect(again.status).toBe(200)
    for (const stream of [again, ...streams]) await stream[Symbol.asyncDispose]()
  })

  it('ends with its result when the server stops, in well under the time that requests get', async () => {
    const town = await Town.open(kind)
    await using stream = await listens(town, town.alice)
    await stream.next()
    const before = performance.now()

    await town[Symbol.asyncDispose]()

    expect(await stream.next()).toMatchObject({ id: 'sub', result: { resultType: 'complete' } })
    await stream.ended
    expect(performance.now() - before).toBeLessThan(2_500)
  })
})
