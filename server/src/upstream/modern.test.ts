import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { event, events, hello, type Incoming, json, modernConnector, result, rpcError, type Script, scripted } from '../../test/scripted-connector.ts'
import { callTo, greet, openUpstream } from '../../test/upstream-calls.ts'
import type { Progress } from './index.ts'

proves('upstream/eras')

/** A legacy server without sessions. */
const speakLegacy: Script = ({ id, method, request }, response) => {
  if (method === 'initialize')
    return result(response, id, { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'old', version: '1' } })
  if (request.headers['mcp-protocol-version'] !== '2025-06-18') return json(response, 'Bad Request: unsupported protocol version', 400)
  if (id === undefined) return void response.writeHead(202).end()
  result(response, id, { content: [] })
}

const speakLegacyOrModern: Script = (incoming: Incoming, response) =>
  incoming.request.headers['mcp-method'] === undefined ? speakLegacy(incoming, response) : result(response, incoming.id, hello)

describe('a modern connector', () => {
  it('gets one stateless request with the headers and metadata of its revision', async () => {
    await using connector = await modernConnector()
    await using upstream = openUpstream()

    const answer = await upstream.call(callTo(connector.url))

    expect(answer).toEqual({ kind: 'result', era: 'modern', result: { content: hello.content } })
    expect(connector.methods).toEqual(['server/discover', 'tools/call'])
    const [, call] = connector.seen
    expect(call?.request.headers).toMatchObject({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'greet' })
    expect(call?.request.headers['mcp-session-id']).toBeUndefined()
    expect(call?.params).toMatchObject({ name: 'greet', arguments: { name: 'Alice' } })
    expect(call?.params['_meta']).toEqual({
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'handfast-test', version: '0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    })
  })

  it('is asked for its era once, also by calls that come at the same time', async () => {
    await using connector = await modernConnector()
    await using upstream = openUpstream()

    await Promise.all([upstream.call(callTo(connector.url)), upstream.call(callTo(connector.url)), upstream.call(callTo(connector.url))])
    await upstream.call(callTo(connector.url))

    expect(connector.methods.filter((method) => method === 'server/discover')).toHaveLength(1)
  })

  it('sees annotated arguments mirrored into headers, encoded where a header could not carry them', async () => {
    await using connector = await modernConnector()
    await using upstream = openUpstream()
    const inputSchema = {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        place: { type: 'object', properties: { city: { type: 'string', 'x-mcp-header': 'City' } } },
        limit: { type: 'integer', 'x-mcp-header': 'Limit' },
        dry: { type: 'boolean', 'x-mcp-header': 'Dry' },
        absent: { type: 'string', 'x-mcp-header': 'Absent' },
      },
    }

    const args = { region: 'eu-west', place: { city: 'Zürich' }, limit: 5, dry: false, absent: null }
    await upstream.call(callTo(connector.url, { tool: { ...greet, name: 'grüezi', inputSchema }, arguments: args }))

    const headers = connector.seen[1]?.request.headers ?? {}
    expect(headers).toMatchObject({ 'mcp-param-region': 'eu-west', 'mcp-param-limit': '5', 'mcp-param-dry': 'false' })
    expect(headers['mcp-param-city']).toBe(`=?base64?${Buffer.from('Zürich').toString('base64')}?=`)
    expect(headers['mcp-name']).toBe(`=?base64?${Buffer.from('grüezi').toString('base64')}?=`)
    expect(headers).not.toHaveProperty('mcp-param-absent')
  })

  it('may answer as an event stream, with progress that is mapped to the caller and only ever increases', async () => {
    await using connector = await modernConnector(({ id, params }, response) => {
      const token = (params['_meta'] as { progressToken: number }).progressToken
      const step = (progress: number, progressToken: number | string = token) => ({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken, progress, total: 3, message: 'still\nat it' },
      })
      events(response, step(1), step(1), step(2, 'a stranger'), step(2), { jsonrpc: '2.0', id, result: hello }, step(3))
    })
    await using upstream = openUpstream()
    const heard: Progress[] = []

    const answer = await upstream.call(callTo(connector.url, { onProgress: (progress) => heard.push(progress) }))

    expect(answer).toMatchObject({ kind: 'result', result: { content: hello.content } })
    expect(heard).toEqual([1, 2].map((progress) => ({ progress, total: 3, message: 'still at it' })))
  })

  it('does not get a new connection for each call after event streams', async () => {
    await using connector = await modernConnector(({ id }, response) => events(response, { jsonrpc: '2.0', id, result: hello }))
    await using upstream = openUpstream()

    for (let i = 0; i < 5; i++) await upstream.call(callTo(connector.url))

    expect(connector.connections()).toBeLessThan(3)
  })

  it('is told of a cancelled call by the end of the stream and nothing else', async () => {
    const { promise: cancelled, resolve } = Promise.withResolvers<void>()
    const controller = new AbortController()
    await using connector = await modernConnector((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': working\n\n')
      response.on('close', resolve)
      controller.abort()
    })
    await using upstream = openUpstream()

    const call = upstream.call(callTo(connector.url, { signal: controller.signal }))

    await expect(call).rejects.toMatchObject({ code: 'upstream/cancelled', mayHaveRun: 'maybe' })
    await cancelled
    expect(connector.methods).toEqual(['server/discover', 'tools/call'])
  })

  it('never hears of a call that was cancelled before it left', async () => {
    await using connector = await modernConnector()
    await using upstream = openUpstream()

    const call = upstream.call(callTo(connector.url, { signal: AbortSignal.abort() }))

    await expect(call).rejects.toMatchObject({ code: 'upstream/cancelled', mayHaveRun: 'no' })
    expect(connector.methods).toEqual([])
  })

  it('is found again in the other era when an older version took its place', async () => {
    let replaced = false
    await using connector = await scripted((incoming, response) => {
      if (replaced) return speakLegacy(incoming, response)
      result(response, incoming.id, incoming.method === 'server/discover' ? { supportedVersions: ['2026-07-28'] } : hello)
    })
    await using upstream = openUpstream()
    await upstream.call(callTo(connector.url))
    replaced = true

    const answer = await upstream.call(callTo(connector.url))

    expect(answer).toMatchObject({ kind: 'result', era: 'legacy' })
    expect(connector.methods.slice(2)).toEqual(['tools/call', 'server/discover', 'initialize', 'notifications/initialized', 'tools/call'])
  })

  it('is addressed in the era of a legacy assistant when it says that it speaks it', async () => {
    await using connector = await modernConnector(speakLegacyOrModern, ['2026-07-28', '2025-11-25'])
    await using upstream = openUpstream()

    const legacy = await upstream.call(callTo(connector.url, { assistantEra: 'legacy' }))
    const modern = await upstream.call(callTo(connector.url, { assistantEra: 'modern' }))

    expect([legacy, modern]).toMatchObject([{ era: 'legacy' }, { era: 'modern' }])
  })

  it('that asks for input gets a refusal, because nothing of the kind was offered', async () => {
    await using connector = await modernConnector(({ id }, response) =>
      result(response, id, { resultType: 'input_required', inputRequests: { a: { method: 'elicitation/create', params: {} } } }),
    )
    await using upstream = openUpstream()

    await expect(upstream.call(callTo(connector.url))).rejects.toMatchObject({
      code: 'upstream/not-understood',
      message: expect.stringContaining('not offered'),
    })
  })

  it('has its own errors passed on, and errors about our hop translated', async () => {
    const codes = [-32602, 7, -32021, -32020]
    await using connector = await modernConnector(({ id }, response) => {
      const code = codes.shift() ?? 0
      rpcError(response, id, code, `no ${code}`, code === 7 ? 200 : 400)
    })
    await using upstream = openUpstream()
    const call = () => upstream.call(callTo(connector.url))

    expect(await call()).toEqual({ kind: 'error', code: -32602, message: 'no -32602' })
    expect(await call()).toEqual({ kind: 'error', code: 7, message: 'no 7' })
    await expect(call()).rejects.toMatchObject({ code: 'upstream/not-understood', mayHaveRun: 'no', message: expect.stringContaining('capability') })
    await expect(call()).rejects.toMatchObject({ code: 'upstream/not-understood', mayHaveRun: 'no', message: expect.stringContaining('headers') })
  })

  it('gets the key of the user at its own origin, in the place that the release names', async () => {
    await using connector = await modernConnector()
    await using upstream = openUpstream()
    const key = (placement: { type: 'bearer' } | { type: 'basic' } | { type: 'header'; name: string } | { type: 'query'; name: string }) =>
      upstream.call(callTo(connector.url, { credential: { placement, secret: 'se:cret', id: placement.type } }))

    await key({ type: 'bearer' })
    await key({ type: 'basic' })
    await key({ type: 'header', name: 'X-Api-Key' })
    await key({ type: 'query', name: 'api_key' })

    const calls = connector.seen.filter((incoming) => incoming.method === 'tools/call').map(({ request }) => request)
    expect(calls.map((request) => [request.headers.authorization ?? request.headers['x-api-key'], request.url])).toEqual([
      ['Bearer se:cret', '/mcp'],
      [`Basic ${Buffer.from('se:cret').toString('base64')}`, '/mcp'],
      ['se:cret', '/mcp'],
      [undefined, '/mcp?api_key=se%3Acret'],
    ])
  })

  it('sends a stream in pieces that fall anywhere', async () => {
    await using connector = await modernConnector(({ id }, response) => {
      const text = `: hi\n\n${event({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'grüße 🎉' }] } })}`
      response.writeHead(200, { 'content-type': 'Text/Event-Stream; charset=utf-8' })
      for (const byte of Buffer.from(text)) response.write(Buffer.from([byte]))
      response.end()
    })
    await using upstream = openUpstream()

    expect(await upstream.call(callTo(connector.url))).toMatchObject({ result: { content: [{ text: 'grüße 🎉' }] } })
  })
})
