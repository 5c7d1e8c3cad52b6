import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { Browser, originOf } from '../../test/letting-in.ts'
import { McpCaller } from '../../test/mcp-caller.ts'
import { modernConnector, result } from '../../test/scripted-connector.ts'
import { Town } from '../../test/town.ts'
import { PAGE_LINK, Product } from '../../test/vouching.ts'

const PUBLIC = 'https://handfast.example'

const placeOf = (town: Town) => ({
  server: town.app.rooms.authorizationServer,
  workspace: town.app.workspace,
  by: town.olga.user,
  clock: town.clock,
})

describe.each(databases)("a call for an assistant's own user on $name", (kind) => {
  it('goes the way of any other, and is refused with the next one once the operator takes the word of the assistant back', async () => {
    await using town = await Town.open(kind)
    const origin = originOf(town)
    const heron = await Product.registers(placeOf(town), 'Heron')
    const { body } = await heron.bears(town.url, await heron.says(origin, 'u-1'))
    const mcp = new McpCaller(town.url, body.access_token)

    const before = await mcp.modern('tools/list')
    await town.app.rooms.authorizationServer.assertions.end(town.app.workspace, town.olga.user, heron.id)
    const after = await mcp.modern('tools/list')

    expect(before.status).toBe(200)
    expect(after).toMatchObject({ status: 401 })
  })

  it('goes from nothing to a yes by pages that the assistant opens: no password, and nobody else can use or see them', async () => {
    await using town = await Town.open(kind)
    const note = { name: 'note', description: 'Writes a note.', inputSchema: { type: 'object', properties: {}, additionalProperties: false } }
    await using desk = await modernConnector((incoming, response) => {
      if (incoming.method === 'tools/list')
        return result(response, incoming.id, { resultType: 'complete', tools: [note], ttlMs: 0, cacheScope: 'private' })
      result(response, incoming.id, { resultType: 'complete', content: [{ type: 'text', text: 'noted' }] })
    })
    await town.publishes('desk', desk.url)
    const origin = originOf(town)
    const heron = await Product.registers(placeOf(town), 'Heron', { ownUsersOnly: true })
    const opens = async (subject: string, page: string) => {
      const said = await heron.exchanges(origin, await heron.says(origin, subject), { requested_token_type: PAGE_LINK, page })
      const browser = new Browser(origin)
      const { body } = await browser.asks('POST', '/hosted-session', { token: String(said.body.page_link).split('#')[1] })
      const headers = { 'x-handfast-csrf': body.session.csrf }
      return { page: body.page as string, asks: (method: string, path: string, sent?: unknown) => browser.asks(method, path, sent, headers) }
    }
    const { body } = await heron.bears(origin, await heron.says(origin, 'u-1'))
    const mcp = new McpCaller(origin, body.access_token)

    const sheet = await opens('u-1', '/connectors/desk')
    const shown = (await sheet.asks('GET', '/directory/desk')).body
    const enabled = await sheet.asks('POST', '/directory/desk/enable', { noticeSha256: shown.privacyNotice.sha256 })
    const asked = await mcp.call('desk_note')
    const [address = ''] = /\/approvals\/apr_[0-9a-f]+/.exec(JSON.stringify(asked.body)) ?? []
    const id = address.split('/').at(-1)
    const mallory = await opens('u-2', address)
    const other = await mallory.asks('POST', `/approvals/${id}/decision`, { yes: true })
    const ida = await opens('u-1', origin + address)
    const yes = await ida.asks('POST', `/approvals/${id}/decision`, { yes: true, lasting: 'once' })
    const done = await mcp.call('desk_note')

    expect([enabled.status, ida.page]).toEqual([200, address])
    expect([other.status, (await mallory.asks('GET', `/approvals/${id}`)).status]).toEqual([404, 404])
    expect(yes.status).toBe(200)
    expect(JSON.stringify(done.body)).toContain('noted')
    expect((await ida.asks('GET', '/calls')).body.error.code).toBe('people/hosted-session')
  })

  it('is given for an assertion once, also after a restart and at another node (RFC 7523 3, 7)', async () => {
    await using town = await Town.open(kind, { settings: { publicUrl: PUBLIC } })
    const heron = await Product.registers(placeOf(town), 'Heron')
    const text = await heron.says(PUBLIC, 'u-1')
    const fresh = await heron.says(PUBLIC, 'u-1')

    const first = await heron.bears(town.url, text)
    const there = kind.name === 'postgres' ? await heron.bears((await town.anotherNode()).url, text) : null
    await town.restarts()
    const later = await heron.bears(town.url, text)
    const other = await heron.bears(town.url, fresh)

    expect([first.status, later.body.error, other.status]).toEqual([200, 'invalid_grant', 200])
    if (there !== null) expect(there.body.error).toBe('invalid_grant')
  })

  it('leaves nothing of who they are when they are erased, and their token with it', async () => {
    await using town = await Town.open(kind)
    const { rooms, storage } = town.app
    const origin = originOf(town)
    const heron = await Product.registers(placeOf(town), 'Heron')
    const { body } = await heron.bears(town.url, await heron.says(origin, 'u-secret-subject', { name: 'Ida' }))
    const { user } = await rooms.authorization.identify(body.access_token)

    await rooms.erasure.erase({ user, workspace: town.app.workspace })

    expect(await storage.db.selectFrom('asserted_users').selectAll().execute()).toEqual([])
    await expect(rooms.authorization.identify(body.access_token)).rejects.toMatchObject({ code: 'authorization/invalid' })
    expect((await rooms.people.account(user)).name).toBe('Erased')
    // Who comes again is somebody new.
    const again = await heron.bears(town.url, await heron.says(origin, 'u-secret-subject'))
    expect((await rooms.authorization.identify(again.body.access_token)).user).not.toBe(user)
  })
})
