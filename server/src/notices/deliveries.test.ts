import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { NOW, openNotifying } from '../../test/notifying.ts'
import { DAY, MINUTE, newId, type UserId } from '../lib/index.ts'
import { write } from '../storage/index.ts'

describe.each(databases)('notices on $name', (kind) => {
  it('to a developer lie in the inbox of every member and go to the verified contact', async () => {
    await using town = await openNotifying(kind)
    const { dora, max } = town

    await town.sends({})

    expect(await town.sent()).toEqual([`in-app ${dora} accepted`, `in-app ${max} accepted`, 'e-mail legal@heron.example queued'])
    expect((await town.ledger()).map(({ event }) => event)).toEqual(['notice.queued', 'notice.addressed'])
  })

  it('go to the owners where no contact was verified, and to the accounts of operators where no address was named', async () => {
    await using town = await openNotifying(kind)
    town.known.contacts.clear()

    await town.sends({}, { to: { kind: 'operator' } })

    expect(await town.sent()).toEqual([
      `in-app ${town.dora} accepted`,
      `in-app ${town.max} accepted`,
      'e-mail dora@people.example queued',
      `in-app ${town.olga} accepted`,
      'e-mail olga@people.example queued',
    ])
  })

  it('are put on their way once, however often that is tried', async () => {
    await using town = await openNotifying(kind)
    await town.sends({})
    const { id } = await town.storage.db.selectFrom('notices').select('id').executeTakeFirstOrThrow()
    const before = await town.sent()

    await town.storage.write([town.schedule.putting({ workspace: town.workspace, kind: 'notices.deliver', subject: id, dueAt: NOW })])
    await town.jobs.runDue()

    expect(await town.sent()).toEqual(before)
  })

  it('about which nobody can be written to come before the operator', async () => {
    await using town = await openNotifying(kind)
    town.known.contacts.clear()
    town.known.members.clear()

    await town.sends({})

    expect((await town.ledger()).map(({ event }) => event)).toEqual(['notice.queued', 'notice.undelivered'])
    expect(await town.storage.db.selectFrom('notice_tasks').select('closed_at').execute()).toEqual([{ closed_at: null }])
  })

  it('are served on the earliest date of all that were sent about a subject, and on nobody else', async () => {
    await using town = await openNotifying(kind)
    const { outbox, workspace, heron, deliveries } = town
    const to = { kind: 'developer', developer: heron, purpose: 'legal' } as const
    await town.sends({}, { kind: 'terms.reminder' })
    const mails = (await town.storage.db.selectFrom('notice_deliveries').select('id').where('channel', '=', 'e-mail').execute()).map(({ id }) => id)
    const before = await outbox.servedAt(workspace, 'edn_next', to)

    for (const [at, id] of mails.toReversed().entries()) {
      const delivery = await deliveries.store.named(id)
      if (delivery === undefined) throw new Error('no delivery')
      await town.storage.write(await deliveries.moving(delivery, 'accepted', { at: NOW + (2 - at) * DAY }))
    }

    expect(before).toBeNull()
    expect(await outbox.servedAt(workspace, 'edn_next', to)).toBe(NOW + DAY)
    expect(await outbox.servedAt(workspace, 'edn_next', { ...to, purpose: 'security' })).toBe(NOW + DAY)
    expect(await outbox.servedAt(workspace, 'edn_other', to)).toBeNull()
    expect(await outbox.servedAt(workspace, 'edn_next', { ...to, developer: newId('dev') })).toBeNull()
    expect(await outbox.servedAt(newId('wsp'), 'edn_next', to)).toBeNull()
  })

  it('to everybody who enabled a connector reach each of them once, whichever node dies in the middle', async () => {
    await using town = await openNotifying(kind)
    const { workspace, known } = town
    const people = Array.from({ length: 120 }, () => newId('usr') as UserId)
    known.enabled = people.map((user) => ({ user, workspace }))
    const connector = newId('con')
    const { to: _, ...words } = town.notice({ kind: 'lifecycle.suspended', clause: '2d-remove', legal: false, subject: 'dcn_one' })
    await town.storage.write(town.outbox.sendingToAll(words, { kind: 'enabled', connector }, NOW))
    // In the middle of the second page the lease is lost, as it is where a node dies: what it would have written is undone, and the page begins anew.
    const { enabledUsers } = known.lookups
    let pages = 0
    Object.assign(known.lookups, {
      enabledUsers: async (...given: Parameters<typeof enabledUsers>) => {
        const lost = town.storage.db.updateTable('deadlines').set({ lease: 'gone' }).where('kind', '=', 'notices.spread')
        if (++pages === 2) await town.storage.write([write(lost)])
        return enabledUsers(...given)
      },
    })

    for (let turn = 0; turn < 5; turn++) {
      town.clock.advance(2 * MINUTE)
      await town.jobs.runDue()
    }

    const rows = await town.storage.db.selectFrom('notice_deliveries').select('user_id').where('channel', '=', 'in-app').execute()
    expect(rows.map(({ user_id }) => user_id).toSorted()).toEqual(people.toSorted())
    expect(pages).toBe(3)
  })
})
