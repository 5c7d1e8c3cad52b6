import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Echo, startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { proves } from '../../../test/proves.ts'
import { Town } from '../../../test/town.ts'

proves('gateway/declared-arguments', 'gateway/protocol')

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

const encoded = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`

describe('a request of the stateless revision', () => {
  it.each([
    ['mcp-protocol-version', null],
    ['mcp-protocol-version', '2025-11-25'],
    ['mcp-protocol-version', '2026-07-28 '.trim().concat('x')],
    ['mcp-method', null],
    ['mcp-method', 'tools/list'],
    ['mcp-method', 'TOOLS/CALL'],
    ['mcp-name', null],
    ['mcp-name', 'echo_note'],
    ['mcp-name', 'ECHO_ECHO'],
    ['mcp-name', encoded('echo_note')],
    ['mcp-name', '=?base64?*?='],
    ['mcp-name', `=?base64?${Buffer.from([0xff, 0xfe]).toString('base64')}?=`],
    ['mcp-name', '=?BASE64?ZWNob19lY2hv?='],
  ])('is refused with -32020 and its own id when the header %s is %s', async (name, value) => {
    const sent = echo.requests.length

    const told = await town.alice.mcp.call('echo_echo', { text: 'hello' }, { headers: { [name]: value } })

    expect(told.status).toBe(400)
    expect(told.body).toMatchObject({ error: { code: -32020 } })
    expect(typeof told.body.id).toBe('number')
    expect(echo.requests.length).toBe(sent)
  })

  it.each([
    ['a name in base64', { 'mcp-name': encoded('echo_echo') }],
    ['header names in any case', { 'mcp-name': null, 'MCP-NAME': 'echo_echo' }],
    ['a session id, which it ignores', { 'mcp-session-id': 'anything', 'last-event-id': '5' }],
  ])('is taken with %s', async (_, headers) => {
    const told = await town.alice.mcp.call('echo_echo', { text: 'hello' }, { headers })

    expect(told.body.result).toMatchObject({ resultType: 'complete', content: [{ type: 'text', text: 'hello' }] })
    expect(told.headers.get('mcp-session-id')).toBeNull()
  })

  it('hears which revisions are spoken when it names another one', async () => {
    const future = '2031-01-01'

    const told = await town.alice.mcp.modern(
      'tools/list',
      {},
      { meta: { 'io.modelcontextprotocol/protocolVersion': future }, headers: { 'mcp-protocol-version': future } },
    )

    expect(told.status).toBe(400)
    expect(told.body.error).toMatchObject({ code: -32022, data: { supported: ['2026-07-28'], requested: future } })
  })

  it.each([
    ['the version', { 'io.modelcontextprotocol/protocolVersion': undefined }],
    ['the capabilities', { 'io.modelcontextprotocol/clientCapabilities': undefined }],
    ['capabilities that are an object', { 'io.modelcontextprotocol/clientCapabilities': [] }],
  ])('is refused with -32602 and 400 when its metadata lacks %s', async (_, meta) => {
    const told = await town.alice.mcp.modern('tools/list', {}, { meta })

    expect(told.status).toBe(400)
    expect(told.body.error.code).toBe(-32602)
  })

  it.each(['ping', 'initialize', 'resources/subscribe', 'tasks/get', 'logging/setLevel', 'tools/CALL', 'constructor'])(
    'hears 404 and -32601 for the method %s',
    async (method) => {
      const told = await town.alice.mcp.modern(method)

      expect(told.status).toBe(404)
      expect(told.body.error.code).toBe(-32601)
    },
  )

  it('is answered with 202 and nothing when it is a notification', async () => {
    const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} }
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, _meta: meta } })

    const told = await town.alice.mcp.post('/mcp', body, { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'notifications/cancelled' })

    expect(told.status).toBe(202)
    expect(told.body).toBe('')
  })

  it('learns from server/discover what there is, for itself alone', async () => {
    const told = await town.alice.mcp.modern('server/discover')

    expect(told.body.result).toEqual({
      resultType: 'complete',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'handfast', title: 'Handfast', version: expect.any(String) } },
      supportedVersions: ['2026-07-28'],
      capabilities: {
        tools: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        prompts: { listChanged: true },
        completions: {},
        logging: {},
      },
      instructions: expect.any(String),
      ttlMs: expect.any(Number),
      cacheScope: 'private',
    })
  })

  it('is told that a list is private and for how long it holds', async () => {
    const { result } = (await town.alice.mcp.modern('tools/list')).body

    expect(result).toMatchObject({ resultType: 'complete', cacheScope: 'private' })
    expect(result.ttlMs).toBeGreaterThanOrEqual(0)
    expect(result).not.toHaveProperty('nextCursor')
  })
})

describe('a call of the stateless revision', () => {
  it.each([
    ['a tool that there is not', '/mcp', 'echo_nothing'],
    ['a tool of a connector that there is not', '/mcp', 'nobody_echo'],
    ['a name without its connector', '/mcp', 'echo'],
    ['a name with the connector where it is not wanted', '/mcp/echo', 'echo_echo'],
    ['a member of every object', '/mcp/echo', 'constructor'],
  ])('for %s is an error of the protocol', async (_, path, name) => {
    const told = await town.alice.mcp.call(name, {}, { path })

    expect(told.body.error.code).toBe(-32602)
    expect(told.body).not.toHaveProperty('result')
  })

  it.each([
    ['a missing argument', {}, '/text'],
    ['an argument of another type', { text: 5 }, '/text'],
    ['an argument that is not declared', { text: 'a', more: 1 }, '/more'],
  ])('with %s is a tool error that says where, and nothing is sent', async (_, args, pointer) => {
    const sent = echo.requests.length

    const told = await town.alice.mcp.call('echo_echo', args)

    expect(told.status).toBe(200)
    expect(told.body.result).toMatchObject({
      resultType: 'complete',
      isError: true,
      _meta: { 'dev.handfast/refusal': { code: 'gateway/invalid-arguments', pointer } },
    })
    expect(echo.requests.length).toBe(sent)
  })

  it.each([
    ['no name', { arguments: {} }],
    ['arguments that are a list', { name: 'echo_echo', arguments: [] }],
    ['arguments that are null', { name: 'echo_echo', arguments: null }],
  ])('with %s is malformed', async (_, params) => {
    const told = await town.alice.mcp.modern('tools/call', params)

    expect(told.status).toBe(400)
    expect(told.body.error.code).toBe(-32602)
  })

  it("keeps the connector's own error as a tool error and says nothing of the hop behind", async () => {
    const told = await town.alice.mcp.call('echo_fail', { text: 'kitchen closed' })

    expect(told.body.result).toMatchObject({ isError: true, content: [{ type: 'text', text: 'kitchen closed' }] })
    expect(JSON.stringify(told.body.result)).not.toContain('1.0.0')
  })

  it('on an endpoint of a connector that the person did not enable says how to enable it', async () => {
    const told = await town.bob.mcp.call('echo', { text: 'hello' }, { path: '/mcp/echo' })

    expect(told.body.result._meta['dev.handfast/refusal']).toMatchObject({
      code: 'consent/not-enabled',
      who: 'user',
      link: expect.stringContaining('/connectors/echo'),
    })
  })

  it('on an endpoint of a connector that there is not finds nothing', async () => {
    const listed = await town.alice.mcp.modern('tools/list', {}, { path: '/mcp/nobody' })
    const called = await town.alice.mcp.call('echo', {}, { path: '/mcp/nobody' })

    expect(listed.body.result.tools).toEqual([])
    expect(called.body.error.code).toBe(-32602)
  })
})
