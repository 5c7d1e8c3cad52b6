import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { originOf } from '../../test/letting-in.ts'
import { McpCaller } from '../../test/mcp-caller.ts'
import { Town } from '../../test/town.ts'
import { Product } from '../../test/vouching.ts'

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
