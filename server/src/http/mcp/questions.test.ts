import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { modernConnector, result, type Script } from '../../../test/scripted-connector.ts'
import { Town } from '../../../test/town.ts'

const tool = (name: string, readOnlyHint = true) => ({ name, description: 'Asks.', inputSchema: { type: 'object' }, annotations: { readOnlyHint } })
const elicitation = { elicitation: { form: {}, url: {} } }
const form = (properties: object) => ({
  method: 'elicitation/create',
  params: { message: 'Tell me.', requestedSchema: { type: 'object', properties } },
})

/** Asks this until it is answered, and keeps a state. What comes back is in `seen`. */
function asking(request: object, tools: readonly object[] = [tool('ask'), tool('ask_too')]) {
  const script: Script = (incoming, response) => {
    if (incoming.method === 'tools/list')
      return result(response, incoming.id, { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' } as never)
    const { inputResponses, requestState } = incoming.params
    if (inputResponses === undefined)
      return result(response, incoming.id, { resultType: 'input_required', inputRequests: { q: request }, requestState: 'inner' } as never)
    result(response, incoming.id, {
      resultType: 'complete',
      content: [{ type: 'text', text: JSON.stringify({ inputResponses, requestState }) }],
    } as never)
  }
  return modernConnector(script)
}

const answered = { q: { action: 'accept', content: { name: 'Ada' } } }

describe.each(databases)('a question of a connector on $name', (kind) => {
  it('comes back to the connector with exactly its own state, which the assistant never saw', async () => {
    await using connector = await asking(form({ name: { type: 'string' } }))
    await using town = await Town.open(kind)
    await town.publishes('asks', connector.url)
    await town.enables(town.alice, 'asks')

    const first = await town.alice.mcp.modern('tools/call', { name: 'asks_ask' }, { capabilities: elicitation })
    const { requestState, inputRequests } = first.body.result
    const second = await town.alice.mcp.modern(
      'tools/call',
      { name: 'asks_ask', inputResponses: answered, requestState },
      { capabilities: elicitation },
    )

    expect(requestState).not.toContain('inner')
    expect(inputRequests.q.params.message).toBe('asks asks: Tell me.')
    expect(JSON.parse(second.body.result.content[0].text)).toEqual({ inputResponses: answered, requestState: 'inner' })
  })

  it('is answered with a state that is good for its person, assistant, tool and arguments only, and not for ever', async () => {
    await using connector = await asking(form({ name: { type: 'string' } }))
    await using town = await Town.open(kind)
    await town.publishes('asks', connector.url)
    for (const who of [town.alice, town.bob]) await town.enables(who, 'asks')
    const first = await town.alice.mcp.modern('tools/call', { name: 'asks_ask' }, { capabilities: elicitation })
    const { requestState } = first.body.result
    const before = connector.seen.length
    const again = (who: typeof town.alice, change: object) =>
      who.mcp.modern('tools/call', { name: 'asks_ask', inputResponses: answered, requestState, ...change }, { capabilities: elicitation })

    const refused = [
      await again(town.bob, {}),
      await again(town.alice, { name: 'asks_ask_too' }),
      await again(town.alice, { arguments: { other: 1 } }),
      await again(town.alice, { requestState: `${requestState}A` }),
      await again(town.alice, { requestState: 'inner' }),
    ]
    town.clock.advance(16 * 60_000)
    refused.push(await again(town.alice, {}))

    expect(refused.map(({ body }) => body.error?.code)).toEqual(Array.from({ length: 6 }, () => -32602))
    expect(connector.seen.length).toBe(before)
  })

  it('that follows an approval needs no second one, and its state is good once', async () => {
    await using connector = await asking(form({ name: { type: 'string' } }), [tool('change', false)])
    await using town = await Town.open(kind)
    await town.publishes('asks', connector.url)
    await town.enables(town.alice, 'asks')
    const call = (more: object) => town.alice.mcp.modern('tools/call', { name: 'asks_change', ...more }, { capabilities: elicitation })

    const approval = await call({})
    await town.approves(town.alice)
    const question = await call({ inputResponses: { handfast_approval: { action: 'accept' } } })
    const { requestState } = question.body.result
    const [done, replayed] = [await call({ inputResponses: answered, requestState }), await call({ inputResponses: answered, requestState })]

    expect(Object.keys(approval.body.result.inputRequests)).toEqual(['handfast_approval'])
    expect(Object.keys(question.body.result.inputRequests)).toEqual(['q'])
    expect(JSON.parse(done.body.result.content[0].text).requestState).toBe('inner')
    expect(replayed.body.error.code).toBe(-32602)
  })

  it.each([
    ['a password', form({ password: { type: 'string' } })],
    ['an API key by another name', form({ k: { type: 'string', title: 'Your API key' } })],
    ['a token in camel case', form({ accessToken: { type: 'string' } })],
    ['a page without https', { method: 'elicitation/create', params: { mode: 'url', message: 'Look.', url: 'http://elsewhere.example/' } }],
    [
      'a page with a name in its address',
      { method: 'elicitation/create', params: { mode: 'url', message: 'Look.', url: 'https://a:b@elsewhere.example/' } },
    ],
    ['a script as a page', { method: 'elicitation/create', params: { mode: 'url', message: 'Look.', url: 'javascript:alert(1)' } }],
  ])('for %s is not passed on', async (_, request) => {
    await using connector = await asking(request)
    await using town = await Town.open(kind)
    await town.publishes('asks', connector.url)
    await town.enables(town.alice, 'asks')

    const told = await town.alice.mcp.modern('tools/call', { name: 'asks_ask' }, { capabilities: elicitation })

    expect(told.body.result.isError).toBe(true)
    expect(told.body.result._meta['dev.handfast/refusal'].code).toBe('gateway/question-refused')
    expect((await town.calls(town.alice))[0]).toMatchObject({ state: 'failed', code: 'gateway/question-refused' })
  })

  it('reaches nobody who cannot be asked, and the connector is told so beforehand', async () => {
    await using connector = await asking(form({ name: { type: 'string' } }))
    await using town = await Town.open(kind)
    await town.publishes('asks', connector.url)
    await town.enables(town.alice, 'asks')

    const told = await town.alice.mcp.modern('tools/call', { name: 'asks_ask' }, { capabilities: { extensions: { 'x/y': {} } } })

    const meta = connector.seen.at(-1)?.params['_meta'] as Record<string, unknown>
    expect(meta['io.modelcontextprotocol/clientCapabilities']).toEqual({})
    expect(told.body.result.isError).toBe(true)
  })

  it('is passed on no longer once the connector is suspended', async () => {
    await using connector = await asking(form({ name: { type: 'string' } }))
    await using town = await Town.open(kind)
    const id = await town.publishes('asks', connector.url)
    await town.enables(town.alice, 'asks')
    const first = await town.alice.mcp.modern('tools/call', { name: 'asks_ask' }, { capabilities: elicitation })
    const before = connector.seen.length

    await town.app.rooms.lifecycle.suspend(town.steering(id, 'Enough.') as never)
    const told = await town.alice.mcp.modern(
      'tools/call',
      { name: 'asks_ask', inputResponses: answered, requestState: first.body.result.requestState },
      { capabilities: elicitation },
    )

    expect(told.body.result.isError).toBe(true)
    expect(connector.seen.length).toBe(before)
  })
})
