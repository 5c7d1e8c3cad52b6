import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { Client, PASSWORD } from '../../test/house.ts'
import { proves } from '../../test/proves.ts'
import { Town } from '../../test/town.ts'
import { openedFor } from './index.ts'

proves('vault/for-a-permit')

const bearer = { type: 'bearer' } as const

async function signedIn(town: Town, name: string): Promise<Client> {
  const client = new Client(town.url)
  await client.signIn(name, PASSWORD)
  return client
}

describe.each(databases)('the access log on $name', (kind) => {
  it('says which call used which credential, in the intent itself', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const connector = await town.publishes('echo', echo.url, { credential: bearer })
    await town.enables(town.alice, 'echo')
    const { origins } = await town.app.rooms.directory.standing(connector)
    const { id } = await town.app.rooms.vault.put({ workspace: town.app.workspace, user: null }, connector, 'sk-secret', origins, town.olga.user)

    await town.alice.mcp.call('echo_echo', { text: 'hello' })

    const [call] = await town.calls(town.alice)
    const [intent] = await town.entries(call?.id ?? '')
    expect(intent).toMatchObject({ event: 'call.intended', credential: id })
    const row = await town.app.storage.db.selectFrom('calls').select('credential_id').executeTakeFirst()
    expect(row).toEqual({ credential_id: id })
  })

  it('shows everybody their own uses of a shared credential, and all of them to the operator', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const connector = await town.publishes('echo', echo.url, { credential: bearer })
    for (const who of [town.alice, town.bob]) await town.enables(who, 'echo')
    const { origins } = await town.app.rooms.directory.standing(connector)
    const { id } = await town.app.rooms.vault.put({ workspace: town.app.workspace, user: null }, connector, 'sk-secret', origins, town.olga.user)
    for (const text of ['one', 'two']) {
      town.clock.advance(1_000)
      await town.alice.mcp.call('echo_echo', { text })
    }
    town.clock.advance(1_000)
    await town.bob.mcp.call('echo_echo', { text: 'three' })
    const secret = { id, workspace: town.app.workspace, connector, link: null }
    await town.app.storage.write([openedFor(town.app.storage.db, 'test', secret, 'system', town.clock.now() + 1)])

    const seen = async (name: string, query = '') => {
      const { body } = await (await signedIn(town, name)).get(`/api/v1/credentials/${id}/uses${query}`)
      return body as unknown as { readonly items: readonly Record<string, unknown>[]; readonly nextCursor: string | null }
    }

    expect((await seen('Alice')).items.map(({ why, user, tool, state }) => [why, user, tool, state])).toEqual([
      ['call', town.alice.user, 'echo', 'answered'],
      ['call', town.alice.user, 'echo', 'answered'],
    ])
    expect((await seen('Bob')).items).toHaveLength(1)
    const all = await seen('Olga')
    expect(all.items.map(({ why, user }) => [why, user])).toEqual([
      ['test', null],
      ['call', town.bob.user],
      ['call', town.alice.user],
      ['call', town.alice.user],
    ])
    const first = await seen('Olga', '?limit=3')
    const rest = await seen('Olga', `?limit=3&cursor=${first.nextCursor}`)
    expect([...first.items, ...rest.items]).toEqual(all.items)
    expect(JSON.stringify(all)).not.toContain('sk-secret')
  })

  it('shows nobody else the uses of a personal credential', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const connector = await town.publishes('echo', echo.url, { credential: bearer })
    const { origins } = await town.app.rooms.directory.standing(connector)
    const { id } = await town.app.rooms.vault.put(town.person(town.alice), connector, 'sk-secret', origins, town.alice.user)

    const statuses = await Promise.all(
      ['Alice', 'Bob', 'Olga'].map(async (name) => (await (await signedIn(town, name)).get(`/api/v1/credentials/${id}/uses`)).status),
    )
    const nobody = await (await signedIn(town, 'Alice')).get(`/api/v1/credentials/crd_${'0'.repeat(32)}/uses`)

    expect(statuses).toEqual([200, 404, 200])
    expect(nobody.status).toBe(404)
  })
})
