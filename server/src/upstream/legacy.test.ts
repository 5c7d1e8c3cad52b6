import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { event, events, hello, json, legacyConnector, modernConnector, result, rpcError, scripted } from '../../test/scripted-connector.ts'
import { callTo, openUpstream } from '../../test/upstream-calls.ts'
import { HOUR, MINUTE, MovableClock } from '../lib/index.ts'

proves('upstream/sessions-apart', 'upstream/eras', 'upstream/once')

const handshake = ['initialize', 'notifications/initialized']

describe('a legacy connector', () => {
  it('is greeted once for each user and then called in that session', async () => {
    await using connector = await legacyConnector()
    await using upstream = openUpstream()

    const first = await upstream.call(callTo(connector.url))
    await upstream.call(callTo(connector.url))

    expect(first).toEqual({ kind: 'result', era: 'legacy', result: { content: hello.content } })
    expect(connector.methods).toEqual(['server/discover', ...handshake, 'tools/call', 'tools/call'])
    const call = connector.seen.at(-1)
    expect(call?.request.headers).toMatchObject({ 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': [...connector.sessions][0] })
    expect(call?.params).toEqual({ name: 'greet', arguments: { name: 'Alice' } })
    expect(connector.seen[1]?.params).toMatchObject({ protocolVersion: '2025-11-25', capabilities: {} })
  })

  it('sees another session for every user, release and key, also when they come at once', async () => {
    await using connector = await legacyConnector()
    await using upstream = openUpstream()
    const credential = { placement: { type: 'bearer' }, secret: 'k', id: 'crd_1' } as const
    const calls = [
      callTo(connector.url),
      callTo(connector.url),
      callTo(connector.url, { poolKey: 'bob' }),
      callTo(connector.url, { release: 'rel_other' }),
      callTo(connector.url, { credential }),
    ]

    await Promise.all(calls.map((call) => upstream.call(call)))

    const sessions = connector.seen.filter(({ method }) => method === 'tools/call').map(({ request }) => request.headers['mcp-session-id'])
    expect(sessions).toHaveLength(5)
    expect(new Set(sessions).size).toBe(4)
  })

  it('that lost its session gets a new one, and the refused call once more', async () => {
    await using connector = await legacyConnector()
    await using upstream = openUpstream()
    await upstream.call(callTo(connector.url))
    connector.sessions.clear()

    const answer = await upstream.call(callTo(connector.url))

    expect(answer).toMatchObject({ kind: 'result' })
    expect(connector.methods.slice(4)).toEqual(['tools/call', ...handshake, 'tools/call'])
  })

  it('that loses every session is not tried for ever', async () => {
    await using connector = await legacyConnector((_, response) => rpcError(response, null, -32001, 'Session not found', 404))
    await using upstream = openUpstream()

    await expect(upstream.call(callTo(connector.url))).rejects.toMatchObject({ code: 'upstream/not-understood', mayHaveRun: 'no' })

    expect(connector.methods.filter((method) => method === 'tools/call')).toHaveLength(2)
  })

  it('that fails in the middle of a call is not called again', async () => {
    await using connector = await legacyConnector((_, response) => response.socket?.destroy())
    await using upstream = openUpstream()

    await expect(upstream.call(callTo(connector.url))).rejects.toMatchObject({ code: 'upstream/unreachable', mayHaveRun: 'maybe' })
    expect(connector.methods.filter((method) => method === 'tools/call')).toHaveLength(1)
  })

  it('is told of a cancelled call in words, because a closed stream means nothing to it', async () => {
    const controller = new AbortController()
    const told = Promise.withResolvers<unknown>()
    await using connector = await scripted(({ id, method, message }, response) => {
      if (method === 'server/discover') return json(response, {}, 400)
      if (method === 'initialize') return result(response, id, { protocolVersion: '2025-06-18', capabilities: {} })
      if (method === 'tools/call') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
        return controller.abort()
      }
      response.writeHead(202).end()
      if (method === 'notifications/cancelled') told.resolve(message['params'])
    })
    await using upstream = openUpstream()

    const call = upstream.call(callTo(connector.url, { signal: controller.signal }))

    await expect(call).rejects.toMatchObject({ code: 'upstream/cancelled', mayHaveRun: 'maybe' })
    const id = connector.seen.find(({ method }) => method === 'tools/call')?.id
    expect(await told.promise).toEqual({ requestId: id, reason: 'cancelled' })
  })

  it('that asks us things during a call is answered: yes to ping, no to the rest', async () => {
    const replies: unknown[] = []
    const asked = Promise.withResolvers<void>()
    await using connector = await scripted(async ({ id, method, message }, response) => {
      if (method === 'server/discover') return json(response, {}, 400)
      if (method === 'initialize') return result(response, id, { protocolVersion: '2025-11-25', capabilities: {} })
      if (method === undefined && replies.push(message) === 3) asked.resolve()
      if (method !== 'tools/call') return void response.writeHead(202).end()
      const ask = (what: string) => event({ jsonrpc: '2.0', id: what, method: what, params: {} })
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write(['ping', 'elicitation/create', 'sampling/createMessage'].map(ask).join(''))
      await asked.promise
      response.end(event({ jsonrpc: '2.0', id: id ?? 0, result: { content: [] } }))
    })
    await using upstream = openUpstream()

    await upstream.call(callTo(connector.url))

    expect(replies).toHaveLength(3)
    expect(replies).toContainEqual({ jsonrpc: '2.0', id: 'ping', result: {} })
    expect(replies).toContainEqual({ jsonrpc: '2.0', id: 'elicitation/create', result: { action: 'decline' } })
    expect(replies).toContainEqual({ jsonrpc: '2.0', id: 'sampling/createMessage', error: { code: -32601, message: expect.any(String) } })
  })

  it('that does nothing but ask is left', async () => {
    await using connector = await legacyConnector(({ method }, response) => {
      if (method !== 'tools/call') return void response.writeHead(202).end()
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(Array.from({ length: 100 }, (_, i) => event({ jsonrpc: '2.0', id: i, method: 'ping' })).join(''))
    })
    await using upstream = openUpstream()

    await expect(upstream.call(callTo(connector.url))).rejects.toMatchObject({ code: 'upstream/not-understood', mayHaveRun: 'maybe' })

    expect(connector.methods.filter((method) => method === 'reply').length).toBeLessThanOrEqual(32)
  })

  it('that breaks off its stream with an id is asked for the rest', async () => {
    let callId: number | string | undefined
    await using connector = await scripted(({ id, method, request }, response) => {
      if (method === 'server/discover') return json(response, {}, 404)
      if (method === 'initialize') return result(response, id, { protocolVersion: '2025-11-25', capabilities: {} })
      if (request.method === 'GET') {
        expect(request.headers['last-event-id']).toBe('here')
        return events(response, { jsonrpc: '2.0', id: callId ?? 0, result: { content: hello.content } })
      }
      if (method !== 'tools/call') return void response.writeHead(202).end()
      callId = id
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: here\nretry: 1\ndata:\n\n')
    })
    await using upstream = openUpstream()

    expect(await upstream.call(callTo(connector.url))).toMatchObject({ kind: 'result', result: { content: hello.content } })
  })

  it.each([
    [404, {}],
    [405, {}],
    [401, {}],
    [429, { 'retry-after': '1' }],
  ])('that answers %i when asked for the rest is not called a second time', async (status, headers: Record<string, string>) => {
    await using connector = await legacyConnector(({ request }, response) => {
      if (request.method === 'GET') return void response.writeHead(status, headers).end()
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: here\nretry: 1\ndata:\n\n')
    })
    await using upstream = openUpstream()

    await expect(upstream.call(callTo(connector.url))).rejects.toMatchObject({ code: 'upstream/unreachable', mayHaveRun: 'maybe' })
    expect(connector.methods.filter((method) => method === 'tools/call')).toHaveLength(1)
  })

  it('that wants the user on a page of its own has that page named', async () => {
    const data = { elicitations: [{ mode: 'url', url: 'https://shop.example/link', message: 'Link your account' }] }
    await using connector = await legacyConnector(({ id }, response) => rpcError(response, id, -32042, 'x', 200, data))
    await using upstream = openUpstream()

    const answer = await upstream.call(callTo(connector.url))

    expect(answer).toMatchObject({ kind: 'error', message: expect.stringContaining('Link your account https://shop.example/link') })
  })

  it('is asked for its era again after an hour, because an upgrade would go unnoticed', async () => {
    const clock = new MovableClock(0)
    await using connector = await legacyConnector()
    await using upstream = openUpstream({ clock })
    await upstream.call(callTo(connector.url))

    clock.advance(HOUR - 1)
    await upstream.call(callTo(connector.url))
    clock.advance(1)
    await upstream.call(callTo(connector.url))

    expect(connector.methods.filter((method) => method === 'server/discover')).toHaveLength(2)
  })

  it('gets a new session after a quiet while', async () => {
    const clock = new MovableClock(0)
    await using connector = await legacyConnector()
    await using upstream = openUpstream({ clock })
    await upstream.call(callTo(connector.url))

    clock.advance(10 * MINUTE)
    await upstream.call(callTo(connector.url))

    expect(connector.sessions.size).toBe(2)
  })

  it('is called in the other era as soon as a newer version took its place', async () => {
    let upgraded = false
    await using connector = await scripted(({ id, method }, response) => {
      const modern = {
        jsonrpc: '2.0',
        id: null,
        error: { code: -32022, message: 'Unsupported', data: { supported: ['2026-07-28'], requested: 'x' } },
      }
      if (upgraded && method === 'server/discover') return result(response, id, { supportedVersions: ['2026-07-28'] })
      if (upgraded)
        return 'io.modelcontextprotocol/clientInfo' in ((connector.seen.at(-1)?.params['_meta'] ?? {}) as object)
          ? result(response, id, hello)
          : json(response, modern, 400)
      if (method === 'server/discover') return json(response, {}, 400)
      if (method === 'initialize') return result(response, id, { protocolVersion: '2025-11-25', capabilities: {} })
      if (id === undefined) return void response.writeHead(202).end()
      result(response, id, { content: [] })
    })
    await using upstream = openUpstream()
    await upstream.call(callTo(connector.url))
    upgraded = true

    expect(await upstream.call(callTo(connector.url))).toMatchObject({ kind: 'result', era: 'modern' })
  })

  it('speaks a revision that we know, or is refused', async () => {
    await using connector = await scripted(({ id, method }, response) =>
      method === 'server/discover' ? json(response, {}, 404) : result(response, id, { protocolVersion: '1999-01-01', capabilities: {} }),
    )
    await using upstream = openUpstream()

    await expect(upstream.call(callTo(connector.url))).rejects.toMatchObject({ code: 'upstream/not-understood', mayHaveRun: 'no' })
  })

  it('does not count as legacy because it is out of order', async () => {
    let broken = true
    await using healthy = await modernConnector()
    await using connector = await scripted(({ id, method }, response) => {
      if (broken) return void response.writeHead(500).end()
      result(response, id, method === 'server/discover' ? { supportedVersions: ['2026-07-28'] } : hello)
    })
    await using upstream = openUpstream()
    await expect(upstream.call(callTo(connector.url))).rejects.toMatchObject({ code: 'upstream/unreachable', mayHaveRun: 'no' })
    broken = false

    expect(await upstream.call(callTo(connector.url))).toMatchObject({ era: 'modern' })
    expect(await upstream.call(callTo(healthy.url))).toMatchObject({ era: 'modern' })
  })
})
