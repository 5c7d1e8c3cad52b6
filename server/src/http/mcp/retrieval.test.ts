import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { type Book, library, libraryTools } from '../../../test/library.ts'
import { Town } from '../../../test/town.ts'
import { type Asked, Retrieval } from '../../gateway/index.ts'
import type { Json } from '../../lib/index.ts'

const herons: readonly Book[] = [
  { id: 'h1', title: 'Herons of the coast', url: 'https://herons.example/1', text: 'Grey ones, mostly.', metadata: { year: 1990 } },
  { id: 'h:2', title: 'Herons at night', text: 'They sleep.' },
]
const maps: readonly Book[] = [{ id: '7', title: 'Map of Herons Bay', url: 'javascript:alert(1)', text: 'North is up.' }]
const bodyOf = (told: { readonly body: { readonly result: Json } }) =>
  JSON.parse((told.body.result as { content: { text: string }[] }).content[0]?.text ?? '')

async function townWith(kind: (typeof databases)[number], connectors: Readonly<Record<string, string>>): Promise<Town> {
  const town = await Town.open(kind)
  for (const [slug, url] of Object.entries(connectors)) {
    await town.publishes(slug, url)
    await town.enables(town.alice, slug)
  }
  return town
}

describe.each(databases)('the one search and fetch over everything that somebody enabled, on $name', (kind) => {
  it('are listed at the merged address to whoever enabled a connector that has both, and say whom a query reaches', async () => {
    await using birds = await library(herons)
    await using atlas = await library(maps)
    await using half = await library([], { tools: (libraryTools as readonly Json[]).slice(0, 1) })
    await using town = await townWith(kind, { birds: birds.url, atlas: atlas.url })
    await town.publishes('half', half.url)
    await town.enables(town.bob, 'half')

    const [mine, own, bobs] = await Promise.all([
      town.alice.mcp.modern('tools/list'),
      town.alice.mcp.modern('tools/list', {}, { path: '/mcp/birds' }),
      town.bob.mcp.modern('tools/list'),
    ])
    const legacy = await (await town.alice.mcp.legacy()).request('tools/list')

    const names = (told: typeof mine) => told.body.result.tools.map(({ name }: { name: string }) => name)
    expect(names(mine)).toEqual(['search', 'fetch', 'atlas_fetch', 'atlas_search', 'birds_fetch', 'birds_search'])
    expect(names(legacy)).toEqual(names(mine))
    expect(mine.body.result.tools[0].description).toContain('atlas, birds. Each of them receives the query.')
    expect(mine.body.result.tools[0].annotations).toMatchObject({ readOnlyHint: true })
    expect(names(own)).toEqual(['fetch', 'search'])
    expect(names(bobs)).toEqual(['half_search'])
    expect((await town.bob.mcp.call('search', { query: 'x' })).body.error).toMatchObject({ code: -32602 })
  })

  it.each(['modern', 'legacy'] as const)('find in all of them, in turn and with name and address, and read what was found (%s)', async (era) => {
    await using birds = await library(herons)
    await using atlas = await library(maps)
    await using town = await townWith(kind, { birds: birds.url, atlas: atlas.url })
    const session = era === 'legacy' ? await town.alice.mcp.legacy() : undefined
    const call = (name: string, args: object) => (session === undefined ? town.alice.mcp.call(name, args) : session.call(name, args))

    const found = await call('search', { query: 'Herons' })
    const read = await call('fetch', { id: 'birds:h:2' })
    const cited = await call('fetch', { id: 'birds:h1' })

    expect(bodyOf(found)).toEqual({
      results: [
        { id: 'atlas:7', title: 'Map of Herons Bay', url: '', connector: 'atlas' },
        { id: 'birds:h1', title: 'Herons of the coast', url: 'https://herons.example/1', connector: 'birds' },
        { id: 'birds:h:2', title: 'Herons at night', url: '', connector: 'birds' },
      ],
    })
    expect(found.body.result.content).toHaveLength(1)
    expect(found.body.result.structuredContent).toEqual(bodyOf(found))
    expect(bodyOf(read)).toEqual({ id: 'birds:h:2', title: 'Herons at night', text: 'They sleep.', url: '', metadata: { connector: 'birds' } })
    expect(bodyOf(cited)).toMatchObject({ url: 'https://herons.example/1', metadata: { year: 1990, connector: 'birds' } })
    expect((await town.calls(town.alice)).map(({ tool, state }) => `${tool} ${state}`).toSorted()).toEqual([
      'fetch answered',
      'fetch answered',
      'search answered',
      'search answered',
    ])
  })

  it('say which connector is missing from an answer and why, and lose nothing of the others', async () => {
    await using birds = await library(herons)
    await using broken = await library([], { search: { resultType: 'complete', content: [{ type: 'text', text: 'Sorry, no JSON.' }] } })
    await using failing = await library([], { search: { resultType: 'complete', isError: true, content: [{ type: 'text', text: 'Out of order.' }] } })
    await using town = await townWith(kind, { birds: birds.url, broken: broken.url, failing: failing.url })

    const found = bodyOf(await town.alice.mcp.call('search', { query: 'night' }))

    expect(found.results.map(({ id }: { id: string }) => id)).toEqual(['birds:h:2'])
    expect(found.unavailable).toMatchObject([
      { connector: 'broken', code: 'upstream/not-understood' },
      { connector: 'failing', code: 'gateway/connector-refused', message: 'failing refused: Out of order.' },
    ])
  })

  it('wait for no connector longer than they say', async () => {
    await using birds = await library(herons)
    await using slow = await library(maps, { hang: true })
    await using town = await townWith(kind, { birds: birds.url, slow: slow.url })
    const { gateway, catalogue } = town.app
    const retrieval = new Retrieval({ gateway, catalogue, waitMs: 300 })
    const principal = await town.app.rooms.authorization.identify(town.alice.token)

    const found = await retrieval.search(askedBy(town, principal, { query: 'Herons' }), await retrieval.over(principal))

    expect(found.result.structuredContent).toMatchObject({
      results: [{ connector: 'birds' }, { connector: 'birds' }],
      unavailable: [{ connector: 'slow', code: 'upstream/timed-out' }],
    })
    expect((await town.calls(town.alice)).map(({ state }) => state).toSorted()).toEqual(['answered', 'cancelled'])
  })

  it('ask the person where a connector takes their yes, each by itself', async () => {
    await using birds = await library(herons)
    await using atlas = await library(maps)
    await using town = await townWith(kind, { birds: birds.url, atlas: atlas.url })
    const { connector } = await town.app.rooms.directory.bySlug(town.app.workspace, 'birds')
    await town.app.rooms.choices.setLevel(town.person(town.alice), connector, 'always')

    const first = bodyOf(await town.alice.mcp.call('search', { query: 'Herons' }))
    const yes = await town.approves(town.alice)
    const second = bodyOf(await town.alice.mcp.call('search', { query: 'Herons' }))

    expect(first.unavailable).toMatchObject([
      { connector: 'birds', code: 'consent/approval-needed', link: expect.stringContaining('/approvals/apr_') },
    ])
    expect(yes).toBe(1)
    expect(second.results.map(({ connector: slug }: { connector: string }) => slug)).toEqual(['atlas', 'birds', 'birds'])
  })

  it('reach nothing by an id that names somebody else, and nothing that is not enabled any more', async () => {
    await using birds = await library(herons)
    await using atlas = await library(maps)
    await using town = await townWith(kind, { birds: birds.url })
    await town.publishes('atlas', atlas.url)
    const { connector } = await town.app.rooms.directory.bySlug(town.app.workspace, 'birds')

    const refused = await Promise.all(['atlas:7', 'birds:', 'h1', ':h1', 'birds', 5].map((id) => town.alice.mcp.call('fetch', { id })))
    const missing = await town.alice.mcp.call('fetch', { id: 'birds:none' })
    await town.app.rooms.choices.disable(town.person(town.alice), connector)
    const gone = await town.alice.mcp.call('search', { query: 'Herons' })

    expect(refused.map(({ body }) => body.result._meta['dev.handfast/refusal'].code)).toEqual(Array(6).fill('gateway/invalid-arguments'))
    expect(missing.body.result).toMatchObject({ isError: true, content: [{ text: 'No such book.' }] })
    expect(gone.body.error).toMatchObject({ code: -32602 })
    expect(atlas.methods).not.toContain('tools/call')
  })
})

function askedBy(town: Town, principal: Asked['principal'], args: Asked['arguments']): Asked {
  return {
    principal,
    bearer: town.alice.token,
    epoch: town.app.enforcement.known,
    scope: null,
    name: 'search',
    arguments: args,
    protocol: 'mcp/2026-07-28',
    era: 'modern',
    signal: new AbortController().signal,
    onProgress: undefined,
    declined: false,
  }
}
