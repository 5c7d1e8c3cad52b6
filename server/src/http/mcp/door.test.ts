import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Echo, startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { Town } from '../../../test/town.ts'

const [sqlite] = databases
if (sqlite === undefined) throw new Error('there is no database')

let town: Town
let echo: Echo
beforeAll(async () => {
  echo = await startEcho()
  town = await Town.open(sqlite)
  await town.publishes('echo', echo.url)
  await town.enables(town.alice, 'echo')
})
afterAll(async () => {
  await town[Symbol.asyncDispose]()
  await echo.close()
})

const version = '2026-07-28'
const meta = { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} }
const headers = { 'mcp-protocol-version': version, 'mcp-method': 'tools/list' }
const list = (more: object = {}) => JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/list', params: { _meta: meta }, ...more })

async function entryCount(): Promise<number> {
  return (await town.app.storage.db.selectFrom('ledger_entries').select('position').execute()).length
}

/** A request with exactly these headers, which `fetch` would not all let through. */
function raw(path: string, given: Record<string, string>, body: string, method = 'POST'): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(town.url)
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path, method, headers: given }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8')
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

describe('what the door reads', () => {
  it.each([
    ['no JSON', '{"jsonrpc":"2.0",', 400, -32700, null],
    ['an empty body', '', 400, -32700, null],
    ['a batch', `[${list()}]`, 400, -32600, null],
    ['an empty batch', '[]', 400, -32600, null],
    ['another version of JSON-RPC', list({ jsonrpc: '1.0' }), 400, -32600, null],
    ['no version of JSON-RPC', list({ jsonrpc: undefined }), 400, -32600, null],
    ['an id that is null', list({ id: null }), 400, -32600, null],
    ['an id that is an object', list({ id: {} }), 400, -32600, null],
    ['a method that is no text', list({ method: 5 }), 400, -32600, 7],
    ['no method', list({ method: undefined }), 400, -32600, 7],
    ['params that are a list', list({ params: [] }), 400, -32602, 7],
    ['a text', '"tools/list"', 400, -32600, null],
    ['JSON 200 levels deep', list({ params: { _meta: meta, deep: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) } }), 400, -32600, null],
  ])('answers %s with an error of JSON-RPC and writes nothing', async (_, body, status, code, id) => {
    const before = await entryCount()

    const told = await town.alice.mcp.post('/mcp', body, headers)

    expect(told.status).toBe(status)
    expect(told.body).toMatchObject({ jsonrpc: '2.0', id, error: { code } })
    expect(await entryCount()).toBe(before)
  })

  it('refuses an argument of 5 MB with 413, and goes on serving', async () => {
    const before = await entryCount()

    const told = await town.alice.mcp.call('echo_echo', { text: 'x'.repeat(5_000_000) })
    const next = await town.alice.mcp.modern('tools/list')

    expect(told.status).toBe(413)
    expect(told.body.error).toMatchObject({ code: -32600, data: { code: 'request/too-large', who: 'assistant' } })
    expect(next.status).toBe(200)
    expect(await entryCount()).toBe(before)
  })

  it('refuses as much when the length is not said beforehand', async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(256 * 1024).fill(0x20))
      },
    })

    const sent = fetch(`${town.url}/mcp`, {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { authorization: `Bearer ${town.alice.token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    } as RequestInit).then(
      (response) => response.status,
      () => 'hung up',
    )

    // The server may close while we still send; either way it is over, although the body never ends.
    expect([413, 'hung up']).toContain(await sent)
  })

  it.each([
    ['text/plain', { 'content-type': 'text/plain' }],
    ['no content type', { 'content-type': '' }],
    ['an Accept without event streams', { accept: 'application/json' }],
    ['an Accept without JSON', { accept: 'text/event-stream' }],
  ])('refuses %s with 415', async (_, wrong) => {
    const told = await town.alice.mcp.post('/mcp', list(), { ...headers, ...wrong })

    expect(told.status).toBe(415)
    expect(told.body.error.data.code).toBe('request/unsupported-media-type')
  })

  it.each([
    ['parameters of the media type', { 'content-type': 'application/json; charset=utf-8' }],
    ['an Accept of anything', { accept: '*/*' }],
    ['an Accept in another order and with weights', { accept: 'text/event-stream;q=0.9, application/json;q=1' }],
  ])('takes %s', async (_, fine) => {
    expect((await town.alice.mcp.post('/mcp', list(), { ...headers, ...fine })).status).toBe(200)
  })

  it.each(['PUT', 'PATCH', 'OPTIONS', 'HEAD'])('answers %s with 405 and says what it takes', async (method) => {
    const answer = await fetch(`${town.url}/mcp`, { method, headers: { authorization: `Bearer ${town.alice.token}` } })

    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, POST, DELETE')
  })

  it.each(['GET', 'DELETE'])('answers %s without a session with 400, because those belong to sessions', async (method) => {
    const answer = await fetch(`${town.url}/mcp`, { method, headers: { authorization: `Bearer ${town.alice.token}`, accept: 'text/event-stream' } })

    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: -32600 } })
  })
})

describe('whom the door lets in', () => {
  // Where a token comes from (RFC 9728 section 5.1) and what to ask for (RFC 6750 section 3).
  const whereFrom = () =>
    `resource_metadata="${town.url.replace('127.0.0.1', 'localhost')}/.well-known/oauth-protected-resource/mcp", scope="connectors:read connectors:write"`

  it('asks for a token with 401 and a challenge, before it reads anything', async () => {
    const told = await town.alice.mcp.post('/mcp', 'not even JSON', { authorization: null })

    expect(told.status).toBe(401)
    expect(told.headers.get('www-authenticate')).toBe(`Bearer realm="handfast", ${whereFrom()}`)
    expect(told.body.error.data).toMatchObject({ code: 'authorization/missing', who: 'user' })
  })

  it.each([
    ['made up', 'Bearer hfp_not-a-token'],
    ['cut short', () => `Bearer ${town.alice.token.slice(0, -1)}`],
    ['in another case', () => `Bearer ${town.alice.token.toUpperCase()}`],
    ['given twice', () => `Bearer ${town.alice.token}, Bearer ${town.alice.token}`],
  ])('answers a token that is %s with the same flat 401', async (_, authorization) => {
    const told = await town.alice.mcp.post('/mcp', list(), {
      ...headers,
      authorization: typeof authorization === 'string' ? authorization : authorization(),
    })

    expect(told.status).toBe(401)
    expect(told.headers.get('www-authenticate')).toBe(`Bearer realm="handfast", error="invalid_token", ${whereFrom()}`)
    expect(told.body.error.data.code).toBe('authorization/invalid')
  })

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', ''])('takes the header "%s" for no token', async (authorization) => {
    expect((await town.alice.mcp.post('/mcp', list(), { ...headers, authorization })).status).toBe(401)
  })

  it('takes the scheme in any case, as RFC 9110 section 11.1 says', async () => {
    expect((await town.alice.mcp.post('/mcp', list(), { ...headers, authorization: `bearer ${town.alice.token}` })).status).toBe(200)
  })

  it('refuses a token from the moment it is revoked, with 401', async () => {
    const { token, secret } = await town.app.rooms.authorization.create(town.app.workspace, town.bob.user, { name: 'short', assistant: 'short' })
    const authorization = `Bearer ${secret}`
    const warm = await town.bob.mcp.post('/mcp', list(), { ...headers, authorization })

    await town.app.rooms.authorization.revoke(town.app.workspace, town.bob.user, token.id)
    const told = await town.bob.mcp.post('/mcp', list(), { ...headers, authorization })

    expect(warm.status).toBe(200)
    expect(told.status).toBe(401)
    expect(told.body.error.data.code).toBe('authorization/invalid')
  })

  it("shows another user's token that user's connectors only", async () => {
    const alice = await town.alice.mcp.modern('tools/list')
    const bob = await town.bob.mcp.modern('tools/list')

    expect(alice.body.result.tools.length).toBeGreaterThan(0)
    expect(bob.body.result.tools).toEqual([])
  })

  it.each([
    ['no page', undefined, 200],
    ['a page of its own', () => town.url, 200],
    ['a page of another site', 'https://evil.example', 403],
    ['a page on another port of this machine', 'http://127.0.0.1:1', 403],
    ['a sandboxed page', 'null', 403],
    ['its own name on https', () => town.url.replace('http:', 'https:'), 403],
    ['a name that begins like its own', () => `${town.url}.evil.example`, 403],
  ])('answers a request from %s accordingly', async (_, origin, status) => {
    const given = typeof origin === 'function' ? origin() : origin
    const { host } = new URL(town.url)
    const answer = await raw(
      '/mcp',
      {
        ...headers,
        host,
        authorization: `Bearer ${town.alice.token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(given === undefined ? {} : { origin: given }),
      },
      list(),
    )

    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.text).toContain('request/origin')
  })

  it.each([
    ['evil.example', 403],
    ['evil.example:80', 403],
    ['169.254.169.254', 403],
    ['localhost', 200],
    ['127.0.0.1:4400', 200],
    ['[::1]:4400', 200],
  ])('answers for the host %s with %i', async (host, status) => {
    const given = {
      ...headers,
      host,
      authorization: `Bearer ${town.alice.token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    }

    expect((await raw('/mcp', given, list())).status).toBe(status)
  })
})
