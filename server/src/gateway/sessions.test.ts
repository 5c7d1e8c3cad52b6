import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { type Inhabitant, Town } from '../../test/town.ts'
import type { Principal } from '../authorization/index.ts'
import { MINUTE, type MovableClock } from '../lib/index.ts'
import { Enforcement, openStorage, type Storage } from '../storage/index.ts'
import { Sessions, SessionUnknownError } from './sessions.ts'

/** Sessions as a process has them; more than one process can, where the database allows it. */
async function process(storage: Storage, clock: MovableClock): Promise<{ readonly sessions: Sessions; readonly stop: () => void }> {
  const enforcement = new Enforcement(storage)
  await enforcement.start()
  const sessions = new Sessions({ storage, clock, enforcement })
  return { sessions, stop: sessions.listen() }
}

describe.each(databases)('sessions on $name', (kind) => {
  const principalOf = async (town: Town, who: Inhabitant): Promise<Principal> => town.app.rooms.authorization.identify(who.token)

  it('are kept by the hash of their id, so that whoever reads the database holds no session', async () => {
    await using town = await Town.open(kind)
    const { sessions } = await process(town.app.storage, town.clock)

    const id = await sessions.open(await principalOf(town, town.alice), '2025-11-25', { elicitation: {} }, 'a client')
    const rows = await town.app.storage.db.selectFrom('mcp_sessions').selectAll().execute()

    expect(JSON.stringify(rows)).not.toContain(id)
    expect(await sessions.of(await principalOf(town, town.alice), id)).toMatchObject({ protocol: '2025-11-25', capabilities: { elicitation: {} } })
  })

  it('of one person are at most two hundred: the one used longest ago ends', async () => {
    await using town = await Town.open(kind)
    const { sessions } = await process(town.app.storage, town.clock)
    const alice = await principalOf(town, town.alice)
    const ids: string[] = []
    for (let i = 0; i < 200; i++) {
      town.clock.advance(1)
      ids.push(await sessions.open(alice, '2025-11-25', {}, ''))
    }
    const [first = '', second = ''] = ids
    const before = await sessions.of(alice, first)
    town.clock.advance(6 * MINUTE)
    await sessions.of(alice, first)

    await sessions.open(alice, '2025-11-25', {}, '')

    expect(before.protocol).toBe('2025-11-25')
    await expect(sessions.of(alice, second)).rejects.toThrow(SessionUnknownError)
    expect((await sessions.of(alice, first)).protocol).toBe('2025-11-25')
  }, 60_000)

  it('are unknown to everybody else, and when they ended', async () => {
    await using town = await Town.open(kind)
    const { sessions } = await process(town.app.storage, town.clock)
    const [alice, bob] = [await principalOf(town, town.alice), await principalOf(town, town.bob)]
    const id = await sessions.open(alice, '2025-11-25', {}, '')

    await expect(sessions.end(bob, id)).rejects.toThrow(SessionUnknownError)
    await expect(sessions.of({ ...alice, token: bob.token }, id)).rejects.toThrow(SessionUnknownError)
    await sessions.end(alice, id)

    await expect(sessions.of(alice, id)).rejects.toThrow(SessionUnknownError)
    await expect(sessions.end(alice, id)).rejects.toThrow(SessionUnknownError)
  })
})

it('a session that ends on one node is unknown on the other', async () => {
  const postgres = databases.find(({ name }) => name === 'postgres')
  if (postgres === undefined) throw new Error('there is no PostgreSQL')
  await using town = await Town.open(postgres)
  const other = await openStorage(town.database.place, { nodeId: 'node_other' })
  const [here, there] = [await process(town.app.storage, town.clock), await process(other, town.clock)]
  const alice = await town.app.rooms.authorization.identify(town.alice.token)
  const id = await here.sessions.open(alice, '2025-11-25', {}, '')
  await there.sessions.of(alice, id)

  await here.sessions.end(alice, id)

  await expect.poll(() => there.sessions.of(alice, id).catch((error: Error) => error.name)).toBe('SessionUnknownError')
  for (const { stop } of [here, there]) stop()
  await other.close()
})
