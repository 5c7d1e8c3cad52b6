import { describe, expect, it, vi } from 'vitest'
import { serve } from '../../test/loopback-server.ts'
import { proves } from '../../test/proves.ts'
import { event, hello } from '../../test/scripted-connector.ts'
import { type SseScript, sseConnector } from '../../test/sse-connector.ts'
import { callTo, openUpstream } from '../../test/upstream-calls.ts'

proves('upstream/eras')

const greets: SseScript = ({ id }, say) => say({ jsonrpc: '2.0', id: id ?? null, result: { content: hello.content } })
const greeted = { kind: 'result', era: 'legacy', result: { content: hello.content } }
const handshake = ['GET', 'initialize', 'notifications/initialized']
const credential = { placement: { type: 'bearer' }, secret: 'k', id: 'crd_1' } as const

describe('a connector of 2024, where the operator lets those be reached', () => {
  it('is tried by POST, greeted on its stream, and then called on that stream', async () => {
    await using connector = await sseConnector(greets)
    await using upstream = openUpstream({ sse: true })

    const first = await upstream.call(callTo(connector.url, { credential }))
    const second = await upstream.call(callTo(connector.url, { credential }))

    expect([first, second]).toEqual([greeted, greeted])
    expect(connector.methods).toEqual([...handshake, 'tools/call', 'tools/call'])
    const reached = connector.requests.filter(({ method, path }) => method === 'GET' || path.startsWith('/messages'))
    expect(new Set(reached.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer k']))
    expect(reached.some(({ headers }) => 'mcp-session-id' in headers)).toBe(false)
  })

  it('gives each of many calls at once its own answer, in whatever order it answers', async () => {
    const waiting: (() => void)[] = []
    await using connector = await sseConnector(({ id, params }, say) => {
      waiting.push(() => say({ jsonrpc: '2.0', id: id ?? null, result: { content: [{ type: 'text', text: JSON.stringify(params['arguments']) }] } }))
      if (waiting.length === 20) for (const answer of waiting.toReversed()) answer()
    })
    await using upstream = openUpstream({ sse: true })

    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => upstream.call(callTo(connector.url, { arguments: { n } }))))

    expect(answers.map((answer) => JSON.stringify(answer).includes('\\"n\\"'))).not.toContain(false)
    for (const [n, answer] of answers.entries()) expect(answer).toMatchObject({ result: { content: [{ text: JSON.stringify({ n }) }] } })
    expect(connector.methods.filter((method) => method === 'GET')).toHaveLength(1)
  })

  it('has a stream for each person, and none is left when the room closes', async () => {
    await using connector = await sseConnector(greets)
    {
      await using upstream = openUpstream({ sse: true })
      await Promise.all(['alice', 'bob'].map((poolKey) => upstream.call(callTo(connector.url, { poolKey }))))
      expect(connector.streams.size).toBe(2)
    }

    await connector.allClosed()
    expect(connector.streams.size).toBe(0)
  })

  it('that ended its stream in between is greeted anew', async () => {
    await using connector = await sseConnector(greets)
    await using upstream = openUpstream({ sse: true })
    await upstream.call(callTo(connector.url))
    const ended = [...connector.streams.values()].map((stream) => new Promise((resolve) => stream.end(() => stream.on('close', resolve))))
    await Promise.all(ended)

    // Until the end of the stream arrives here, a call may still go to its address, where nobody is any longer.
    await vi.waitFor(async () => expect(await upstream.call(callTo(connector.url))).toEqual(greeted))

    expect(connector.methods.filter((method) => method === 'GET')).toHaveLength(2)
  })

  it('goes on telling others when the one whose request opened its stream is gone', async () => {
    const updated = { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'greeting:1' } }
    await using connector = await sseConnector(({ id }, say) => say({ jsonrpc: '2.0', id: id ?? null, result: {} }), {
      capabilities: { resources: {} },
    })
    await using upstream = openUpstream({ sse: true })
    const heard: string[] = []
    const watches = (who: string, signal: AbortSignal) =>
      upstream.call(
        callTo(connector.url, {
          other: { method: 'resources/subscribe', params: { uri: 'greeting:1' } },
          watching: { signal, onUpdated: () => heard.push(who), onEnded: () => heard.push(`${who} ended`) },
          signal,
        }),
      )
    const first = new AbortController()
    await watches('first', first.signal)
    await watches('second', new AbortController().signal)

    first.abort()
    const [stream] = connector.streams.values()
    stream?.write(event(updated))
    await vi.waitFor(() => expect(heard).not.toEqual([]))

    expect(heard).toEqual(['second'])
    expect(connector.methods.filter((method) => method === 'GET')).toHaveLength(1)
  })

  it('that ends its stream during a call is not called again', async () => {
    await using connector = await sseConnector(() => {
      for (const stream of connector.streams.values()) stream.destroy()
    })
    await using upstream = openUpstream({ sse: true })

    await expect(upstream.call(callTo(connector.url))).rejects.toMatchObject({ code: 'upstream/unreachable', mayHaveRun: 'maybe' })
    expect(connector.methods.filter((method) => method === 'tools/call')).toHaveLength(1)
  })

  it('is told of progress by what it sends, and declined what it asks', async () => {
    const replies: unknown[] = []
    await using connector = await sseConnector(({ id, method, params, message }, say) => {
      if (method === undefined) {
        replies.push(message)
        return say({ jsonrpc: '2.0', id: asked, result: { content: hello.content } })
      }
      asked = id ?? 0
      const progressToken = (params['_meta'] as { readonly progressToken?: number } | undefined)?.progressToken ?? 0
      say({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: 1, total: 2 } })
      say({ jsonrpc: '2.0', id: 77, method: 'sampling/createMessage', params: {} })
    })
    let asked = 0
    await using upstream = openUpstream({ sse: true })
    const heard: unknown[] = []

    const answer = await upstream.call(callTo(connector.url, { onProgress: (progress) => void heard.push(progress) }))

    expect(answer).toEqual(greeted)
    expect(heard).toMatchObject([{ progress: 1, total: 2 }])
    expect(replies).toMatchObject([{ id: 77, error: { code: -32601 } }])
  })

  it('is refused when it wants messages at another origin, where keys would go with them', async () => {
    await using thief = await sseConnector(greets)
    await using connector = await sseConnector(greets, { endpoint: () => `${thief.origin}/messages` })
    await using upstream = openUpstream({ sse: true })

    await expect(upstream.call(callTo(connector.url, { credential }))).rejects.toMatchObject({ code: 'upstream/not-understood', mayHaveRun: 'no' })
    expect(thief.requests).toEqual([])
  })

  it('that never names its address, or answers with more than is read, ends in a refusal', async () => {
    await using silent = await sseConnector(greets, { endpoint: () => '\nevent: ping\ndata: x' })
    await using loud = await sseConnector(({ id }, say) => say({ jsonrpc: '2.0', id: id ?? null, result: { content: [], blob: 'x'.repeat(5_000) } }))
    await using upstream = openUpstream({ sse: true, askMs: 300 })

    await expect(upstream.call(callTo(silent.url, { timeoutMs: 300 }))).rejects.toMatchObject({ code: 'upstream/timed-out', mayHaveRun: 'no' })
    await expect(upstream.call(callTo(loud.url, { maxBytes: 2_000 }))).rejects.toMatchObject({ code: 'upstream/too-large' })
  })

  it('that never begins to answer at its stream ends in a refusal, and nothing else does', async () => {
    await using mute = await serve((request, response) => void (request.method === 'POST' && response.writeHead(405).end()))
    await using upstream = openUpstream({ sse: true, askMs: 200 })
    const unhandled: unknown[] = []
    const hear = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', hear)

    await expect(upstream.call(callTo(`${mute.origin}/sse`, { timeoutMs: 200 }))).rejects.toMatchObject({
      code: 'upstream/timed-out',
      mayHaveRun: 'no',
    })
    await new Promise((resolve) => setImmediate(resolve))

    process.off('unhandledRejection', hear)
    expect(unhandled).toEqual([])
  })

  it('stops waiting for a call that its assistant gave up, and tells the connector', async () => {
    const controller = new AbortController()
    const told = Promise.withResolvers<void>()
    await using connector = await sseConnector(({ method }) => void (method === 'tools/call' && controller.abort()))
    await using upstream = openUpstream({ sse: true })
    const watching = setInterval(() => connector.methods.includes('notifications/cancelled') && told.resolve(), 10)

    await expect(upstream.call(callTo(connector.url, { signal: controller.signal }))).rejects.toMatchObject({ mayHaveRun: 'maybe' })

    await told.promise
    clearInterval(watching)
  })

  it('is described for review as any other', async () => {
    await using connector = await sseConnector(({ id, method }, say) => {
      const tools = [{ name: 'greet', description: 'Says hello.', inputSchema: { type: 'object' } }]
      say({ jsonrpc: '2.0', id: id ?? null, result: method === 'tools/list' ? { tools } : {} })
    })
    await using upstream = openUpstream({ sse: true })

    const described = await upstream.describe({ kind: 'mcp', url: connector.url }, null, new AbortController().signal)

    expect(described.tools.map(({ name }) => name)).toEqual(['greet'])
  })
})

describe('a connector of 2024, where the operator has not said that those may be reached', () => {
  it('is refused, with the switch that would change that, and its stream is never opened', async () => {
    await using connector = await sseConnector(greets)
    await using upstream = openUpstream()

    await expect(upstream.call(callTo(connector.url))).rejects.toMatchObject({
      code: 'upstream/not-understood',
      message: expect.stringContaining('HANDFAST_SSE_CONNECTORS'),
    })
    expect(connector.methods).toEqual([])
  })
})
