import { describe, expect, it } from 'vitest'
import { serve, serveSockets } from '../../test/loopback-server.ts'
import { proves } from '../../test/proves.ts'
import { events, hello, json, legacyConnector, modernConnector, result, type Script } from '../../test/scripted-connector.ts'
import { callTo, openUpstream } from '../../test/upstream-calls.ts'
import type { Credential } from './index.ts'

proves('upstream/once', 'egress/redirects')

const key: Credential = { placement: { type: 'header', name: 'x-api-key' }, secret: 'secret', id: 'crd_1' }

/** Calls a connector that greets properly and then answers the call as the script says. */
async function answerTo(script: Script, change: Parameters<typeof callTo>[1] = {}) {
  await using connector = await modernConnector(script)
  await using upstream = openUpstream()
  return await upstream.call(callTo(connector.url, change))
}

const raw = (status: number, type: string, body: string, headers: Record<string, string> = {}): Script => {
  return (_, response) => response.writeHead(status, { 'content-type': type, ...headers }).end(body)
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}1${']'.repeat(depth)}`
}

describe('a connector that misbehaves', () => {
  it.each([
    ['a web page', raw(200, 'text/html', '<html>'), { message: expect.stringContaining('web page') }],
    ['text', raw(200, 'text/plain', 'hello'), {}],
    ['half a JSON', raw(200, 'application/json', '{"jsonrpc":'), {}],
    ['nothing', raw(200, 'application/json', ''), {}],
    ['202', raw(202, 'text/plain', ''), {}],
    ['a batch', raw(200, 'application/json', '[]'), {}],
    ["another call's answer", ((_, response) => result(response, 999_999, hello)) satisfies Script, {}],
    ["another call's answer in a stream", ((_, response) => events(response, { jsonrpc: '2.0', id: 'x', result: hello })) satisfies Script, {}],
    ['an id of another type', (({ id }, response) => result(response, String(id), hello)) satisfies Script, {}],
    ['a result without content', (({ id }, response) => result(response, id, { resultType: 'complete' })) satisfies Script, {}],
    ['a kind of result from the future', (({ id }, response) => result(response, id, { ...hello, resultType: 'task' })) satisfies Script, {}],
    [
      'JSON of 200 levels',
      (({ id }, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(`{"jsonrpc":"2.0","id":${id},"result":{"content":[],"structuredContent":${nested(200)}}}`)) satisfies Script,
      { message: expect.stringContaining('nests') },
    ],
    ['garbage in an unknown compression', raw(200, 'application/json', 'x', { 'content-encoding': 'rot13' }), {}],
  ] as const)('and answers %s is not understood', async (_, script, more) => {
    await expect(answerTo(script)).rejects.toMatchObject({ code: 'upstream/not-understood', status: 502, mayHaveRun: 'maybe', ...more })
  })

  it('and answers JSON of a million levels neither crashes nor stalls us', async () => {
    const script = raw(200, 'application/json', nested(400_000))

    await expect(answerTo(script)).rejects.toMatchObject({ code: 'upstream/not-understood' })
  })

  it('and puts garbage into its stream is still understood where it makes sense', async () => {
    const script: Script = ({ id }, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {not json}\n\nnonsense\n\ndata: [1,2]\n\nevent: x\ndata: "x"\n\n\u0000\n\n')
      response.write(Buffer.from([0xff, 0xfe, 0x0a, 0x0a]))
      response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: id ?? 0, result: hello })}\n\n`)
    }

    expect(await answerTo(script)).toMatchObject({ kind: 'result', result: { content: hello.content } })
  })

  it.each([
    ['a stream without an end', 'text/event-stream', 'data: '],
    ['JSON without an end', 'application/json', '"'],
  ])('and sends %s is cut off at the limit', async (_, type, start) => {
    const script: Script = (_incoming, response) => {
      response.writeHead(200, { 'content-type': type }).write(start)
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    }

    await expect(answerTo(script, { maxBytes: 5_000_000 })).rejects.toMatchObject({ code: 'upstream/too-large', mayHaveRun: 'maybe' })
  })

  it('and announces 100 MB is not even read', async () => {
    const script = raw(200, 'application/json', 'x', { 'content-length': '100000000' })

    await expect(answerTo(script)).rejects.toMatchObject({ code: 'upstream/too-large' })
  })

  it.each([301, 302, 303, 307, 308])('and redirects by %i to a place that was not reviewed is not followed', async (status) => {
    await using inner = await serve((_, response) => void response.end('inner'))
    const script: Script = (_, response) => response.writeHead(status, { location: `${inner.origin}/mcp` }).end()

    await expect(answerTo(script)).rejects.toMatchObject({ code: 'upstream/redirected', mayHaveRun: 'maybe' })
    expect(inner.requests).toEqual([])
  })

  it('never gets a key to another origin, even to one that was reviewed', async () => {
    await using other = await serve((_, response) => void response.end('other'))
    const script: Script = (_, response) => response.writeHead(307, { location: `${other.origin}/mcp` }).end()

    await expect(answerTo(script, { origins: [other.origin], credential: key })).rejects.toMatchObject({ code: 'upstream/redirected' })
    expect(other.requests).toEqual([])
  })

  it('may redirect to a reviewed origin when no key is involved', async () => {
    await using other = await serve((_request, response, body) => {
      json(response, { jsonrpc: '2.0', id: (JSON.parse(body) as { id: number }).id, result: hello })
    })
    const script: Script = (_, response) => response.writeHead(307, { location: `${other.origin}/mcp` }).end()

    expect(await answerTo(script, { origins: [other.origin] })).toMatchObject({ kind: 'result' })
  })

  it.each([401, 403])('and answers %i wants the user to give the key again', async (status) => {
    const script = raw(status, 'text/plain', 'no', { 'www-authenticate': 'Bearer realm="x"' })

    await expect(answerTo(script, { credential: key })).rejects.toMatchObject({
      code: 'upstream/credential-rejected',
      who: 'user',
      mayHaveRun: 'no',
      challenge: 'Bearer realm="x"',
      message: expect.stringContaining('saved key'),
    })
    await expect(answerTo(script)).rejects.toMatchObject({
      code: 'upstream/credential-rejected',
      message: expect.stringContaining('Link your account'),
    })
  })

  it.each([
    [429, { 'retry-after': '7' }, 7],
    [429, {}, 5],
    [503, { 'retry-after': '9999999' }, 86_400],
    [429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 1],
    [429, { 'retry-after': 'soon' }, 5],
  ])('and answers %i %j asks us to wait', async (status, headers: Record<string, string>, retryAfter) => {
    await expect(answerTo(raw(status, 'text/plain', '', headers))).rejects.toMatchObject({
      code: 'upstream/busy',
      who: 'wait',
      retryAfter,
      mayHaveRun: 'no',
    })
  })

  it.each([
    [500, 'maybe'],
    [502, 'maybe'],
    [503, 'no'],
  ])('and answers %i has failed', async (status, mayHaveRun) => {
    await expect(answerTo(raw(status, 'text/html', '<h1>oops'))).rejects.toMatchObject({ code: 'upstream/unreachable', mayHaveRun })
  })

  it('and never answers is left when the time is up, and may have run', async () => {
    await expect(answerTo(() => {}, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'upstream/timed-out', status: 504, mayHaveRun: 'maybe' })
  })

  it('and answers one byte at a time is left when the time is up', async () => {
    const script: Script = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const timer = setInterval(() => response.write(':'), 10)
      response.on('close', () => clearInterval(timer))
    }

    await expect(answerTo(script, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'upstream/timed-out', mayHaveRun: 'maybe' })
  })

  it('and never says what era it is leaves nothing sent', async () => {
    await using silent = await serve(() => {})
    await using upstream = openUpstream()

    const call = upstream.call(callTo(`${silent.origin}/mcp`, { timeoutMs: 200 }))

    await expect(call).rejects.toMatchObject({ code: 'upstream/timed-out', mayHaveRun: 'no' })
  })

  it.each([
    ['before its answer', (({ request }) => request.socket.destroy()) satisfies Script],
    [
      'inside its answer',
      ((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"json')
        response.socket?.end()
      }) satisfies Script,
    ],
    ['inside its stream', ((_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"js')) satisfies Script],
  ])('and closes the connection %s may have run', async (_, script) => {
    await expect(answerTo(script)).rejects.toMatchObject({ code: 'upstream/unreachable', mayHaveRun: 'maybe' })
  })

  it('and closes the connection just as it is asked something that cannot have an effect is asked once more, and a call is not', async () => {
    const closed = new Set<string>()
    const once: Script = ({ id, method = '', request }, response) => {
      if (!closed.has(method)) {
        closed.add(method)
        return void request.socket.destroy()
      }
      result(response, id, method === 'tools/list' ? { resultType: 'complete', tools: [], ttlMs: 0, cacheScope: 'private' } : hello)
    }
    await using connector = await modernConnector(once)
    await using upstream = openUpstream()

    const described = await upstream.describe({ kind: 'mcp', url: connector.url }, null, new AbortController().signal)
    await expect(upstream.call(callTo(connector.url))).rejects.toMatchObject({ code: 'upstream/unreachable', mayHaveRun: 'maybe' })

    expect(described.tools).toEqual([])
    expect(connector.methods.filter((method) => method.startsWith('tools/'))).toEqual(['tools/list', 'tools/list', 'tools/call'])
  })

  it('and does not listen has not run', async () => {
    const gone = await serve(() => {})
    await gone[Symbol.asyncDispose]()
    await using upstream = openUpstream()

    await expect(upstream.call(callTo(`${gone.origin}/mcp`))).rejects.toMatchObject({ code: 'upstream/unreachable', mayHaveRun: 'no' })
  })

  it('and speaks no HTTP is not reached', async () => {
    await using smtp = await serveSockets((socket) => socket.write('220 mail ready\r\n'))
    await using upstream = openUpstream()

    await expect(upstream.call(callTo(`${smtp.origin}/mcp`))).rejects.toMatchObject({ code: 'upstream/unreachable' })
  })

  it('and is no MCP server at all is told from one that is broken', async () => {
    await using site = await serve((_, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found'))
    await using upstream = openUpstream()

    await expect(upstream.call(callTo(`${site.origin}/mcp`))).rejects.toMatchObject({
      code: 'upstream/not-understood',
      mayHaveRun: 'no',
      message: expect.stringContaining('nothing at this address'),
    })
  })

  it('gets no key that would break its header', async () => {
    const broken = { ...key, secret: 'a\r\nx-admin: 1' }

    await expect(answerTo(() => {}, { credential: broken })).rejects.toMatchObject({ code: 'upstream/credential-rejected' })
  })

  it('cannot choose a header for the key that steers the request', async () => {
    const host: Credential = { placement: { type: 'header', name: 'Mcp-Session-Id' }, secret: 'x', id: 'crd_2' }

    await expect(answerTo(() => {}, { credential: host })).rejects.toMatchObject({ code: 'upstream/credential-rejected' })
  })

  it('of the legacy era that forgets whom it talks to does not leak one session into another', async () => {
    await using connector = await legacyConnector()
    await using upstream = openUpstream({ maxSessions: 2 })

    for (const poolKey of ['a', 'b', 'c', 'a']) await upstream.call(callTo(connector.url, { poolKey }))

    const sessions = connector.seen.filter(({ method }) => method === 'tools/call').map(({ request }) => request.headers['mcp-session-id'])
    expect(new Set(sessions).size).toBe(4)
  })
})
