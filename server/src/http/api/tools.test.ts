import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../../test/databases.ts'
import { Browser, Caller, originOf } from '../../../test/letting-in.ts'
import { event, modernConnector, result, type ScriptedConnector } from '../../../test/scripted-connector.ts'
import { ToolsCaller } from '../../../test/tools-caller.ts'
import { Town } from '../../../test/town.ts'
import { closeUnfinishedCalls } from '../../history/index.ts'
import { linkable } from '../../links/index.ts'
import { write } from '../../storage/index.ts'

const takes = { type: 'object', properties: { text: { type: 'string' } }, additionalProperties: false }
const reads = { readOnlyHint: true, destructiveHint: false, openWorldHint: false }
const writes = { readOnlyHint: false, destructiveHint: false, openWorldHint: false }
const LONG = `look.up.${'deep.'.repeat(9)}end`
const tools = [
  { name: 'find', description: 'Looks for a table.', inputSchema: takes, annotations: reads },
  { name: 'note', description: 'Writes a note.', inputSchema: takes, annotations: writes },
  { name: 'steps', description: `Counts. ${'And counts. '.repeat(200)}`, inputSchema: takes, annotations: reads },
  {
    name: LONG,
    description: 'Has a long name.',
    inputSchema: { type: 'object', oneOf: [{ required: ['text'] }, { required: ['other'] }] },
    annotations: reads,
  },
]

type Desk = ScriptedConnector & { readonly calls: () => number; hold(): { arrived: Promise<void>; release(): void } }

/** A connector whose calls can be held up. */
async function openDesk(): Promise<Desk> {
  let gate: { arrived: PromiseWithResolvers<void>; released: PromiseWithResolvers<void> } | undefined
  const connector = await modernConnector((incoming, response) => {
    if (incoming.method === 'tools/list') return result(response, incoming.id, { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' })
    const { name } = incoming.params as { readonly name: string }
    if (name === 'steps') {
      const { progressToken } = (incoming.params as { readonly _meta: { readonly progressToken: string } })._meta
      const step = (progress: number) => event({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress, total: 2 } })
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return void response.end(
        step(1) +
          step(2) +
          event({ jsonrpc: '2.0', id: incoming.id ?? 0, result: { resultType: 'complete', content: [{ type: 'text', text: 'two' }] } }),
      )
    }
    const answer = () =>
      result(response, incoming.id, { resultType: 'complete', content: [{ type: 'text', text: `${name} done` }], structuredContent: { done: true } })
    if (gate === undefined) return answer()
    gate.arrived.resolve()
    void gate.released.promise.then(answer)
  })
  return Object.assign(connector, {
    calls: () => connector.methods.filter((method) => method === 'tools/call').length,
    hold() {
      const made = { arrived: Promise.withResolvers<void>(), released: Promise.withResolvers<void>() }
      gate = made
      return {
        arrived: made.arrived.promise,
        release() {
          gate = undefined
          made.released.resolve()
        },
      }
    },
  })
}

async function settle(town: Town, desk: Desk): Promise<ToolsCaller> {
  await town.publishes('desk', desk.url)
  await town.enables(town.alice, 'desk')
  await town.app.rooms.choices.setLevel(town.person(town.alice), '*', 'never')
  return new ToolsCaller(town.url, town.alice.token)
}

describe.each(databases)('the list of tools for assistants without MCP on $name', (kind) => {
  it('is the catalogue of /mcp, in the shapes and within the limits of each API', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)

    const [mcp, chat, responses, anthropic] = await Promise.all(
      ['mcp', 'openai', 'openai-responses', 'anthropic'].map(async (format) => (await alice.get(`/api/v1/tools?format=${format}`)).body.items),
    )
    const listed = (await town.alice.mcp.modern('tools/list')).body.result.tools

    expect(mcp).toEqual(listed)
    expect(chat[0]).toEqual({ type: 'function', function: { name: 'desk_find', description: 'Looks for a table.', parameters: takes } })
    expect(responses[0]).toEqual({ type: 'function', name: 'desk_find', description: 'Looks for a table.', parameters: takes, strict: false })
    expect(anthropic[0]).toEqual({ name: 'desk_find', description: 'Looks for a table.', input_schema: takes })
    const names = anthropic.map(({ name }: { readonly name: string }) => name)
    expect(names.every((name: string) => /^[a-zA-Z0-9_-]{1,64}$/.test(name))).toBe(true)
    expect(new Set(names).size).toBe(tools.length)
    expect(chat.every((tool: { function: { description: string } }) => tool.function.description.length <= 1_024)).toBe(true)
    expect(anthropic[1].input_schema).toEqual({ type: 'object', properties: {} })
  })

  it('comes in pages and for one connector, and tools are called by the name of any shape', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await alice.get(`/api/v1/tools?format=openai-responses&limit=1&connector=desk${cursor}`)
      seen.push(...body.items.map(({ name }: { readonly name: string }) => name))
      if (body.nextCursor === null) break
      cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`
    }

    const made = await alice.call(seen.find((name) => name.startsWith('desk_look')) ?? '', { text: 'x' })
    const given = await alice.call(`desk_${LONG}`, { text: 'x' })

    expect(seen.length).toBe(tools.length)
    expect([made.body.content, given.body.content]).toEqual(Array(2).fill([{ type: 'text', text: `${LONG} done` }]))
  })

  it('shows only what the person enabled, and nothing to whoever has no token', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    await settle(town, desk)

    const bob = await new ToolsCaller(town.url, town.bob.token).get('/api/v1/tools')
    const call = await new ToolsCaller(town.url, town.bob.token).call('desk_find')
    const nobody = await fetch(`${town.url}/api/v1/tools`)

    expect(bob.body).toEqual({ items: [], nextCursor: null, unavailable: [], ending: [] })
    expect([call.status, call.body.error.code]).toEqual([403, 'consent/not-enabled'])
    expect(nobody.status).toBe(401)
    expect(desk.calls()).toBe(0)
  })
})

describe.each(databases)('a call by plain HTTP on $name', (kind) => {
  it('is a governed call: it answers with content, structured content and its id, and stands in the history and the ledger', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)

    const { status, body } = await alice.call('desk_find', { text: 'by the window' })

    expect([status, body]).toEqual([
      200,
      {
        state: 'answered',
        call: expect.stringMatching(/^call_/),
        content: [{ type: 'text', text: 'find done' }],
        structuredContent: { done: true },
        isError: false,
      },
    ])
    expect(await town.calls(town.alice)).toMatchObject([{ id: body.call, tool: 'find', protocol: 'api/v1', state: 'answered' }])
    expect((await town.entries(body.call)).map(({ event: name }) => name)).toEqual(['call.intended', 'call.answered'])
  })

  it('leads to the page where a yes is needed, says whether it was given, and goes through after it under the same key', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)
    await town.app.rooms.choices.setLevel(town.person(town.alice), '*', 'always')
    const key = { 'idempotency-key': 'one' }

    const asked = await alice.call('desk_note', { text: 'x' }, key)
    const poll = new URL(asked.body.poll).pathname
    const before = await alice.get(poll)
    const others = await new ToolsCaller(town.url, town.bob.token).get(poll)
    await town.approves(town.alice)
    const after = await alice.get(poll)
    const made = await alice.call('desk_note', { text: 'x' }, key)
    const again = await alice.call('desk_note', { text: 'x' }, key)

    expect([asked.status, asked.body]).toMatchObject([
      202,
      { state: 'approval-needed', link: expect.stringContaining('/approvals/apr_'), code: 'consent/approval-needed' },
    ])
    expect([before.body.state, after.body.state, others.status]).toEqual(['waiting', 'approved', 404])
    expect(JSON.stringify(before.body)).not.toContain('"x"')
    expect([made.status, made.body.state]).toEqual([200, 'answered'])
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([made.body, 'true'])
    expect(desk.calls()).toBe(1)
  })

  it('leads to the page where an account is needed, and goes through under the same key once it is there', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)
    await town.publishes('keyed', desk.url, { credential: { type: 'bearer' } })
    await town.enables(town.alice, 'keyed')
    const { links, directory } = town.app.rooms
    const standing = await directory.bySlug(town.app.workspace, 'keyed')
    if (standing.release === null) throw new Error('there is no release')
    const key = { 'idempotency-key': 'account' }

    const asked = await alice.call('keyed_find', {}, key)
    await links.linking.giveKey(town.person(town.alice), linkable(standing, standing.release), 'a key of hers')
    const made = await alice.call('keyed_find', {}, key)

    expect([asked.status, asked.body]).toMatchObject([202, { state: 'account-needed', code: 'links/needed', poll: null }])
    expect(asked.body.link).toMatch(/^http:/)
    expect([made.status, desk.calls()]).toEqual([200, 1])
  })

  it('tells progress as events and ends with the answer; an early no keeps its status', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)
    const accept = { accept: 'text/event-stream' }

    const told = await alice.call('desk_steps', {}, accept)
    const no = await alice.call('desk_nothing', {}, accept)

    expect(told.headers.get('content-type')).toBe('text/event-stream')
    expect(told.events.map(({ event: name }) => name)).toEqual(['progress', 'progress', 'answer'])
    expect(told.events[0]?.data).toMatchObject({ progress: 1, total: 2 })
    expect(told.body).toMatchObject({ state: 'answered', content: [{ type: 'text', text: 'two' }] })
    expect([no.status, no.body.error.code]).toEqual([404, 'gateway/unknown-tool'])
  })

  it('is cancelled when its assistant hangs up, unless it sent a key to come back with', async () => {
    await using town = await Town.open(kind)
    await using echo = await startEcho()
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    await town.app.rooms.choices.setLevel(town.person(town.alice), '*', 'never')
    const alice = new ToolsCaller(town.url, town.alice.token)
    const [leaves, loses] = [new AbortController(), new AbortController()]

    const left = alice.call('echo_wait', { key: 'left' }, {}, leaves.signal).catch(() => 'gone')
    await echo.arrived('left')
    leaves.abort()
    await echo.cancelled('left')
    const lost = alice.call('echo_wait', { key: 'lost' }, { 'idempotency-key': 'k' }, loses.signal).catch(() => 'gone')
    await echo.arrived('lost')
    loses.abort()
    echo.release('lost')

    expect([await left, await lost]).toEqual(['gone', 'gone'])
    await expect.poll(async () => (await alice.call('echo_wait', { key: 'lost' }, { 'idempotency-key': 'k' })).status).toBe(200)
    await expect.poll(async () => (await town.calls(town.alice)).map(({ state }) => state)).toEqual(['answered', 'cancelled'])
  })
})

describe.each(databases)('a call under an Idempotency-Key on $name', (kind) => {
  it('is made once by twenty at once; the others are told that it runs, or its answer', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)
    const { arrived, release } = desk.hold()
    const key = { 'idempotency-key': 'twenty' }

    const all = Array.from({ length: 20 }, () => alice.call('desk_note', { text: 'x' }, key))
    await arrived
    const during = await alice.call('desk_note', { text: 'x' }, key)
    const other = await alice.call('desk_note', { text: 'y' }, key)
    release()
    const statuses = (await Promise.all(all)).map(({ status }) => status)
    const after = await alice.call('desk_note', { text: 'x' }, key)

    expect([during.status, during.body.error.code, other.status, other.body.error.code]).toEqual([409, 'request/conflict', 409, 'request/conflict'])
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true)
    expect(statuses).toContain(200)
    expect([after.status, after.body.content]).toEqual([200, [{ type: 'text', text: 'note done' }]])
    expect(desk.calls()).toBe(1)
  })

  it('is forgotten after a day, and belongs to one token', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)
    const { secret } = await town.app.rooms.authorization.create(town.app.workspace, town.alice.user, { name: 'second', assistant: 'another' })
    const second = new ToolsCaller(town.url, secret)
    const key = { 'idempotency-key': 'day' }

    const first = await alice.call('desk_find', {}, key)
    const others = await second.call('desk_find', {}, key)
    town.clock.advance(24 * 60 * 60 * 1_000)
    const next = await alice.call('desk_find', {}, key)

    expect(new Set([first, others, next].map(({ body }) => body.call)).size).toBe(3)
    expect(desk.calls()).toBe(3)
  })

  it('is free again after a no before anything left, and keeps what went wrong after that', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)
    const key = { 'idempotency-key': 'no' }

    const wrong = await alice.call('desk_find', { text: 5 }, key)
    const right = await alice.call('desk_find', {}, key)
    await desk[Symbol.asyncDispose]()
    const failed = await alice.call('desk_note', {}, { 'idempotency-key': 'down' })
    const again = await alice.call('desk_note', {}, { 'idempotency-key': 'down' })

    expect([wrong.status, right.status]).toEqual([422, 200])
    expect(failed.status).toBeGreaterThanOrEqual(502)
    expect([again.status, again.body.error, again.headers.get('idempotency-replayed')]).toEqual([failed.status, failed.body.error, 'true'])
    expect((await town.calls(town.alice)).filter(({ tool }) => tool === 'note')).toHaveLength(1)
  })

  it('is never sent again when the process ended in between: that nobody knows its outcome is said', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)
    const { db } = town.app.storage
    const { arrived, release } = desk.hold()
    const key = { 'idempotency-key': 'crash' }
    const call = alice.call('desk_note', { text: 'x' }, key)
    await arrived
    const { response: noted } = await db.selectFrom('idempotency_keys').select('response').executeTakeFirstOrThrow()
    release()
    const { body } = await call
    // As the database is found after a process that was killed while it waited for the answer.
    await town.app.storage.write([
      write(db.deleteFrom('call_outcomes')),
      write(db.updateTable('calls').set({ node_id: 'node_gone' })),
      write(db.updateTable('idempotency_keys').set({ response: noted, status: null })),
    ])

    const running = await alice.call('desk_note', { text: 'x' }, key)
    await closeUnfinishedCalls(town.app.storage, town.clock)
    const unknown = await alice.call('desk_note', { text: 'x' }, key)

    expect([running.status, running.body.error.code]).toEqual([409, 'request/conflict'])
    expect([unknown.status, unknown.body.error.code]).toEqual([409, 'gateway/outcome-unknown'])
    expect(unknown.body.error.message).toContain(body.call)
    expect(desk.calls()).toBe(1)
  })

  it('gives the answer that stands in the history when the process ended before it was kept under the key', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    const alice = await settle(town, desk)
    const { db } = town.app.storage
    const { arrived, release } = desk.hold()
    const key = { 'idempotency-key': 'late' }
    const call = alice.call('desk_note', { text: 'x' }, key)
    await arrived
    const { response: noted } = await db.selectFrom('idempotency_keys').select('response').executeTakeFirstOrThrow()
    release()
    const { body } = await call
    await town.app.storage.write([write(db.updateTable('idempotency_keys').set({ response: noted, status: null }))])

    const again = await alice.call('desk_note', { text: 'x' }, key)

    expect([again.status, again.body]).toEqual([200, body])
    expect(desk.calls()).toBe(1)
  })
})

describe.each(databases)('an assistant without MCP that a person let in on $name', (kind) => {
  it('calls what its scopes reach, with a token for the control API; one for /mcp is not good there', async () => {
    await using town = await Town.open(kind)
    await using desk = await openDesk()
    await settle(town, desk)
    const origin = originOf(town)
    const browser = new Browser(origin)
    await browser.signsIn('Alice')
    const tokenFor = async (path: string, scopes: readonly string[]) => {
      const caller = await Caller.registers(origin, {}, path)
      const landed = await browser.letsIn(await caller.address(), { yes: true, stay: false, scopes })
      return (await caller.redeems(landed)).access_token
    }
    const api = new ToolsCaller(origin, await tokenFor('', ['connectors:read']))
    const mcp = new ToolsCaller(origin, await tokenFor('/mcp', ['connectors:read']))

    const listed = await api.get('/api/v1/tools')
    const read = await api.call('desk_find')
    const change = await api.call('desk_note')
    const astray = await mcp.call('desk_find')

    expect(listed.body.items.map(({ name }: { readonly name: string }) => name)).not.toContain('desk_note')
    expect([read.status, change.status, change.body.error.code]).toEqual([200, 403, 'authorization/insufficient-scope'])
    expect([astray.status, astray.body.error.code]).toEqual([401, 'authorization/invalid'])
    expect(desk.calls()).toBe(1)
  })
})
