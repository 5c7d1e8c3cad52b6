import { describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../test/databases.ts'
import { incidentRoomsOver } from '../../test/incidents.ts'
import { proves } from '../../test/proves.ts'
import { openPublishing } from '../../test/publishing.ts'
import { History } from '../history/index.ts'
import { DAY, newId, type UserId } from '../lib/index.ts'
import type { Due } from '../schedule/index.ts'
import { parseMasterKeys, Sealing } from '../sealing/index.ts'
import { write } from '../storage/index.ts'

proves('incidents/complaints', 'incidents/blocked-answers', 'incidents/feedback', 'incidents/holds', 'incidents/self-assessment')

async function open(kind: TestDatabaseKind) {
  const town = await openPublishing(kind)
  const sealing = new Sealing({ ...town, masterKeys: parseMasterKeys(Buffer.alloc(32, 7).toString('base64')) })
  const rooms = incidentRoomsOver(town, sealing)
  const notices = async () => await town.storage.db.selectFrom('notices').selectAll().orderBy('id').execute()
  return { ...town, ...rooms, sealing, notices }
}
type Town = Awaited<ReturnType<typeof open>>

const complainant = { name: 'Nadia Third', email: 'nadia@third.example' }

async function complains(town: Town, call: `call_${string}` | null = null) {
  const { connector, developer } = await town.creates()
  const about = { id: connector, developer, release: null, digest: null }
  return await town.complaints.receive({
    workspace: town.workspace,
    kind: 'defamation',
    connector: about,
    call,
    explanation: 'It says that I stole a table.',
    complainant,
  })
}

/** A call of somebody, answered, as the gateway leaves it. */
async function answered(town: Town, user: UserId) {
  const id = newId('call')
  const { db } = town.storage
  const sealer = await town.sealing.of(user, town.workspace)
  await town.storage.write([
    write(
      db.insertInto('calls').values({
        id,
        workspace_id: town.workspace,
        user_id: user,
        assistant_id: newId('ast'),
        connector_id: newId('con'),
        release_id: null,
        tool: 'find',
        protocol: 'mcp/2026-07-28',
        node_id: 'node_test',
        at: 1,
        sealed_arguments: null,
        credential_id: null,
      }),
    ),
    write(
      db.insertInto('call_outcomes').values({
        call_id: id,
        at: 2,
        state: 'answered',
        code: null,
        duration_ms: 1,
        sealed_result: sealer.seal(`result:${id}`, '{"salt":"s","value":"libel"}'),
      }),
    ),
  ])
  return id
}

describe.each(databases)('complaints on $name', (kind) => {
  it('are sealed, frozen with what stood, and answered to whoever complained', async () => {
    await using town = await open(kind)

    const complaint = await complains(town)

    expect(complaint).toMatchObject({ state: 'received', decideBy: town.clock.now() + 14 * DAY, explanation: 'It says that I stole a table.' })
    const rows = await town.storage.db.selectFrom('complaints').selectAll().execute()
    expect(JSON.stringify([rows, await town.ledger()])).not.toMatch(/Nadia|stole/)
    expect(JSON.parse(complaint.evidence)).toMatchObject({ connector: complaint.connector, call: null, at: complaint.createdAt })
    expect((await town.notices()).map(({ recipient_kind, recipient }) => [recipient_kind, recipient])).toEqual([
      ['operator', town.workspace],
      ['outsider', 'nadia@third.example'],
    ])
  })

  it('are decided once, after the developer was heard, and everybody concerned reads the reasons', async () => {
    await using town = await open(kind)
    const { id } = await complains(town)

    await town.complaints.acknowledge(town.workspace, id, town.rita)
    await town.complaints.say(town.workspace, id, 'It was a translation error.', town.dora)
    const both = await Promise.allSettled(
      [true, false].map((upheld) => town.complaints.decide(town.workspace, id, { upheld, action: 'none', reasons: 'We looked.' }, town.rita)),
    )

    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'incidents/decided' } })
    const found = await town.complaints.get(town.workspace, id)
    expect(found.timeline.map(({ kind: what }) => what)).toEqual(['received', 'acknowledged', 'developer-said', 'decided'])
    const decided = (await town.notices()).filter(({ kind: what }) => what === 'complaints.decided')
    expect(decided.map(({ recipient_kind }) => recipient_kind)).toEqual(['outsider', 'developer'])
    for (const { body } of decided) expect(body).toContain('We looked.')
    await expect(town.complaints.say(town.workspace, id, 'more', town.dora)).rejects.toMatchObject({ code: 'incidents/decided' })
  })

  it('remind the operator three days before the time is over, and once when it is', async () => {
    await using town = await open(kind)
    const { id, decideBy } = await complains(town)
    const at = (now: number) => ({ workspace: town.workspace, subject: id, now, dueAt: now, payload: {} }) as unknown as Due
    const remind = town.handlers['incidents.complaint']

    const early = await remind?.work(at(decideBy - 3 * DAY))
    const late = await remind?.work(at(decideBy + 40 * DAY))

    expect([early?.next, late?.next]).toEqual([decideBy, undefined])
    expect(late?.writes?.length).toBeGreaterThan(0)
  })

  it('have an answer shown to nobody once they are upheld, tell its user, and can be taken back', async () => {
    await using town = await open(kind)
    const ana = newId('usr') as UserId
    const call = await answered(town, ana)
    const history = new History({ ...town })
    const person = { user: ana, workspace: town.workspace }
    const { id } = await complains(town, call)
    const before = await history.get(person, call)

    await town.complaints.decide(town.workspace, id, { upheld: true, action: 'block-answer', reasons: 'It is untrue.' }, town.rita)

    expect(before).toMatchObject({ result: { value: 'libel' }, blockedAt: null })
    expect(await history.get(person, call)).toMatchObject({ result: null, blockedAt: town.clock.now() })
    expect((await town.notices()).at(-1)).toMatchObject({ recipient: ana, kind: 'complaints.answer-blocked' })
    await town.complaints.unblock(town.workspace, call, 'The source was corrected.', town.rita)
    expect(await history.get(person, call)).toMatchObject({ result: { value: 'libel' } })
    await expect(town.complaints.unblock(town.workspace, call, 'again', town.rita)).rejects.toMatchObject({ code: 'request/not-found' })
  })

  it('that are not upheld change nothing', async () => {
    await using town = await open(kind)
    const call = await answered(town, newId('usr') as UserId)
    const { id } = await complains(town, call)

    const decided = await town.complaints.decide(town.workspace, id, { upheld: false, action: 'block-answer', reasons: 'It is true.' }, town.rita)

    expect(decided.decision).toMatchObject({ upheld: false, action: 'none' })
    expect(await town.storage.db.selectFrom('answer_blocks').selectAll().execute()).toEqual([])
  })
})

describe.each(databases)('feedback, holds and self-assessments on $name', (kind) => {
  it('of an organisation may be used freely, that of a user only where they said so, and erasing a user leaves no trace of whose it was', async () => {
    await using town = await open(kind)
    const ana = newId('usr') as UserId
    const give = (by: UserId, developer: typeof town.developer | null, freelyUsable: boolean) =>
      town.feedback.give({ workspace: town.workspace, by, developer, connector: null, text: 'Larger buttons, please.', freelyUsable })
    const company = await give(town.dora, town.developer, false)
    const free = await give(ana, null, true)
    const own = await give(ana, null, false)

    const answered = await town.feedback.answer(town.workspace, own.id, 'They are larger now.', town.rita)
    await town.storage.write(town.feedback.erasing({ user: ana, workspace: town.workspace }))

    expect([company.freelyUsable, free.freelyUsable, own.freelyUsable]).toEqual([true, true, false])
    expect(answered).toMatchObject({ state: 'answered', answer: 'They are larger now.' })
    expect((await town.feedback.list(town.workspace, { before: null, limit: 10 })).map(({ id, author }) => [id, author])).toEqual([
      [free.id, ''],
      [company.id, town.dora],
    ])
  })

  it('keep what they name until their date, not a moment longer, and can be lifted once', async () => {
    await using town = await open(kind)
    const ana = newId('usr')
    const until = town.clock.now() + 30 * DAY
    const placing = { workspace: town.workspace, subject: ana, ground: 'litigation' as const, reason: 'Case 12', by: town.rita }

    const hold = await town.holds.place({ ...placing, until })

    await expect(town.holds.requireUnheld(newId('con'), ana)).rejects.toMatchObject({ code: 'incidents/held' })
    await town.holds.requireUnheld(newId('usr'))
    town.clock.advance(30 * DAY)
    await town.holds.requireUnheld(ana)
    await expect(town.holds.lift(town.workspace, hold.id, town.rita)).rejects.toMatchObject({ code: 'incidents/hold-over' })
    await expect(town.holds.place({ ...placing, until })).rejects.toMatchObject({ code: 'incidents/hold-time', pointer: '/until' })
    expect(JSON.stringify(await town.storage.db.selectFrom('legal_holds').selectAll().execute())).not.toContain('Case 12')
    const second = await town.holds.place({ ...placing, until: until + DAY })
    await town.holds.lift(town.workspace, second.id, town.rita)
    await town.holds.requireUnheld(ana)
  })

  it('keep the questions as they were with the answers, and point at those to look at', async () => {
    await using town = await open(kind)
    const { connector, developer } = await town.creates()
    const answers = {
      transport: { says: 'yes', note: '' },
      backups: { says: 'partly', note: 'none restored' },
      testing: { says: 'not-applicable', note: '' },
    } as const

    const given = await town.selfAssessments.give({ workspace: town.workspace, connector, developer, by: town.dora, answers })

    const [kept] = await town.selfAssessments.list(town.workspace, connector)
    expect(kept).toEqual(given)
    expect(kept?.answers['backups']?.question).toMatch(/backups/)
    expect((await town.ledger()).at(-1)).toMatchObject({
      event: 'security.assessed',
      facts: { lookAt: ['backups', 'testing'], sha256: given.sha256 },
    })
  })
})
