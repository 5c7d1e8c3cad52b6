import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { Town } from '../../test/town.ts'

proves('gateway/names-apart')

const wrapped = (name: string) => ({ 'mcp-name': `=?base64?${Buffer.from(name).toString('base64')}?=` })

describe.each(databases)('a name that nobody gave to a tool, on $name', (kind) => {
  it.each([
    ['with a character that no database text can hold', 'echo_\u0000', 'echo_\ufffd'],
    ['with half of a character', 'echo_\ud83d', 'echo_\ufffd'],
    ['that is cut in the middle of a character', `${'x'.repeat(127)}\u{1f600}`, `${'x'.repeat(127)}\ufffd`],
  ])('%s is refused and recorded, and the calls that are committed with it go on', async (_, name, kept) => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    await town.alice.mcp.call('echo_echo', { text: 'warm' })

    const session = await town.bob.mcp.legacy()
    const [odd, ...others] = await Promise.all([
      session.call(name, {}),
      ...Array.from({ length: 8 }, (_, i) => town.alice.mcp.call('echo_echo', { text: String(i) })),
    ])

    expect(odd.body.error.code).toBe(-32602)
    expect(others.map(({ body }) => body.result?.content?.[0]?.text)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
    const [call] = await town.calls(town.bob)
    expect(call).toMatchObject({ state: 'refused', code: 'gateway/unknown-tool', tool: kept })
  })

  it('of an assistant may be anything, too', async () => {
    await using town = await Town.open(kind)
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: '\u0000\ud83d', version: '\u0000' } }

    const opened = await town.alice.mcp.post('/mcp', JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }))
    const modern = await town.alice.mcp.call('echo_\u0000', {}, { headers: wrapped('echo_\u0000') })

    expect(opened.status).toBe(200)
    expect(modern.body.error.code).toBe(-32602)
  })
})
