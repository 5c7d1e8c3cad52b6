import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { Town } from '../../../test/town.ts'

const NAME = 'handfast_search_tools'
const namesIn = (tools: readonly { readonly name: string }[]) => tools.map(({ name }) => name)

describe.each(databases)('the search for tools on $name', (kind) => {
  it('is offered first to whoever has more tools than the setting says, and to nobody else', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind, { settings: { toolSearchFrom: 6 } })
    for (const slug of ['echo', 'heron']) await town.publishes(slug, echo.url)
    await town.enables(town.alice, 'echo')
    await town.enables(town.alice, 'heron')
    await town.enables(town.bob, 'echo')

    const many = (await town.alice.mcp.modern('tools/list')).body.result.tools
    const few = (await town.bob.mcp.modern('tools/list')).body.result.tools
    const one = (await town.alice.mcp.modern('tools/list', {}, { path: '/mcp/echo' })).body.result.tools
    const refused = await town.bob.mcp.call(NAME, { query: 'wait' })

    expect(namesIn(many)[0]).toBe(NAME)
    expect(many).toHaveLength(13)
    expect([namesIn(few), namesIn(one)].flat()).not.toContain(NAME)
    expect(refused.body.error).toMatchObject({ code: -32602 })
  })

  it('answers in each era with definitions of what the person may call, which stays callable, and asks no connector', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind, { settings: { toolSearchFrom: 1 } })
    for (const slug of ['echo', 'heron']) await town.publishes(slug, echo.url)
    await town.enables(town.alice, 'echo')

    const modern = await town.alice.mcp.call(NAME, { query: 'slowly COUNT', limit: 1 })
    const legacy = await (await town.alice.mcp.legacy()).request('tools/call', { name: NAME, arguments: { query: 'heron text' } })
    const nothing = await town.alice.mcp.call(NAME, { query: '%%' })
    const wrong = await Promise.all([{}, { query: '' }, { query: 'x', limit: 51 }, { query: 5 }].map((args) => town.alice.mcp.call(NAME, args)))
    const called = await town.alice.mcp.call('echo_echo', { text: 'hello' })

    const listed = (await town.alice.mcp.modern('tools/list')).body.result.tools
    expect(modern.body.result.structuredContent.tools).toEqual(listed.filter(({ name }: { readonly name: string }) => name === 'echo_slow'))
    expect(JSON.parse(modern.body.result.content[0].text)).toEqual(modern.body.result.structuredContent)
    expect(namesIn(legacy.body.result.structuredContent.tools).every((name) => name.startsWith('echo_'))).toBe(true)
    expect(nothing.body.result.structuredContent.tools).toEqual([])
    expect(wrong.map(({ body }) => body.error.code)).toEqual(Array(4).fill(-32602))
    expect(called.body.result.content[0].text).toBe('hello')
    expect((await town.calls(town.alice)).map(({ tool }) => tool)).toEqual(['echo'])
  })
})
