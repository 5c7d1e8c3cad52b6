import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { Client, codeOf, PASSWORD } from '../../../test/house.ts'
import { proves } from '../../../test/proves.ts'
import { manifestFor, restaurant, restaurantTools } from '../../../test/publishing.ts'
import { Town } from '../../../test/town.ts'
import type { Json } from '../../lib/index.ts'

proves('review/people-decide', 'review/rescan')

async function signedIn(town: Town, name: string): Promise<Client> {
  const client = new Client(town.url)
  await client.signIn(name, PASSWORD)
  return client
}

describe.each(databases)('the review over the API on $name', { timeout: 120_000 }, (kind) => {
  it('takes a draft to a release that every page calls self-reviewed, and shows strangers nothing on the way', async () => {
    await using connector = await restaurant()
    await using town = await Town.open(kind)
    const [olga, alice] = [await signedIn(town, 'Olga'), await signedIn(town, 'Alice')]
    await olga.send('POST', '/api/v1/connectors', { developer: town.developer, slug: 'heron', kind: 'mcp', name: 'The Grey Heron' })
    const manifest = manifestFor(connector.url, { tests: [{ name: 'is asked', kind: 'negative', tool: 'find_table', arguments: { guests: 0 } }] })

    const unfinished = await olga.send('PUT', '/api/v1/connectors/heron/draft', { manifest: { ...manifest, name: '', url: 7 } })
    const saved = await olga.send('PUT', '/api/v1/connectors/heron/draft', { manifest })
    const checked = await olga.send('POST', '/api/v1/connectors/heron/draft/check', {})
    const submitted = await olga.send('POST', '/api/v1/connectors/heron/releases', { manifest })
    const queue = await olga.get('/api/v1/review/queue')
    const strangers = await Promise.all(
      [
        'review/queue',
        'review/drift',
        'review/appeals',
        'connectors/heron/draft',
        'connectors/heron/releases/1',
        'connectors/heron/releases/1/probes',
        'connectors/heron/state',
        'connectors/heron/reviewer-key',
        'connectors/heron/appeals',
      ].map(async (path) => (await alice.get(`/api/v1/${path}`)).status),
    )
    const claimed = await olga.send('POST', '/api/v1/connectors/heron/releases/1/claim', {})
    const digest = submitted.body['digest']
    const decided = await olga.send('POST', '/api/v1/connectors/heron/releases/1/decision', { decision: 'approve', digest })
    const again = await olga.send('POST', '/api/v1/connectors/heron/releases/1/decision', { decision: 'reject', digest, reason: 'late' })

    expect(unfinished.body).toMatchObject({ findings: [{ pointer: '/name' }, { pointer: '/url' }] })
    expect(saved.body).toMatchObject({ findings: [], document: null })
    expect(checked.body).toMatchObject({
      tools: 2,
      attestations: expect.arrayContaining([expect.objectContaining({ id: 'not-the-owner', clause: '1-sponsor' })]),
    })
    expect((await olga.get('/api/v1/connectors/heron/draft')).body).toEqual({ draft: null })
    expect(queue.body).toMatchObject({
      items: [
        {
          connector: { slug: 'heron' },
          number: 1,
          position: 1,
          digest,
          mayDecide: true,
          because: expect.arrayContaining([{ why: 'the API belongs to somebody else', points: 10 }]),
        },
      ],
    })
    expect(strangers).toEqual([403, 403, 403, 403, 404, 404, 404, 404, 404])
    expect(claimed.body).toMatchObject({ state: 'in-review', attestations: { how: 'by-handing-in' }, tests: [{ name: 'is asked' }] })
    expect([decided.body, codeOf(again)]).toEqual([{ outcome: 'approve' }, 'review/decided'])
    expect((await olga.get('/api/v1/connectors/heron/releases/1')).body).toMatchObject({ state: 'approved', selfReviewed: true })
    expect((await alice.get('/api/v1/connectors/heron')).body).toMatchObject({ selfReviewed: true, inside: null })
    expect((await alice.get('/api/v1/directory/heron')).body).toMatchObject({ selfReviewed: true })
    expect((await olga.get('/api/v1/connectors/heron/state')).body).toMatchObject({
      tools: [{ state: 'live' }, { state: 'live' }],
      drift: [],
      lastLook: null,
    })
  })

  it('has probes made and connectors looked at again by the runner of jobs, or when a reviewer asks', async () => {
    let tools: Json = restaurantTools
    await using connector = await restaurant(() => tools)
    await using town = await Town.open(kind)
    const olga = await signedIn(town, 'Olga')
    await olga.send('POST', '/api/v1/connectors', { developer: town.developer, slug: 'heron', kind: 'mcp', name: 'The Grey Heron' })
    const tests = [{ name: 'is asked', kind: 'negative', tool: 'find_table', arguments: { guests: 0 } }]
    const manifest = manifestFor(connector.url, { tests: tests as never })
    await olga.send('PUT', '/api/v1/connectors/heron/draft', { manifest: { ...manifest, name: 'The next one' } })
    const submitted = await olga.send('POST', '/api/v1/connectors/heron/releases', { manifest })
    // What somebody works on beside it stays.
    expect((await olga.get('/api/v1/connectors/heron/draft')).body).toMatchObject({ draft: { manifest: { name: 'The next one' } } })

    await town.app.jobs.runDue()
    const probed = await olga.get('/api/v1/connectors/heron/releases/1/probes')
    await olga.send('POST', '/api/v1/connectors/heron/releases/1/decision', { decision: 'approve', digest: submitted.body['digest'] })
    town.clock.advance(24 * 3_600_000)
    await town.app.jobs.runDue()
    const looked = await (await signedIn(town, 'Olga')).get('/api/v1/connectors/heron/state')

    tools = [...(restaurantTools as readonly Json[]), { name: 'cancel_table', inputSchema: { type: 'object' } }]
    const alice = await signedIn(town, 'Alice')
    const [reviewer, asked] = [await signedIn(town, 'Olga'), await alice.send('POST', '/api/v1/connectors/heron/rescan', {})]
    const rescan = await reviewer.send('POST', '/api/v1/connectors/heron/rescan', {})
    await town.app.jobs.runDue()
    const drifted = await reviewer.get('/api/v1/review/drift')
    const state = await reviewer.get('/api/v1/connectors/heron/state')
    tools = restaurantTools
    await reviewer.send('POST', '/api/v1/connectors/heron/rescan', {})
    await town.app.jobs.runDue()

    expect([asked.status, rescan.status]).toEqual([403, 204])
    expect(drifted.body).toMatchObject({ items: [{ tool: 'cancel_table', kind: 'added', effect: 'held', closedAt: null }], nextCursor: null })
    expect(state.body).toMatchObject({ lastLook: { outcome: 'drifted' }, tools: expect.arrayContaining([expect.objectContaining({ state: 'new' })]) })
    expect((await reviewer.get('/api/v1/review/drift')).body).toMatchObject({ items: [] })
    expect((await reviewer.get('/api/v1/connectors/heron/state')).body).toMatchObject({ drift: [{ closedBecause: 'reverted' }] })
    expect(probed.body).toMatchObject({
      items: [{ state: 'done' }],
      evidence: { cases: [{ outcome: 'as-expected', tool: null }], handshake: { succeeded: true } },
    })
    expect(looked.body).toMatchObject({ lastLook: { outcome: 'same' } })
  })
})
