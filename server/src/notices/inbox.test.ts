import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { openMailServer } from '../../test/mail-server.ts'
import { NOW, type NotifyingTown, openNotifying } from '../../test/notifying.ts'
import { proves } from '../../test/proves.ts'
import { DAY, newId, type UserId } from '../lib/index.ts'
import { NoticeErasure } from './erase-notices.ts'

proves('notices/queued-with-its-cause', 'notices/legal-not-muted', 'notices/post')

const page = { after: null, limit: 50 }
const legal = (town: NotifyingTown) => ({ kind: 'developer', developer: town.heron, purpose: 'legal' }) as const

async function onlyNotice(town: NotifyingTown) {
  return (await town.storage.db.selectFrom('notices').select('id').executeTakeFirstOrThrow()).id
}

describe.each(databases)('the inbox on $name', (kind) => {
  it('counts what was not seen, and the legal notices that were not acknowledged, until they are', async () => {
    await using town = await openNotifying(kind)
    const { inbox, reading, workspace, dora, ana } = town
    await town.sends({}, { legal: false, kind: 'review.decided' })
    const [news, terms] = await reading.inbox(workspace, dora, page)
    const counts = [await reading.counts(workspace, dora)]

    await inbox.read({ user: dora, workspace }, news?.id ?? '', 'seen', false)
    await inbox.read({ user: dora, workspace }, terms?.id ?? '', 'seen', false)
    counts.push(await reading.counts(workspace, dora))
    await inbox.read({ user: dora, workspace }, terms?.id ?? '', 'acknowledged', false)
    await inbox.read({ user: dora, workspace }, terms?.id ?? '', 'acknowledged', false)
    counts.push(await reading.counts(workspace, dora))

    expect(counts).toEqual([
      { unseen: 2, unacknowledged: 1 },
      { unseen: 0, unacknowledged: 1 },
      { unseen: 0, unacknowledged: 0 },
    ])
    expect(await reading.counts(workspace, ana)).toEqual({ unseen: 0, unacknowledged: 0 })
    expect((await town.ledger()).filter(({ event }) => event === 'delivery.changed').length).toBe(3)
  })

  it('serves a legal notice when somebody of the recipient says that they received it, not when they opened it', async () => {
    await using town = await openNotifying(kind)
    const { inbox, workspace, max } = town
    await town.sends({}, { legal: false, subject: 'dcn_news' })
    const ids = (await town.reading.inbox(workspace, max, page)).map(({ id }) => id)
    const served = async () => [
      await town.outbox.servedAt(workspace, 'edn_next', legal(town)),
      await town.outbox.servedAt(workspace, 'dcn_news', legal(town)),
    ]
    town.clock.advance(DAY)
    for (const id of ids) await inbox.read({ user: max, workspace }, id, 'seen', false)
    const seen = await served()

    town.clock.advance(DAY)
    for (const id of ids) await inbox.read({ user: max, workspace }, id, 'acknowledged', false)

    expect(seen).toEqual([null, NOW + DAY])
    expect(await served()).toEqual([NOW + 2 * DAY, NOW + DAY])
  })

  it('is read by its own people, and by those who joined the organisation later', async () => {
    await using town = await openNotifying(kind)
    const { inbox, workspace } = town
    const nora = newId('usr') as UserId
    await town.sends({})
    const id = await onlyNotice(town)

    await expect(inbox.read({ user: town.ana, workspace }, id, 'seen', false)).rejects.toMatchObject({ code: 'request/not-found' })
    await expect(inbox.read({ user: town.dora, workspace: newId('wsp') }, id, 'seen', true)).rejects.toMatchObject({ code: 'request/not-found' })
    await inbox.read({ user: nora, workspace }, id, 'acknowledged', true)

    expect((await town.reading.inbox(workspace, nora, page)).map((one) => one.acknowledgedAt)).toEqual([NOW])
  })

  it('goes on page by page, by kind and by subject', async () => {
    await using town = await openNotifying(kind)
    await town.sends({}, { kind: 'terms.reminder' }, { subject: 'edn_other' })
    const { reading, workspace, dora } = town
    const all = await reading.inbox(workspace, dora, page)

    const pages = [
      await reading.inbox(workspace, dora, { after: null, limit: 2 }),
      await reading.inbox(workspace, dora, { after: all[1]?.id ?? '', limit: 2 }),
    ]

    expect(pages.flat().map(({ id }) => id)).toEqual(all.map(({ id }) => id))
    expect((await reading.inbox(workspace, dora, { ...page, kind: 'terms.reminder' })).length).toBe(1)
    expect((await reading.inbox(workspace, dora, { ...page, subject: 'edn_other' })).length).toBe(1)
  })

  it('goes without mail for kinds that a person muted, but for legal notices', async () => {
    await using town = await openNotifying(kind)
    const { inbox, ana, workspace } = town
    const to = { kind: 'user', user: ana } as const
    await inbox.mute({ user: ana, workspace }, ['lifecycle.suspended'])

    await town.sends({ to, legal: false, kind: 'lifecycle.suspended' })
    await town.sends({ to, legal: true, kind: 'lifecycle.suspended' })
    await town.sends({ to, legal: false, kind: 'lifecycle.gone' })

    expect(await town.sent()).toEqual([
      `in-app ${ana} accepted`,
      `in-app ${ana} accepted`,
      'e-mail ana@people.example queued',
      `in-app ${ana} accepted`,
      'e-mail ana@people.example queued',
    ])
    expect((await town.reading.counts(workspace, ana)).unseen).toBe(2)
    await expect(inbox.mute({ user: ana, workspace }, ['lifecycle.suspended'])).rejects.toMatchObject({ code: 'notices/legal' })
    await inbox.mute({ user: ana, workspace }, [])
    expect(await inbox.muted({ user: ana, workspace })).toEqual([])
  })
})

describe.each(databases)('what operators do on $name', (kind) => {
  it('serves a posted notice on the date on which the courier got it, which lies between the notice and now', async () => {
    await using town = await openNotifying(kind)
    await town.sends({})
    const id = await onlyNotice(town)
    town.clock.advance(3 * DAY)
    const posted = (handedAt: number) => town.seeingTo.posted(town.workspace, id, { address: '1 Quay', courier: 'Red Van', handedAt }, town.olga)

    await expect(posted(NOW + 4 * DAY)).rejects.toMatchObject({ code: 'notices/date' })
    await expect(posted(NOW - 1)).rejects.toMatchObject({ code: 'notices/date' })
    await posted(NOW + 2 * DAY)
    await posted(NOW + DAY)

    expect(await town.outbox.servedAt(town.workspace, 'edn_next', legal(town))).toBe(NOW + DAY)
    expect((await town.sent()).filter((line) => line.startsWith('post')).length).toBe(2)
  })

  it('sees how far all notices about one thing got, in figures', async () => {
    await using town = await openNotifying(kind)
    await town.sends({}, { to: { kind: 'user', user: town.ana } })
    const [first] = await town.reading.inbox(town.workspace, town.ana, page)

    await town.inbox.read({ user: town.ana, workspace: town.workspace }, first?.id ?? '', 'acknowledged', false)

    const { states, ...sums } = await town.reading.digest(town.workspace, 'edn_next')
    expect(sums).toEqual({ notices: 2, served: 1 })
    expect(states.toSorted((a, b) => a.count - b.count || (a.state < b.state ? -1 : 1))).toEqual([
      { channel: 'in-app', state: 'acknowledged', count: 1 },
      { channel: 'in-app', state: 'accepted', count: 2 },
      { channel: 'e-mail', state: 'queued', count: 2 },
    ])
  })

  it('sends once more what came back, and nothing that is on its way or arrived', async () => {
    await using post = await openMailServer()
    await using town = await openNotifying(kind, { mailer: post.mailer() })
    post.state.mood = 'refuses'
    await town.sends({ to: { kind: 'user', user: town.ana } })
    const id = await onlyNotice(town)
    const [inApp, mail] = await town.reading.deliveries(town.workspace, id)
    const again = (delivery = '') => town.seeingTo.again(town.workspace, id, delivery, town.olga)

    post.state.mood = 'takes'
    await again(mail?.id)
    await town.jobs.runDue()

    expect((await town.reading.deliveries(town.workspace, id)).map(({ state, steps }) => [state, steps.map((step) => step.state)])).toEqual([
      ['accepted', ['accepted']],
      ['handed over', ['queued', 'bounced', 'queued', 'handed over']],
    ])
    await expect(again(mail?.id)).rejects.toMatchObject({ code: 'notices/delivery-state' })
    await expect(again(inApp?.id)).rejects.toMatchObject({ code: 'notices/delivery-state' })
    await expect(again(newId('dlv'))).rejects.toMatchObject({ code: 'request/not-found' })
  })

  it('closes a task once, with a reason', async () => {
    await using town = await openNotifying(kind)
    town.known.contacts.clear()
    town.known.members.clear()
    await town.sends({})
    const [task] = await town.reading.tasks(town.workspace, { open: true, ...page })
    const close = () => town.seeingTo.close(town.workspace, task?.id ?? '', 'We met them.', town.olga)

    await close()

    await expect(close()).rejects.toMatchObject({ code: 'notices/delivery-state' })
    expect(await town.reading.tasks(town.workspace, { open: true, ...page })).toEqual([])
    expect(await town.reading.tasks(town.workspace, { open: false, ...page })).toMatchObject([{ closedBy: town.olga, reason: 'We met them.' }])
  })
})

describe.each(databases)('a person who is erased on $name', (kind) => {
  it('leaves no notice, no address and no copy; that an organisation was told, and when, stays', async () => {
    await using town = await openNotifying(kind)
    const { storage, schedule, workspace, dora, ana } = town
    town.known.contacts.clear()
    await town.sends({}, { to: { kind: 'user', user: dora }, title: 'For Dora alone' }, { to: { kind: 'user', user: ana }, title: 'For Ana' })
    await town.inbox.mute({ user: dora, workspace }, ['lifecycle.gone'])
    const from = { kind: 'user', user: dora, workspace, name: 'Dora', address: 'dora@people.example' } as const
    await town.operatorInbox.receive({ workspace, channel: 'form', from, subject: 'canary-subject', body: 'canary-body', by: dora })
    await town.jobs.runDue()
    const erasure = new NoticeErasure({ storage, schedule, kept: null })

    await storage.write(await erasure.erasing({ user: dora, workspace }, NOW))
    await town.jobs.runDue()

    const everything = await Promise.all(
      (['notices', 'notice_deliveries', 'notice_steps', 'notice_copies', 'operator_letters', 'notice_mutes'] as const).map((table) =>
        storage.db.selectFrom(table).selectAll().execute(),
      ),
    )
    expect(JSON.stringify(everything)).not.toMatch(/dora@people|For Dora alone|canary/)
    expect(JSON.stringify(everything)).toContain('ana@people.example')
    expect((await town.reading.ofDeveloper(workspace, town.heron, page)).length).toBe(1)
    expect((await storage.db.selectFrom('operator_letters').select('sha256').execute()).length).toBe(1)
  })
})
