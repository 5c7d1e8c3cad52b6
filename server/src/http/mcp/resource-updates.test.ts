import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { OpenStream } from '../../../test/open-stream.ts'
import { Town } from '../../../test/town.ts'
import { watchedConnector } from '../../../test/watched-connector.ts'

const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} }
const TODAY = 'heron+menu://today'
const connectorEras = ['modern', 'legacy'] as const

function listens(town: Town, uris: readonly string[], url = town.url): Promise<OpenStream> {
  const body = { jsonrpc: '2.0', id: 'sub', method: 'subscriptions/listen', params: { notifications: { resourceSubscriptions: uris }, _meta: meta } }
  return OpenStream.post(`${url}/mcp`, town.alice.token, body, { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' })
}

async function townWith(kind: (typeof databases)[number], url: string): Promise<Town> {
  const town = await Town.open(kind)
  await town.publishes('heron', url)
  await town.enables(town.alice, 'heron')
  return town
}

describe.each(databases)('updates of single resources on $name', (kind) => {
  it.each(connectorEras)('reach a stateless assistant from a %s connector, for what it asked for and can read', async (era) => {
    await using connector = await watchedConnector(era)
    await using town = await townWith(kind, connector.url)

    const stream = await listens(town, [TODAY, 'heron+menu://none', 'ibis+menu://today'])
    const acknowledged = await stream.next()
    await expect.poll(() => connector.watching()).toEqual(['menu://today'])
    connector.changes('menu://wine')
    connector.changes('menu://today')
    const told = await stream.next()
    await stream[Symbol.asyncDispose]()

    const _meta = { 'io.modelcontextprotocol/subscriptionId': 'sub' }
    expect(acknowledged).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { resourceSubscriptions: [TODAY] } },
    })
    expect(told).toEqual({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: TODAY, _meta } })
    expect(stream.waiting).toBe(0)
    await expect.poll(() => connector.watching()).toEqual([])
    await expect.poll(async () => (await town.calls(town.alice)).find(({ state }) => state === 'answered')?.tool).toBe('resources/subscribe')
  })

  it.each(connectorEras)('reach a session of the older revisions from a %s connector, for as long as it is subscribed', async (era) => {
    await using connector = await watchedConnector(era)
    await using town = await townWith(kind, connector.url)
    const session = await town.alice.mcp.legacy()
    await using stream = await OpenStream.get(`${town.url}/mcp`, town.alice.token, { 'mcp-session-id': session.session })

    await session.request('resources/subscribe', { uri: TODAY })
    await expect.poll(() => connector.watching()).toEqual(['menu://today'])
    connector.changes('menu://today')
    const told = await stream.next()
    await session.request('resources/unsubscribe', { uri: TODAY })
    await expect.poll(() => connector.watching()).toEqual([])

    expect(told).toEqual({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: TODAY } })
    expect(stream.waiting).toBe(0)
  })

  it.each(connectorEras)('end at a %s connector as soon as the person may not read any more, and begin again when they may', async (era) => {
    await using connector = await watchedConnector(era)
    await using town = await townWith(kind, connector.url)
    const { connector: id } = await town.app.rooms.directory.bySlug(town.app.workspace, 'heron')
    await using stream = await listens(town, [TODAY])
    await stream.next()
    await expect.poll(() => connector.watching()).toEqual(['menu://today'])

    await town.app.rooms.choices.disable(town.person(town.alice), id)
    await expect.poll(() => connector.watching()).toEqual([])
    await town.enables(town.alice, 'heron')
    await expect.poll(() => connector.watching()).toEqual(['menu://today'])
    connector.changes('menu://today')

    expect(await stream.next()).toMatchObject({ params: { uri: TODAY } })
    await expect.poll(async () => (await town.calls(town.alice)).map(({ state }) => state).toSorted()).toEqual(['answered', 'answered', 'refused'])
  })
})

describe.each(databases.filter(({ name }) => name === 'postgres'))('a session that is served by several nodes, on $name', (kind) => {
  it('hears at one of them of what it subscribed to at another', async () => {
    await using connector = await watchedConnector('modern')
    await using town = await townWith(kind, connector.url)
    const other = await town.anotherNode()
    const session = await town.alice.mcp.legacy()
    await using stream = await OpenStream.get(`${other.url}/mcp`, town.alice.token, { 'mcp-session-id': session.session })

    await session.request('resources/subscribe', { uri: TODAY })
    await expect.poll(() => connector.watching(), { timeout: 10_000 }).toEqual(['menu://today'])
    connector.changes('menu://today')

    expect(await stream.next()).toMatchObject({ method: 'notifications/resources/updated', params: { uri: TODAY } })
  })
})
