import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { openPublishing } from '../../test/publishing.ts'
import { DAY, HOUR, newId, type UserId } from '../lib/index.ts'
import { LOOK_WITHIN, stateOfHold } from './hold.ts'

proves('developers/holds')

describe.each(databases)('holds on $name', (kind) => {
  it('stop an organisation until a person has looked, and tell it why, until when and what it can do', async () => {
    await using town = await openPublishing(kind)
    const { developers, workspace, developer, rita, dora, clock, storage } = town
    await developers.requireUnheld(workspace, developer)

    const hold = await developers.holds.place({ workspace, developer, cause: 'operator', facts: 'Somebody else claims your name.', by: rita })

    await expect(developers.requireUnheld(workspace, developer)).rejects.toMatchObject({ code: 'developers/held', who: 'operator' })
    const notice = await storage.db.selectFrom('notices').selectAll().where('subject', '=', hold.id).executeTakeFirstOrThrow()
    expect(notice).toMatchObject({ recipient: developer, purpose: 'legal', legal: 1, clause: '2d-remove' })
    expect(notice.body).toContain('Somebody else claims your name.')
    expect(notice.body).toContain(new Date(clock.now() + LOOK_WITHIN).toISOString())
    await developers.holds.appeal(workspace, hold.id, 'It has been ours since 1987.', dora)
    await developers.holds.release(workspace, hold.id, 'You are right.', rita)
    await developers.requireUnheld(workspace, developer)
    const events = (await town.ledger()).map(({ event }) => event).filter((event) => event.startsWith('developer.'))
    expect(events).toEqual(['developer.created', 'developer.held', 'developer.appealed', 'developer.released'])
  })

  it('keep words out of the ledger, and take one appeal and one answer each', async () => {
    await using town = await openPublishing(kind)
    const { developers, workspace, developer, rita, dora } = town
    const hold = await developers.holds.place({ workspace, developer, cause: 'operator', facts: 'secretword', by: rita })

    await expect(developers.holds.keep(workspace, hold.id, 'no', rita)).rejects.toMatchObject({ code: 'developers/no-change' })
    await developers.holds.appeal(workspace, hold.id, 'secretword', dora)
    await expect(developers.holds.appeal(workspace, hold.id, 'again', dora)).rejects.toMatchObject({ code: 'developers/no-change' })
    await developers.holds.keep(workspace, hold.id, 'secretword', rita)
    await expect(developers.holds.keep(workspace, hold.id, 'again', rita)).rejects.toMatchObject({ code: 'developers/no-change' })

    expect(stateOfHold(await developers.holds.get(workspace, hold.id))).toBe('kept')
    await expect(developers.requireUnheld(workspace, developer)).rejects.toMatchObject({ code: 'developers/held' })
    await developers.holds.release(workspace, hold.id, 'secretword', rita)
    await expect(developers.holds.release(workspace, hold.id, 'again', rita)).rejects.toMatchObject({ code: 'developers/no-change' })
    expect(JSON.stringify(await town.ledger())).not.toContain('secretword')
  })

  it('come once for what many checks find at the same moment, as do an organisation without owners never, and the same contact, domain or transfer', async () => {
    await using town = await openPublishing(kind)
    const { developers, workspace, developer, rita, dora } = town
    const eva = newId('usr') as UserId
    await developers.setMember({ workspace, developer, user: eva, role: 'owner', by: dora })
    const atOnce = async (does: (at: number) => Promise<unknown>) => {
      const all = await Promise.allSettled([does(0), does(1)])
      return all.map((one) => (one.status === 'rejected' ? one.reason.code : 'done')).toSorted()
    }
    const noChange = ['developers/no-change', 'done']

    const gone = await atOnce((at) => developers.setMember({ workspace, developer, user: at === 0 ? eva : dora, role: null, by: dora }))
    const holds = await atOnce(() => developers.holds.place({ workspace, developer, cause: 'party-check', facts: 'found', by: 'system' }))
    const contacts = await atOnce((at) => developers.contacts.add(workspace, developer, 'legal', at === 0 ? 'a@b.example' : 'A@b.example', dora))
    const domains = await atOnce(() => developers.domains.add(workspace, developer, 'heron.example', dora))
    const transfers = await atOnce(() => developers.transfers.ask({ workspace, developer, kind: 'control', newControl: 'x', reason: 'y', by: dora }))

    expect(gone).toEqual(['done', 'request/conflict'])
    expect([holds, transfers]).toEqual([noChange, noChange])
    expect(contacts).toEqual(['developers/contact-taken', 'done'])
    // Whoever comes second may be given what the first one named.
    expect(domains).toContain('done')
    expect(await developers.domains.list(workspace, developer)).toHaveLength(1)
    expect(await developers.members(workspace, developer)).toHaveLength(1)
    await developers.holds.place({ workspace, developer, cause: 'operator', facts: 'another concern', by: rita })
  })

  it('leave the appeal to somebody else in the public profile', async () => {
    await using town = await openPublishing(kind, 'public')
    const { developers, workspace, developer, rita, dora } = town
    const hold = await developers.holds.place({ workspace, developer, cause: 'operator', facts: 'a concern', by: rita })
    await developers.holds.appeal(workspace, hold.id, 'no', dora)

    await expect(developers.holds.keep(workspace, hold.id, 'yes', rita)).rejects.toMatchObject({ code: 'developers/somebody-else' })
    await expect(developers.holds.release(workspace, hold.id, 'yes', rita)).rejects.toMatchObject({ code: 'developers/somebody-else' })

    await developers.holds.release(workspace, hold.id, 'no', newId('usr') as UserId)
    await developers.requireUnheld(workspace, developer)
  })

  it('are remembered aloud where nobody looked in time, also after every node was down for 40 days, and never end by that', async () => {
    await using town = await openPublishing(kind)
    const { developers, workspace, developer, rita, clock, storage } = town
    const hold = await developers.holds.place({ workspace, developer, cause: 'operator', facts: 'a concern', by: rita })

    await town.runsDue()
    expect(await kinds()).toEqual(['developers.held'])
    clock.advance(40 * DAY)
    await town.runsDue()

    expect(await kinds()).toEqual(['developers.held', 'developers.hold-overdue', 'developers.hold-overdue'])
    expect(await developers.holds.get(workspace, hold.id)).toMatchObject({ lookBy: clock.now() + 5 * DAY, released: null })
    await expect(developers.requireUnheld(workspace, developer)).rejects.toMatchObject({ code: 'developers/held' })

    async function kinds() {
      const rows = await storage.db.selectFrom('notices').select('kind').where('subject', '=', hold.id).orderBy('id').execute()
      return rows.map((row) => row.kind)
    }
  })

  it.each([
    ['Pacific/Auckland', 'forward', '2027-09-20T10:00:00.000Z'],
    ['America/New_York', 'back', '2027-10-30T10:00:00.000Z'],
    ['Europe/Berlin', 'forward', '2027-03-20T10:00:00.000Z'],
  ])('give a person 240 hours to look, to the minute, also where clocks in %s go %s meanwhile', async (timeZone, _, begins) => {
    await using town = await openPublishing(kind)
    const { developers, workspace, developer, rita, clock } = town
    clock.advance(Date.parse(begins) - clock.now())
    const at = clock.now()
    const hour = (time: number) => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', timeZone }).format(time)
    const hold = await developers.holds.place({ workspace, developer, cause: 'operator', facts: 'a concern', by: rita })
    const overdue = async () => {
      await town.runsDue()
      return (await town.ledger()).filter(({ event }) => event === 'notice.queued').length
    }

    const before = await overdue()
    expect(hold.lookBy).toBe(at + 240 * HOUR)
    expect(hour(hold.lookBy)).not.toBe(hour(at))
    clock.advance(240 * HOUR - 1)
    expect(await overdue()).toBe(before)
    clock.advance(1)
    expect(await overdue()).toBeGreaterThan(before)
  })
})
