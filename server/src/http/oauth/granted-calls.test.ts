import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { Browser, CALLBACK, Caller, originOf } from '../../../test/letting-in.ts'
import { McpCaller } from '../../../test/mcp-caller.ts'
import { proves } from '../../../test/proves.ts'
import { modernConnector, result, type ScriptedConnector } from '../../../test/scripted-connector.ts'
import { Town } from '../../../test/town.ts'

proves('authorization/no-anonymous-calls', 'authorization/limits-of-a-grant')

const takes = { type: 'object', properties: {}, additionalProperties: false }
const tools = [
  { name: 'find', description: 'Looks for a table.', inputSchema: takes, annotations: { readOnlyHint: true } },
  {
    name: 'note',
    description: 'Writes a note.',
    inputSchema: takes,
    annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
  },
]

async function openDesk(): Promise<ScriptedConnector> {
  return await modernConnector((incoming, response) => {
    if (incoming.method === 'tools/list') return result(response, incoming.id, { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' })
    result(response, incoming.id, { resultType: 'complete', content: [{ type: 'text', text: 'done' }] })
  })
}

/** A town with two connectors that Alice enabled, and an assistant that she let in. */
async function arrive(town: Town, desk: ScriptedConnector, path = '/mcp') {
  for (const slug of ['tables', 'rooms']) {
    await town.publishes(slug, desk.url)
    await town.enables(town.alice, slug)
  }
  const origin = originOf(town)
  const caller = await Caller.registers(origin, {}, path)
  const browser = new Browser(origin)
  await browser.signsIn('Alice')
  /** Lets it in like this; answers with what speaks MCP by the token. */
  const lets = async (decision: Readonly<Record<string, unknown>> = {}, change: Readonly<Record<string, string>> = {}) => {
    const landed = await browser.letsIn(await caller.address(change), { yes: true, stay: true, ...decision })
    const tokens = await caller.redeems(landed)
    return Object.assign(new McpCaller(origin, tokens.access_token), { tokens })
  }
  return { origin, caller, browser, lets }
}

async function namesIn(mcp: McpCaller, path = '/mcp'): Promise<readonly string[]> {
  const { body } = await mcp.modern('tools/list', {}, { path })
  return body.result.tools.map((tool: { readonly name: string }) => tool.name)
}

describe.each(databases)('calls of an assistant that a person let in on $name', (kind) => {
  it('go through for that person, and say in the ledger through whom', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const { lets } = await arrive(town, desk)
    const mcp = await lets()

    const names = await namesIn(mcp)
    const told = await mcp.call('tables_find')

    expect(names).toEqual(['rooms_find', 'rooms_note', 'tables_find', 'tables_note'])
    expect(told.body.result.content).toEqual([{ type: 'text', text: 'done' }])
    expect(await town.calls(town.alice)).toMatchObject([{ assistant: expect.stringMatching(/^Corvid/), tool: 'find', state: 'answered' }])
  })

  it('take the token that they came with no further: a connector sees nothing of it (MCP authorization: token passthrough is forbidden)', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const { lets } = await arrive(town, desk)
    const mcp = await lets()
    const session = await mcp.legacy()

    await mcp.call('tables_find')
    await session.call('tables_find', {})
    const everything = JSON.stringify(desk.requests)

    expect(desk.methods.filter((method) => method === 'tools/call')).toHaveLength(2)
    for (const token of [mcp.tokens.access_token, String(mcp.tokens.refresh_token)]) expect(everything).not.toContain(token.slice(4))
    expect(everything.toLowerCase()).not.toContain('authorization')
  })

  it('are refused with everything that they take where the person allowed reading only (RFC 6750 3.1, MCP 2026-07-28 authorization)', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const { lets, origin } = await arrive(town, desk)
    const mcp = await lets({ scopes: ['connectors:read'] })

    const names = await namesIn(mcp)
    const read = await mcp.call('tables_find')
    const change = await mcp.call('tables_note')

    expect(names).toEqual(['rooms_find', 'tables_find'])
    expect([read.status, change.status]).toEqual([200, 403])
    expect(change.headers.get('www-authenticate')).toBe(
      `Bearer realm="handfast", error="insufficient_scope", error_description="The user let this assistant read only. To let it change something, connect it again and allow that.", resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp", scope="connectors:read connectors:write"`,
    )
    expect(change.body.error.data).toMatchObject({ code: 'authorization/insufficient-scope', who: 'user' })
    expect(desk.methods.filter((method) => method === 'tools/call')).toHaveLength(1)
    expect((await town.calls(town.alice))[0]).toMatchObject({ tool: 'note', state: 'refused', code: 'authorization/insufficient-scope' })
  })

  it('reach the connectors that the person chose, and do not learn of others', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const { lets } = await arrive(town, desk)
    const mcp = await lets({ connectors: ['tables'] })

    const list = await mcp.modern('tools/list')
    const other = await mcp.call('rooms_find')

    expect(list.body.result.tools.map((tool: { readonly name: string }) => tool.name)).toEqual(['tables_find', 'tables_note'])
    expect(JSON.stringify(list.body)).not.toContain('rooms')
    expect(other.body.result).toMatchObject({ isError: true, _meta: { 'dev.handfast/refusal': { code: 'authorization/connector-not-granted' } } })
    expect(desk.methods.filter((method) => method === 'tools/call')).toEqual([])
  })

  it('are good at the address that the token was given for, and nowhere else (RFC 8707 2.2, RFC 9700 4.8, MCP authorization)', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const { lets, origin, browser } = await arrive(town, desk)
    const all = await lets()
    const narrow = await Caller.registers(origin, {}, '/mcp/tables')
    const one = new McpCaller(origin, (await narrow.redeems(await browser.letsIn(await narrow.address()))).access_token)
    const origins = await Caller.registers(origin, {}, '')
    const api = (await origins.redeems(await browser.letsIn(await origins.address()))).access_token
    const status = async (mcp: McpCaller, path: string) => (await mcp.modern('tools/list', {}, { path })).status
    const asks = async (token: string) => (await fetch(`${origin}/api/v1/calls`, { headers: { authorization: `Bearer ${token}` } })).status

    const doors = ['/mcp', '/mcp/tables', '/mcp/rooms']
    const reached = await Promise.all([all, one, new McpCaller(origin, api)].map((mcp) => Promise.all(doors.map((path) => status(mcp, path)))))

    expect(reached).toEqual([
      [200, 401, 401],
      [401, 200, 401],
      [401, 401, 401],
    ])
    expect([await asks(all.tokens.access_token), await asks(api), await asks(town.alice.token)]).toEqual([401, 200, 200])
    expect(await namesIn(one, '/mcp/tables')).toEqual(['find', 'note'])
  })

  it.each([
    ['nothing at all', ''],
    ['a token of another kind', 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'],
    ['a JWT without a signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSIsImF1ZCI6Imh0dHA6Ly9sb2NhbGhvc3QvbWNwIn0.'],
    ['one with our shape that was never given', 'hfo_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA00000000'],
    ['hundreds of letters', `hfo_${'A'.repeat(5_000)}`],
  ])('are not believed with %s', async (_, token) => {
    await using town = await Town.open(kind)

    const told = await new McpCaller(originOf(town), token).modern('tools/list')

    expect([told.status, told.headers.get('www-authenticate')?.includes('resource_metadata=')]).toEqual([401, true])
  })

  it('are not believed with a refresh token, a code, or a token in the address (RFC 6750 2.3, RFC 9700 4.3.2, MCP authorization)', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const { lets, origin } = await arrive(town, desk)
    const { tokens } = await lets()

    const refresh = await new McpCaller(origin, String(tokens.refresh_token)).modern('tools/list')
    const query = await fetch(`${origin}/mcp?access_token=${tokens.access_token}`, { method: 'POST' })

    expect([refresh.status, query.status]).toEqual([401, 401])
  })

  it('end with the next one when the grant is made less or ended, in this process', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const { lets, browser } = await arrive(town, desk)
    const mcp = await lets()
    const before = (await mcp.call('tables_note')).status
    const [grant] = (await browser.asks('GET', '/grants')).body.items

    await browser.asks('PATCH', `/grants/${grant.id}`, { scopes: ['connectors:read'] })
    const less = (await mcp.call('tables_note')).status
    const read = (await mcp.call('tables_find')).status
    await browser.asks('DELETE', `/grants/${grant.id}`)

    expect([before, less, read, (await mcp.call('tables_find')).status]).toEqual([200, 403, 200, 401])
  })

  it('keep their session when the assistant renews its token, and nobody else gets into it (MCP 2025-11-25 sessions)', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const { lets, caller, origin } = await arrive(town, desk)
    const mcp = await lets()
    const session = await mcp.legacy()
    const renewed = await caller.refreshes(String(mcp.tokens.refresh_token))
    const list = (token: string) =>
      fetch(`${origin}/mcp`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-session-id': session.session,
          'mcp-protocol-version': '2025-11-25',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      }).then(({ status }) => status)

    expect([await list(renewed.access_token), await list(town.alice.token), await list(town.bob.token)]).toEqual([200, 404, 404])
  })

  it('wait for the database no more than those with a token that a person made', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const { lets } = await arrive(town, desk)
    const mcp = await lets()
    await mcp.call('tables_find')
    const { authorization } = town.app.rooms

    const warm = authorization.peek(mcp.tokens.access_token)

    expect(warm?.granted?.audience).toBe('/mcp')
    expect(authorization.peek(mcp.tokens.access_token)).toBe(warm)
  })
})

const postgres = databases.find(({ name }) => name === 'postgres')
describe.runIf(postgres !== undefined)('two nodes', () => {
  it('share requests, codes and tokens, and a grant that one of them ends is over on the other', async () => {
    if (postgres === undefined) return
    // Both are the same server to whoever asks; a balancer stands before them.
    const issuer = 'http://localhost:4999'
    await using town = await Town.open(postgres, { settings: { publicUrl: issuer } })
    const other = await town.anotherNode()
    const endpoints = (at: string) => ({ issuer, authorization_endpoint: `${at}/oauth/authorize`, token_endpoint: `${at}/oauth/token` })
    const { row } = await town.app.rooms.authorizationServer.register(
      { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' },
      '203.0.113.1',
    )
    const client = { client_id: row.clientId ?? '' }
    const caller = new Caller(endpoints(originOf(town)), client, oauth.None(), `${issuer}/mcp`)
    const beside = new Caller(endpoints(other.url), client, oauth.None(), `${issuer}/mcp`)
    Object.assign(beside, { verifier: caller.verifier, state: caller.state })
    const browser = new Browser(originOf(town))
    await browser.signsIn('Alice')

    const landed = await browser.letsIn(await caller.address(), { yes: true, stay: true })
    const tokens = await beside.redeems(landed)
    const there = await other.app.rooms.authorization.grants.list(town.person(town.alice), null, 9)
    const form = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code_verifier: caller.verifier, resource: caller.resource }
    const code = String(landed.searchParams.get('code'))
    const replayed = await fetch(`${originOf(town)}/oauth/token`, { method: 'POST', body: new URLSearchParams({ ...form, ...client, code }) })
    await other.app.enforcement.catchUp(town.app.enforcement.known)

    expect(there).toHaveLength(1)
    expect(await replayed.json()).toMatchObject({ error: 'invalid_grant' })
    await expect(other.app.rooms.authorization.identify(tokens.access_token)).rejects.toMatchObject({ detail: { reason: 'revoked' } })
  })
})
