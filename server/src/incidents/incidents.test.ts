import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TestDatabaseKind } from '../../test/databases.ts'
import { databases } from '../../test/databases.ts'
import { incidentRoomsOver } from '../../test/incidents.ts'
import { proves } from '../../test/proves.ts'
import { openPublishing } from '../../test/publishing.ts'
import { entryBody } from '../ledger/index.ts'
import { DAY, HOUR, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Due } from '../schedule/index.ts'
import { parseMasterKeys, Sealing } from '../sealing/index.ts'
import { write } from '../storage/index.ts'
import { type IncidentEventKind, standOf } from './incident.ts'
import type { Incidents } from './incidents.ts'

proves('incidents/reports', 'incidents/containment')

async function open(kind: TestDatabaseKind) {
  const town = await openPublishing(kind)
  const sealing = new Sealing({ ...town, masterKeys: parseMasterKeys(Buffer.alloc(32, 7).toString('base64')) })
  const rooms = incidentRoomsOver(town, sealing)
  const notices = async () => await town.storage.db.selectFrom('notices').selectAll().orderBy('id').execute()
  return { ...town, ...rooms, notices }
}
type Town = Awaited<ReturnType<typeof open>>

const report = ({ workspace, developer, dora }: Town, connector: string, more: Partial<Parameters<Incidents['report']>[0]> = {}) => ({
  workspace,
  kind: 'breach' as const,
  source: 'developer' as const,
  connector: connector as `con_${string}`,
  developer,
  by: dora,
  awareAt: 1_795_000_000_000,
  from: null,
  to: null,
  facts: { nature: 'Somebody read the table of reservations.' },
  ...more,
})

/** An entry as the gateway writes it before a call is sent. */
async function called(town: Town, user: UserId, connector: string, at: number, tool = 'find_table') {
  const entry = {
    event: 'call.intended' as const,
    workspace: town.workspace,
    subject: newId('call'),
    by: user,
    at,
    facts: { connector, tool },
  }
  const row = { workspace_id: town.workspace, at, event: entry.event, subject: entry.subject, body: entryBody(entry) }
  await town.storage.write([write(town.storage.db.insertInto('ledger_entries').values(row))])
}

const due = (town: Town, kind: string, subject: string, now: number, payload: object = {}): Due =>
  ({ id: 'ddl_1', workspace: town.workspace, kind, subject, dueAt: now, payload, attempts: 1, now, signal: new AbortController().signal }) as Due

describe.each(databases)('reports of breaches and weaknesses on $name', (kind) => {
  it('are sealed, recorded without what they say, and told to the operator with their deadlines', async () => {
    await using town = await open(kind)
    const connector = newId('con')

    const incident = await town.incidents.report(report(town, connector))

    expect(incident).toMatchObject({ state: 'open', facts: { nature: 'Somebody read the table of reservations.' } })
    expect(incident.clocks.map(({ id, dueAt }) => [id, dueAt - incident.awareAt])).toEqual([
      ['acknowledge', 2 * DAY],
      ['gdpr-authority', 72 * HOUR],
    ])
    const row = await town.storage.db.selectFrom('incidents').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify([row, await town.ledger()])).not.toContain('reservations')
    expect((await town.notices()).map(({ kind: what, recipient_kind }) => [what, recipient_kind])).toEqual([['incidents.reported', 'operator']])
    expect((await town.ledger()).at(-2)).toMatchObject({ event: 'incident.reported', facts: { subject: incident.id, connector } })
  })

  it('are held to the deadlines that ran when they came, and remind the operator before and after', async () => {
    await using town = await open(kind)
    const { id } = await town.incidents.report(report(town, newId('con')))
    const remind = town.handlers['incidents.clock']
    const subject = `${id}/gdpr-authority`

    town.clock.advance(60 * HOUR)
    const before = await remind?.work(due(town, 'incidents.clock', subject, town.clock.now()))
    town.clock.advance(12 * HOUR)
    const after = await remind?.work(due(town, 'incidents.clock', subject, town.clock.now()))
    await town.incidents.meetClock(town.workspace, id, 'gdpr-authority', 'Told the authority; late since the logs had to be restored.', town.rita)
    const met = await remind?.work(due(town, 'incidents.clock', subject, town.clock.now()))

    expect([before?.next, before?.writes?.length]).toEqual([1_795_000_000_000 + 72 * HOUR, 3])
    expect([after?.next, after?.writes?.length]).toEqual([undefined, 3])
    expect(met).toEqual({})
    await expect(town.incidents.meetClock(town.workspace, id, 'gdpr-authority', 'again', town.rita)).rejects.toMatchObject({
      code: 'incidents/no-clock',
    })
  })

  it('keep what was known before, and go on after they were closed only when somebody reopens them', async () => {
    await using town = await open(kind)
    const { id } = await town.incidents.report(report(town, newId('con')))

    await town.incidents.acknowledge(town.workspace, id, town.rita)
    await town.incidents.amend(town.workspace, id, { nature: 'Two tables.' }, { from: 1, to: 2 }, town.rita)
    await town.incidents.close(town.workspace, id, 'Nothing was taken.', town.rita)
    const note = town.incidents.note(town.workspace, id, 'more', town.rita)

    await expect(note).rejects.toMatchObject({ code: 'incidents/closed' })
    await town.incidents.reopen(town.workspace, id, 'Something was.', town.rita)
    const found = await town.incidents.get(town.workspace, id)
    expect(found).toMatchObject({ state: 'acknowledged', from: 1, to: 2, facts: { nature: 'Two tables.' } })
    expect(found.timeline.map(({ kind: what }) => what)).toEqual(['reported', 'acknowledged', 'amended', 'closed', 'reopened'])
    expect((await town.notices()).filter(({ purpose }) => purpose === 'security')).toHaveLength(2)
  })

  it('stop the connector and have every account there ended, from the same form', async () => {
    await using town = await open(kind)
    const { connector } = await town.creates()
    const { id } = await town.incidents.report(report(town, connector))

    await town.incidents.contain(town.workspace, id, { suspend: true, revoke: true, renew: false, reason: 'Tokens were stolen.' }, town.rita)
    await town.incidents.contain(town.workspace, id, { suspend: true, revoke: false, renew: false, reason: 'Still.' }, town.rita)

    expect(await town.lifecycle.statusOf(town.workspace, connector)).toMatchObject({ status: 'suspended', suspendedBy: ['operator'] })
    expect(await town.schedule.find({ workspace: town.workspace, kind: 'links.end-all', subject: `${connector}/revoke` })).toMatchObject({
      state: 'due',
    })
    expect(await town.incidents.get(town.workspace, id)).toMatchObject({ state: 'contained' })
    const bare = await town.incidents.report(report(town, connector, { connector: null }))
    await expect(
      town.incidents.contain(town.workspace, bare.id, { suspend: true, revoke: false, renew: false, reason: 'x' }, town.rita),
    ).rejects.toMatchObject({
      code: 'incidents/no-connector',
    })
  })

  it('find exactly the users whose calls went there in that time, and tell each of them once', async () => {
    await using town = await open(kind)
    const connector = newId('con')
    const { id } = await town.incidents.report(report(town, connector))
    const people = Array.from({ length: 130 }, () => newId('usr')).toSorted()
    const [first = newId('usr'), second = newId('usr')] = people
    for (const user of people) await called(town, user, connector, 1_000)
    await called(town, first, connector, 2_000, 'book_table')
    await called(town, second, connector, 5_000)
    await called(town, newId('usr'), newId('con'), 1_000)
    await called(town, newId('usr'), connector, 3_001)

    const found = await town.incidents.affected(town.workspace, id, 1_000, 3_000)
    const told = await town.incidents.tell(town.workspace, id, { title: 'A breach', body: 'Your data was read.', from: 1_000, to: 3_000 }, town.rita)
    const row = await town.storage.db.selectFrom('deadlines').selectAll().where('kind', '=', 'incidents.tell').executeTakeFirstOrThrow()
    let payload = JSON.parse(row.payload) as object
    for (let rounds = 0; rounds < 3; rounds++) {
      const done = await town.handlers['incidents.tell']?.work(due(town, 'incidents.tell', row.subject, 9, payload))
      await town.storage.write(done?.writes ?? [])
      if (done?.payload === undefined) break
      payload = done.payload
    }

    expect(found.map(({ user }) => user)).toEqual(people)
    expect(found[0]).toMatchObject({ calls: 2, first: 1_000, last: 2_000, tools: ['book_table', 'find_table'] })
    expect(told).toBe(130)
    const sent = (await town.notices()).filter(({ kind: what }) => what === 'incidents.affected')
    expect(sent.map(({ recipient }) => recipient).toSorted()).toEqual(people)
    expect(sent[0]?.body).toContain('Your data was read.')
  })

  it('are read by nobody from another workspace', async () => {
    await using town = await open(kind)
    const { id } = await town.incidents.report(report(town, newId('con')))

    const other = town.incidents.get(newId('wsp') as WorkspaceId, id)

    await expect(other).rejects.toMatchObject({ code: 'request/not-found' })
  })
})

describe('what stands about a report', () => {
  const kinds: readonly IncidentEventKind[] = ['acknowledged', 'noted', 'amended', 'contained', 'told', 'clock-met', 'closed', 'reopened']

  it('follows from its timeline alone, and no step moves a deadline or unmeets one', () => {
    const begun = {
      kind: 'reported' as const,
      at: 0,
      facts: {
        clocks: [
          { id: 'acknowledge', title: 'a', dueAt: 10 },
          { id: 'own', title: 'o', dueAt: 20 },
        ],
      },
    }
    const steps = fc.array(
      fc.record({ kind: fc.constantFrom(...kinds), at: fc.nat(99), facts: fc.constantFrom({}, { clock: 'own' }, { clock: 'none' }) }),
    )
    fc.assert(
      fc.property(steps, (more) => {
        let before = standOf([begun])
        for (let length = 1; length <= more.length; length++) {
          const now = standOf([begun, ...more.slice(0, length)])
          expect(now.clocks.map(({ dueAt }) => dueAt)).toEqual([10, 20])
          for (const [index, clock] of before.clocks.entries()) if (clock.metAt !== null) expect(now.clocks[index]?.metAt).toBe(clock.metAt)
          if (more[length - 1]?.kind === 'closed') expect(now.state).toBe('closed')
          before = now
        }
      }),
    )
  })
})
