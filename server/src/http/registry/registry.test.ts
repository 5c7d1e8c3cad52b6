import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { ToolsCaller } from '../../../test/tools-caller.ts'
import { Town } from '../../../test/town.ts'
import { readDrafts } from '../../cli/import/read-drafts.ts'

const LIST = '/registry/v0.1/servers'
const none = { fetch: () => Promise.reject(new Error('nothing is fetched')), read: () => Promise.reject(new Error('nothing is read')) }

async function arrive(town: Town, url: string, slugs: readonly string[] = ['heron', 'ibis', 'stork']): Promise<ToolsCaller> {
  for (const slug of slugs) {
    await town.publishes(slug, url)
    town.clock.advance(1_000)
  }
  return new ToolsCaller(town.url, town.alice.token)
}

type Listed = { readonly server: { readonly name: string; readonly version: string } }
const namesIn = (body: { readonly servers: readonly Listed[] }) => body.servers.map(({ server }) => `${server.name} ${server.version}`)

describe.each(databases)('the registry on $name', (kind) => {
  it('lists what there is to connect to in the format of an MCP registry, at our own addresses, with what the review says', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const alice = await arrive(town, echo.url, ['heron'])
    const { release } = await town.app.rooms.directory.bySlug(town.app.workspace, 'heron')

    const { status, body } = await alice.get(LIST)

    const origin = town.url.replace('127.0.0.1', 'localhost')
    expect([status, body.metadata]).toEqual([200, { count: 1 }])
    expect(body.servers[0]).toMatchObject({
      server: {
        name: 'localhost/heron',
        title: 'heron',
        description: 'What heron does.',
        version: '1.0.0',
        remotes: [{ type: 'streamable-http', url: `${origin}/mcp/heron` }],
      },
      _meta: {
        'io.modelcontextprotocol.registry/official': { status: 'active', isLatest: true },
        'dev.handfast/registry': { reviewedAt: expect.stringMatching(/Z$/), release: 1, digest: release?.digest, publishedBy: 'Heron Ltd' },
      },
    })
    expect(JSON.stringify(body)).not.toContain(echo.url)
  })

  it('comes in pages, and can be searched, cut to what is new, and asked for one version', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const alice = await arrive(town, echo.url)
    const since = new Date(town.clock.now()).toISOString()
    await town.publishes('ibis', echo.url, { description: 'What ibis does now.' })

    const paged: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await alice.get(`${LIST}?limit=1${cursor}`)
      paged.push(...namesIn(body))
      if (body.metadata.nextCursor === undefined) break
      cursor = `&cursor=${encodeURIComponent(body.metadata.nextCursor)}`
    }
    const [latest, found, fresh, versions, newest, first, wrong] = await Promise.all(
      [
        `${LIST}?version=latest`,
        `${LIST}?search=STOR`,
        `${LIST}?updated_since=${since}`,
        `${LIST}/${encodeURIComponent('localhost/ibis')}/versions`,
        `${LIST}/localhost%2Fibis/versions/latest`,
        `${LIST}/localhost%2Fibis/versions/1.0.0`,
        `${LIST}?cursor=astray`,
      ].map((path) => alice.get(path)),
    )

    expect(paged).toEqual(['localhost/heron 1.0.0', 'localhost/ibis 1.0.0', 'localhost/ibis 2.0.0', 'localhost/stork 1.0.0'])
    expect(namesIn(latest?.body)).toEqual(['localhost/heron 1.0.0', 'localhost/ibis 2.0.0', 'localhost/stork 1.0.0'])
    expect(namesIn(found?.body)).toEqual(['localhost/stork 1.0.0'])
    expect(namesIn(fresh?.body)).toEqual(['localhost/ibis 1.0.0', 'localhost/ibis 2.0.0'])
    expect(namesIn(versions?.body)).toEqual(['localhost/ibis 2.0.0', 'localhost/ibis 1.0.0'])
    expect([newest?.body.server.description, first?.body.server.description]).toEqual(['What ibis does now.', 'What ibis does.'])
    expect(wrong?.status).toBe(400)
  })

  it('is for callers with a token, and shows nobody what the rules of the workspace close or what is not live', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const alice = await arrive(town, echo.url)
    const { policies, lifecycle, directory } = town.app.rooms
    const { document, version } = await policies.current(town.app.workspace)
    const closed = { ...document, connectors: { ...document.connectors, block: ['heron'], because: 'Not here.' } }
    await policies.change(town.app.workspace, town.olga.user, { document: closed, basedOn: version, note: 'Not here.' })
    await lifecycle.suspend(town.steering((await directory.bySlug(town.app.workspace, 'stork')).connector, 'Out of order.'))

    const nobody = await fetch(town.url + LIST)
    const stranger = await fetch(town.url + LIST, { headers: { authorization: 'Bearer hfp_made-up' } })
    const written = await fetch(town.url + LIST, { method: 'POST', headers: { authorization: `Bearer ${town.alice.token}` } })
    const listed = await alice.get(LIST)
    const [blocked, suspended, unknown, astray] = await Promise.all(
      ['localhost%2Fheron', 'localhost%2Fstork', 'localhost%2Fnobody', 'org.example%2Fibis'].map((name) => alice.get(`${LIST}/${name}/versions`)),
    )

    expect([nobody.status, stranger.status, written.status]).toEqual([401, 401, 405])
    expect(nobody.headers.get('www-authenticate')).toContain('Bearer')
    expect(namesIn(listed.body)).toEqual(['localhost/ibis 1.0.0'])
    expect(new Set([blocked, suspended, unknown, astray].map((told) => JSON.stringify([told?.status, told?.body]))).size).toBe(1)
    expect(blocked?.status).toBe(404)
  })

  it('is open to everybody where a setting says so', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind, { settings: { publicRegistry: true } })
    await arrive(town, echo.url, ['heron'])

    const answer = await fetch(town.url + LIST)

    expect(namesIn((await answer.json()) as { servers: readonly Listed[] })).toEqual(['localhost/heron 1.0.0'])
  })

  it('is read by `handfast import`: a list and one server become drafts that lead back here', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const alice = await arrive(town, echo.url, ['heron', 'ibis'])
    const list = JSON.stringify((await alice.get(`${LIST}?version=latest`)).body)
    const one = JSON.stringify((await alice.get(`${LIST}/localhost%2Fheron/versions/latest`)).body)

    const all = await readDrafts(list, 'servers.json', none)
    const single = await readDrafts(one, 'server.json', none)

    const origin = town.url.replace('127.0.0.1', 'localhost')
    expect(all.drafts.map(({ slug, manifest }) => [slug, manifest?.url])).toEqual([
      ['heron', `${origin}/mcp/heron`],
      ['ibis', `${origin}/mcp/ibis`],
    ])
    expect(single.drafts[0]?.manifest).toMatchObject({ url: `${origin}/mcp/heron`, credential: { type: 'bearer' }, description: 'What heron does.' })
  })
})
