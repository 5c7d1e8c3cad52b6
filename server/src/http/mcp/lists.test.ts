import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { modernConnector, result } from '../../../test/scripted-connector.ts'
import { Town } from '../../../test/town.ts'

const plain = (name: string) => ({ name, description: `Does ${name}.`, inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } })
const numbered = (count: number) => Array.from({ length: count }, (_, i) => plain(`tool_${String(i).padStart(4, '0')}`))
const namesOf = (told: { body: { result: { tools: { name: string }[] } } }) => told.body.result.tools.map(({ name }) => name)

/** Lists these tools, and answers every call with this result. */
const answering = (tools: readonly object[], answer: object) =>
  modernConnector((incoming, response) =>
    result(
      response,
      incoming.id,
      incoming.method === 'tools/list' ? ({ resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' } as never) : (answer as never),
    ),
  )

describe.each(databases)('a list on $name', (kind) => {
  it('comes in pages that leave nothing out, and its cursor is good for its person and endpoint only', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer(numbered(620))
    await town.publishes('many', echo.url)
    echo.offer([plain('last')])
    await town.publishes('many-more', echo.url)
    for (const who of [town.alice, town.bob]) for (const slug of ['many', 'many-more']) await town.enables(who, slug)

    const first = await town.alice.mcp.modern('tools/list')
    const cursor: string = first.body.result.nextCursor
    const second = await town.alice.mcp.modern('tools/list', { cursor })
    const flipped = (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1)
    const wrong = await Promise.all([
      town.bob.mcp.modern('tools/list', { cursor }),
      town.alice.mcp.modern('tools/list', { cursor }, { path: '/mcp/many' }),
      town.alice.mcp.modern('tools/list', { cursor: flipped }),
      town.alice.mcp.modern('tools/list', { cursor: '' }),
      town.alice.mcp.modern('tools/list', { cursor: 5 }),
      town.alice.mcp.modern('tools/list', { cursor: null }),
    ])

    expect(namesOf(first)).toHaveLength(500)
    expect([...namesOf(first), ...namesOf(second)]).toEqual([...numbered(620).map(({ name }) => `many_${name}`), 'many-more_last'])
    expect(second.body.result).not.toHaveProperty('nextCursor')
    expect(cursor).not.toContain('many')
    expect(wrong.map(({ body }) => body.error?.code)).toEqual(wrong.map(() => -32602))
  })

  it('shows tools as they were reviewed, without what belongs to our hop', async () => {
    await using connector = await answering(
      [
        {
          ...plain('book'),
          title: 'Book',
          inputSchema: {
            type: 'object',
            properties: { city: { type: 'string', 'x-mcp-header': 'City' }, 'x-mcp-header': { type: 'string' } },
            required: ['city'],
          },
        },
      ],
      { resultType: 'complete', content: [] },
    )
    await using town = await Town.open(kind)
    await town.publishes('heron', connector.url)
    await town.enables(town.alice, 'heron')

    const [tool] = (await town.alice.mcp.modern('tools/list')).body.result.tools
    await town.alice.mcp.call('heron_book', { city: 'Fennick' })

    expect(tool).toMatchObject({ name: 'heron_book', title: 'Book', description: 'Does book.' })
    expect(tool.inputSchema.properties).toEqual({ city: { type: 'string' }, 'x-mcp-header': { type: 'string' } })
    expect(connector.seen.at(-1)?.request.headers).toMatchObject({ 'mcp-param-city': 'Fennick' })
  })
})

describe.each(databases)('an answer on $name', (kind) => {
  it('with structured content that is no object reaches the older era as text', async () => {
    await using connector = await answering([{ ...plain('seats'), outputSchema: { type: 'array', items: { type: 'integer' } } }], {
      resultType: 'complete',
      content: [],
      structuredContent: [1, 2],
    })
    await using town = await Town.open(kind)
    await town.publishes('heron', connector.url)
    await town.enables(town.alice, 'heron')
    const session = await town.alice.mcp.legacy()

    const [modernTool] = (await town.alice.mcp.modern('tools/list')).body.result.tools
    const [legacyTool] = (await session.request('tools/list')).body.result.tools
    const modern = await town.alice.mcp.call('heron_seats')
    const legacy = await session.call('heron_seats')

    expect(modernTool).toHaveProperty('outputSchema')
    expect(legacyTool).not.toHaveProperty('outputSchema')
    expect(modern.body.result).toMatchObject({ content: [], structuredContent: [1, 2] })
    expect(legacy.body.result).toEqual({ content: [{ type: 'text', text: '[1,2]' }] })
  })

  it('that breaks the reviewed output schema is kept back, and the ledger says why', async () => {
    await using connector = await answering(
      [{ ...plain('seats'), outputSchema: { type: 'object', properties: { seats: { type: 'integer' } }, required: ['seats'] } }],
      { resultType: 'complete', content: [{ type: 'text', text: 'a secret' }], structuredContent: { seats: 'many' } },
    )
    await using town = await Town.open(kind)
    await town.publishes('heron', connector.url)
    await town.enables(town.alice, 'heron')

    const told = await town.alice.mcp.call('heron_seats')

    expect(told.body.result).toMatchObject({
      isError: true,
      _meta: { 'dev.handfast/refusal': { code: 'gateway/invalid-answer', who: 'developer', pointer: '/seats' } },
    })
    expect(told.body.result).not.toHaveProperty('structuredContent')
    expect(JSON.stringify(told.body)).not.toContain('a secret')
    const [call] = await town.calls(town.alice)
    expect((await town.entries(call?.id ?? '')).map(({ event, code }) => [event, code])).toEqual([
      ['call.intended', undefined],
      ['call.failed', 'gateway/invalid-answer'],
    ])
  })
})
