import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { NOW, type NotifyingTown, openNotifying } from '../../test/notifying.ts'
import { proves } from '../../test/proves.ts'
import { DAY, HOUR, newId } from '../lib/index.ts'

proves('notices/operator-inbox')

const page = { after: null, limit: 50 }
const fromAna = (town: NotifyingTown) =>
  ({ kind: 'user', user: town.ana, workspace: town.workspace, name: 'Ana', address: 'ana@people.example' }) as const
const words = { subject: 'Ending the agreement', body: 'We end it.' }

describe.each(databases)('notices to the operator on $name', (kind) => {
  it('are received when they are sent by the form; the operator is told, and the sender gets the date', async () => {
    await using town = await openNotifying(kind)
    const { operatorInbox, workspace, ana, olga, reading } = town

    const letter = await operatorInbox.receive({ workspace, channel: 'form', from: fromAna(town), ...words, by: ana })
    await town.jobs.runDue()

    expect(letter).toMatchObject({ receivedAt: NOW, state: 'open', assignedTo: null })
    expect((await reading.inbox(workspace, olga, page)).map((one) => one.kind)).toEqual(['notices.letter'])
    const [confirmed] = await reading.inbox(workspace, ana, page)
    expect(confirmed?.body).toContain(new Date(NOW).toISOString())
    expect((await town.ledger()).find(({ event }) => event === 'letter.received')).toMatchObject({ receivedAt: NOW, sha256: letter.sha256 })
    expect(JSON.stringify(await town.ledger())).not.toContain('We end it')
  })

  it('that came by post have the date on which they arrived, which is none to come', async () => {
    await using town = await openNotifying(kind)
    const from = { kind: 'outsider', name: 'Heron Ltd', address: '1 Quay' } as const
    const record = (receivedAt: number) =>
      town.operatorInbox.receive({ workspace: town.workspace, channel: 'post', from, ...words, receivedAt, by: town.olga })

    const letter = await record(NOW - 3 * DAY)

    expect(letter).toMatchObject({ receivedAt: NOW - 3 * DAY, recordedAt: NOW })
    await expect(record(NOW + DAY)).rejects.toMatchObject({ code: 'notices/date' })
  })

  it('are taken in hand, given to somebody, answered by a notice, and closed', async () => {
    await using town = await openNotifying(kind)
    const { operatorInbox, workspace, ana, olga } = town
    const { id } = await operatorInbox.receive({ workspace, channel: 'form', from: fromAna(town), ...words, by: ana })

    await operatorInbox.change(workspace, id, { assignedTo: olga }, olga)
    const inHand = await operatorInbox.get(workspace, id)
    await operatorInbox.answer(workspace, id, 'It ends in 30 days.', olga)
    await town.jobs.runDue()
    const answered = await operatorInbox.own(workspace, ana, id)
    await operatorInbox.change(workspace, id, { state: 'closed' }, olga)

    expect([inHand.state, inHand.assignedTo]).toEqual(['in hand', olga])
    expect(answered).toMatchObject({ state: 'answered', answers: [{ body: 'It ends in 30 days.' }] })
    const told = await town.reading.inbox(workspace, ana, { ...page, kind: 'notices.answered' })
    expect(told.map(({ body }) => body)).toEqual(['It ends in 30 days.'])
    await expect(operatorInbox.answer(workspace, id, 'Once more.', olga)).rejects.toMatchObject({ code: 'notices/letter-closed' })
    await expect(operatorInbox.own(workspace, town.ben, id)).rejects.toMatchObject({ code: 'request/not-found' })
    await expect(operatorInbox.get(newId('wsp'), id)).rejects.toMatchObject({ code: 'request/not-found' })
  })

  it('from strangers send nothing to the address that they name, and come a few an hour from each place', async () => {
    await using town = await openNotifying(kind)
    const { operatorInbox, workspace, clock } = town
    const from = { kind: 'outsider', name: 'Somebody', address: 'victim@elsewhere.example' } as const
    await operatorInbox.receive({ workspace, channel: 'form', from, ...words, by: 'outsider' })
    await town.jobs.runDue()
    for (let count = 0; count < 5; count++) operatorInbox.allowStranger('203.0.113.7')

    expect((await town.sent()).filter((line) => line.includes('victim'))).toEqual([])
    expect(() => operatorInbox.allowStranger('203.0.113.7')).toThrow(/Many notices/)
    expect(() => operatorInbox.allowStranger('203.0.113.8')).not.toThrow()
    clock.advance(HOUR + 1)
    expect(() => operatorInbox.allowStranger('203.0.113.7')).not.toThrow()
  })
})
