import { describe, expect, it } from 'vitest'
import { legacyConnector, modernConnector, result, scripted } from '../../test/scripted-connector.ts'
import { openUpstream } from '../../test/upstream-calls.ts'

const tool = (name: string, more: object = {}) => ({ name, inputSchema: { type: 'object' }, ...more })
const never = new AbortController().signal

describe('describing a connector', () => {
  it('tells its era, who it says it is and all pages of its tools', async () => {
    await using connector = await modernConnector(({ id, params }, response) => {
      const page =
        params['cursor'] === undefined ? { tools: [tool('a')], nextCursor: '' } : { tools: [tool('b', { title: 'B', _meta: { 'ui/x': 1 } })] }
      result(response, id, { resultType: 'complete', ...page })
    })
    await using upstream = openUpstream()

    const description = await upstream.describe({ kind: 'mcp', url: connector.url }, null, never)

    expect(description).toEqual({
      era: 'modern',
      version: '2026-07-28',
      serverInfo: { name: 'modern', version: '1' },
      instructions: 'Ask nicely.',
      tools: [tool('a'), tool('b', { title: 'B', _meta: { 'ui/x': 1 } })],
      resources: [],
      resourceTemplates: [],
      prompts: [],
      offers: [],
      dropped: [],
    })
    expect(connector.seen.at(-1)?.request.headers).toMatchObject({ 'mcp-method': 'tools/list', 'handfast-reason': 'review' })
  })

  it('works in the older era, and ends the session that it opened', async () => {
    await using connector = await legacyConnector(({ id }, response) => result(response, id, { tools: [tool('a')] }))
    await using upstream = openUpstream()

    const description = await upstream.describe({ kind: 'mcp', url: connector.url }, null, never)

    expect(description).toMatchObject({ era: 'legacy', version: '2025-11-25', serverInfo: { name: 'legacy', version: '1' }, tools: [{ name: 'a' }] })
    expect(connector.methods).toEqual(['server/discover', 'initialize', 'notifications/initialized', 'tools/list', 'DELETE'])
  })

  it('drops tools that cannot be offered, each with the reason, and keeps the others', async () => {
    const header = (schema: object) => ({ inputSchema: { type: 'object', properties: { x: schema } } })
    const listed = [
      tool('good', header({ type: 'string', 'x-mcp-header': 'X' })),
      tool('bad-name', header({ type: 'string', 'x-mcp-header': 'X Y' })),
      tool('bad-type', header({ type: 'number', 'x-mcp-header': 'X' })),
      tool('bad-place', header({ type: 'array', items: { type: 'string', 'x-mcp-header': 'X' } })),
      { name: 'no-schema' },
      { inputSchema: {} },
      tool('good'),
      'nonsense',
    ]
    await using connector = await modernConnector(({ id }, response) => result(response, id, { tools: listed as never }))
    await using upstream = openUpstream()

    const { tools, dropped } = await upstream.describe({ kind: 'mcp', url: connector.url }, null, never)

    expect(tools.map(({ name }) => name)).toEqual(['good'])
    expect(dropped.map(({ name }) => name).sort()).toEqual(['', '', 'bad-name', 'bad-place', 'bad-type', 'good', 'no-schema'])
    expect(dropped.every(({ reason }) => reason.length > 5)).toBe(true)
  })

  it.each([
    ['pages for ever', (page: number) => ({ tools: [tool(`t${page}`)], nextCursor: `${page}` }), 'upstream/too-large'],
    ['the same page for ever', () => ({ tools: [], nextCursor: 'x' }), 'upstream/not-understood'],
    ['too many tools', () => ({ tools: Array.from({ length: 10_001 }, (_, i) => tool(`t${i}`)) }), 'upstream/too-large'],
    ['no tools', () => ({}), 'upstream/not-understood'],
  ])('of a connector that lists %s comes to an end', async (_, page, code) => {
    let pages = 0
    await using connector = await modernConnector(({ id }, response) => result(response, id, page(pages++) as never))
    await using upstream = openUpstream()

    await expect(upstream.describe({ kind: 'mcp', url: connector.url }, null, never)).rejects.toMatchObject({ code })
    expect(pages).toBeLessThanOrEqual(1_000)
  })

  it('of something that is no connector says so', async () => {
    await using site = await scripted((_, response) => void response.writeHead(405).end())
    await using upstream = openUpstream()

    await expect(upstream.describe({ kind: 'mcp', url: site.url }, null, never)).rejects.toMatchObject({ code: 'upstream/not-understood' })
  })
})
