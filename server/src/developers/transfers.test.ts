import { attestationIds } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { manifestFor, openPublishing, restaurant } from '../../test/publishing.ts'
import { rounds } from '../../test/rounds.ts'
import type { ConnectorStanding } from '../directory/index.ts'
import { Jobs } from '../jobs/index.ts'
import { DAY, type DecisionId, newId, type UserId } from '../lib/index.ts'
import { type Delete, fromEntries } from '../lifecycle/index.ts'
import { write } from '../storage/index.ts'
import { createLog, Metrics } from '../telemetry/index.ts'
import { stateOfTransfer, TRANSFER_LASTS } from './transfer.ts'

proves('developers/transfers', 'developers/subprocessors', 'developers/brand', 'developers/operator-brand', 'developers/statements')

const WRITING = 'Approved in writing: both sides signed on 1 December.'

describe.each(databases)('changing hands on $name', (kind) => {
  async function offered(profile: 'house' | 'public' = 'house') {
    const town = await openPublishing(kind, profile)
    const { developers, workspace, developer, dora } = town
    const { connector } = await town.creates()
    const eva = newId('usr') as UserId
    const to = await developers.create({ workspace, name: 'Egret GmbH', country: 'DE', by: eva })
    const transfer = await developers.transfers.ask({ workspace, developer, kind: 'connector', connector, to, reason: 'We sold it.', by: dora })
    const kinds = async () => {
      const rows = await town.storage.db
        .selectFrom('notices')
        .select(['kind', 'recipient_kind', 'recipient'])
        .where('subject', '=', transfer.id)
        .orderBy('id')
        .execute()
      return rows.map(
        (row) =>
          `${row.kind.replace('developers.', '')} ${row.recipient_kind === 'developer' ? (row.recipient === to ? 'to' : 'from') : row.recipient_kind}`,
      )
    }
    return { ...town, connector, eva, to, transfer, kinds }
  }

  it('needs the acceptance of the terms first, then a yes, then the operator in writing; it happens whole and is told to all', async () => {
    await using town = await offered()
    const { developers, workspace, developer, to, transfer, eva, rita, connector, directory } = town
    await directory.standing(connector)
    const decide = () => developers.transfers.decide(workspace, transfer.id, true, WRITING, rita, false)
    await using heron = await restaurant()
    await town.submits(manifestFor(heron.url))
    const late = (standing: ConnectorStanding) => ({
      ...{ standing, developerName: 'Heron Ltd', by: town.dora, manifest: manifestFor(heron.url), document: null, key: null },
      attests: attestationIds,
    })

    await expect(decide()).rejects.toMatchObject({ code: 'developers/transfer-not-accepted' })
    await expect(developers.transfers.accept(workspace, transfer.id, eva)).rejects.toMatchObject({ code: 'developers/transfer-not-accepted' })
    await town.accepts(eva, to)
    await developers.transfers.accept(workspace, transfer.id, eva)
    expect(await directory.standing(connector)).toMatchObject({ developer, developerName: 'Heron Ltd' })
    // What the one handed in would be published in the name of the other.
    await expect(decide()).rejects.toMatchObject({ code: 'developers/release-waits' })
    await town.decides(1, true)
    const before = await directory.standing(connector)
    await decide()

    expect(await directory.standing(connector)).toMatchObject({ developer: to, developerName: 'Egret GmbH', release: { id: before.release?.id } })
    await expect(town.review.submit(late(before))).rejects.toMatchObject({ code: 'request/not-found' })
    expect(await town.kinds()).toEqual(['transfer-asked operator', 'transfer-asked to', 'transfer-approved from', 'transfer-approved to'])
    const spread = await town.storage.db.selectFrom('deadlines').select('payload').where('kind', '=', 'notices.spread').execute()
    const told = spread.map(({ payload }) => JSON.parse(payload).notice).filter(({ kind: one }) => one === 'developers.changed-hands')
    expect(told).toMatchObject([{ title: expect.stringContaining('Egret GmbH'), body: expect.stringContaining('from Heron Ltd to Egret GmbH') }])
    const decisions = await town.lifecycle.decisions(workspace, connector)
    expect(decisions.at(-1)).toMatchObject({ kind: 'transfer', reason: WRITING })
    const rebuilt = fromEntries((await town.ledger()).map(({ facts }) => facts)).get(connector)
    expect(rebuilt?.decisions).toEqual(decisions.map((decision) => ({ ...decision, reason: '' })))
    const last = (await town.ledger()).findLast(({ event }) => event === 'transfer.decided')
    expect(last).toMatchObject({ facts: { approved: true, from: developer, to, connector } })
    expect(JSON.stringify(last)).not.toContain('signed')
    await expect(decide()).rejects.toMatchObject({ code: 'developers/no-change' })
  })

  it('waits for an organisation that is on hold, is decided once, and by nobody of either side in the public profile', async () => {
    await using town = await offered('public')
    const { developers, workspace, to, transfer, eva, rita } = town
    await town.accepts(eva, to)
    await developers.transfers.accept(workspace, transfer.id, eva)
    const hold = await developers.holds.place({ workspace, developer: to, cause: 'operator', facts: 'a concern', by: rita })
    const decide = (approve: boolean, isParty = false) => developers.transfers.decide(workspace, transfer.id, approve, WRITING, rita, isParty)

    await expect(decide(true)).rejects.toMatchObject({ code: 'developers/held' })
    await expect(decide(true, true)).rejects.toMatchObject({ code: 'developers/somebody-else' })
    await developers.holds.release(workspace, hold.id, 'looked', rita)
    const all = await Promise.allSettled([decide(true), decide(false), decide(true)])

    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('leaves an appeal of the former owner to be answered, which lifts what was wrong and brings none of their releases back', async () => {
    await using town = await offered()
    await using heron = await restaurant()
    const { developers, workspace, developer, to, connector, transfer, dora, eva, rita, lifecycle } = town
    const standing = await town.directory.standing(connector)
    await town.submits(manifestFor(heron.url))
    await town.decides(1, false)
    const appealed = async () => {
      const { id } = (await lifecycle.decisions(workspace, connector)).at(-1) ?? {}
      return (await town.review.appeals.appeal(standing, id as DecisionId, 'It was another.', dora)).appeal.id
    }
    const rejected = await appealed()
    await lifecycle.suspend({ workspace, connector, by: rita, decidedAs: ['operator'], reason: 'A leak.', ground: 'security' })
    const suspended = await appealed()
    await town.accepts(eva, to)
    await developers.transfers.accept(workspace, transfer.id, eva)
    await developers.transfers.decide(workspace, transfer.id, true, WRITING, rita, false)
    const now = await town.directory.standing(connector)
    const answering = { standing: now, grant: true, reason: 'So it was.', roles: ['reviewer'] as const }
    const grants = (appeal: DecisionId, by: UserId = rita) => town.review.appeals.answer({ ...answering, appeal, by, standsBehind: false })

    const lifted = await grants(suspended)
    const answered = await grants(rejected, dora)

    expect([lifted.answer?.kind, answered.answer?.kind]).toEqual(['grant-appeal', 'grant-appeal'])
    // She belongs to whoever appealed.
    expect(answered.answer?.decidedAs).toEqual(['reviewer', 'self-review'])
    expect(await lifecycle.statusOf(workspace, connector)).toMatchObject({ status: 'draft', suspendedBy: [] })
    expect((await town.review.desk.file(now, 1)).standing.state).toBe('rejected')
    expect(await town.review.desk.waiting(workspace)).toEqual([])
    const told = await town.storage.db
      .selectFrom('notices')
      .select(['recipient', 'title', 'body'])
      .where('kind', '=', 'review.appeal-granted')
      .execute()
    for (const whom of [developer, to]) expect(told.filter(({ recipient }) => recipient === whom)).toHaveLength(2)
    expect(told.filter(({ body }) => body.includes('has changed hands since'))).toHaveLength(2)
    expect(told.filter(({ title }) => title.endsWith('An appeal of the former owner was granted')).map(({ recipient }) => recipient)).toEqual([
      to,
      to,
    ])
    const facts = { formerOwner: developer, changedHands: true }
    expect((await town.ledger()).filter(({ event }) => event === 'appeal.granted')).toMatchObject([{ facts }, { facts }])
  })

  it('and opening a release again for an appeal do not happen both', async () => {
    await using town = await offered()
    await using heron = await restaurant()
    const { developers, workspace, to, connector, transfer, dora, eva, rita } = town
    await town.submits(manifestFor(heron.url))
    await town.decides(1, false)
    const standing = await town.directory.standing(connector)
    const { id } = (await town.lifecycle.decisions(workspace, connector)).at(-1) ?? {}
    const { appeal } = await town.review.appeals.appeal(standing, id as DecisionId, 'It was another.', dora)
    await town.accepts(eva, to)
    await developers.transfers.accept(workspace, transfer.id, eva)

    await Promise.allSettled([
      town.review.appeals.answer({ standing, appeal: appeal.id, grant: true, reason: '', by: rita, roles: ['reviewer'], standsBehind: false }),
      developers.transfers.decide(workspace, transfer.id, true, WRITING, rita, false),
    ])

    const handedOver = (await town.directory.standing(connector)).developer === to
    expect(await town.review.desk.waiting(workspace)).toHaveLength(handedOver ? 0 : 1)
  })

  it('is over after 30 days, or when it is taken back; and a change of control is accepted anew', async () => {
    await using town = await offered()
    const { developers, workspace, developer, to, connector, transfer, eva, dora, rita, clock } = town
    const again = () => developers.transfers.ask({ workspace, developer, kind: 'connector', connector, to, reason: 'again', by: dora })
    await expect(again()).rejects.toMatchObject({ code: 'developers/no-change' })

    clock.advance(TRANSFER_LASTS + 40 * DAY)
    await town.runsDue()

    expect(stateOfTransfer(await developers.transfers.get(workspace, transfer.id), clock.now())).toBe('ended')
    const second = await again()
    await developers.transfers.end(workspace, second.id, dora)
    await town.accepts(eva, to)
    await expect(developers.transfers.accept(workspace, second.id, eva)).rejects.toMatchObject({ code: 'developers/no-change' })
    const control = await developers.transfers.ask({
      workspace,
      developer: to,
      kind: 'control',
      newControl: 'Osprey Holding',
      reason: 'bought',
      by: eva,
    })
    const { statementEdition } = await import('./statements.ts')
    await developers.state(workspace, to, statementEdition, { location: true, control: true, nationality: true, residence: true }, eva)
    expect(await developers.statementsDue(workspace, to)).toBe(false)
    clock.advance(1)
    await expect(developers.transfers.accept(workspace, control.id, eva)).rejects.toMatchObject({ code: 'developers/transfer-not-accepted' })
    await town.accepts(eva, to)
    await developers.transfers.accept(workspace, control.id, eva)
    await developers.transfers.decide(workspace, control.id, true, WRITING, rita, false)
    // Who controls it is one of the things that the statements are about.
    expect(await developers.statementsDue(workspace, to)).toBe(true)
    expect(stateOfTransfer(await developers.transfers.get(workspace, control.id), clock.now())).toBe('approved')
  })

  it('of subprocessors is told to the users of the connector, and their history stays', async () => {
    await using town = await offered()
    const { developers, workspace, connector, dora } = town
    const place = { workspace, connector, name: 'The Grey Heron' }
    const given = { name: 'Cloud Nest', country: 'IE', purpose: 'hosting', receives: 'everything that the connector receives', url: null }

    const added = await developers.subprocessors.add(place, given, dora)
    await developers.subprocessors.remove(place, added.id, dora)

    const [spread] = await town.storage.db.selectFrom('deadlines').select('payload').where('kind', '=', 'notices.spread').execute()
    expect(JSON.parse(spread?.payload ?? '{}')).toMatchObject({
      audience: { kind: 'enabled', connector },
      notice: { kind: 'developers.subprocessor', legal: true },
    })
    expect(await developers.subprocessors.history(workspace, connector)).toMatchObject([{ name: 'Cloud Nest', removedAt: town.clock.now() }])
    await expect(developers.subprocessors.remove(place, added.id, dora)).rejects.toMatchObject({ code: 'request/not-found' })
    const one = await developers.subprocessors.add(place, given, dora)
    const row = await town.storage.db.selectFrom('subprocessors').selectAll().where('id', '=', one.id).executeTakeFirstOrThrow()
    const more = Array.from({ length: 99 }, () => ({ ...row, id: newId('sub') }))
    await town.storage.write([write(town.storage.db.insertInto('subprocessors').values(more))])
    await expect(developers.subprocessors.add(place, given, dora)).rejects.toMatchObject({ code: 'developers/too-many' })
    const first = await developers.subprocessors.declare(place, { retention: 'a day' }, dora)
    await expect(developers.subprocessors.declare(place, { retention: 'a day' }, dora)).rejects.toMatchObject({ code: 'developers/no-change' })
    expect(await developers.subprocessors.declarations(workspace, connector)).toMatchObject([{ sha256: first.sha256 }])
  })

  it('of marks keeps each edition by its digest, and the end deletes what was supplied', async () => {
    await using town = await offered()
    const { developers, workspace, connector, dora, rita, storage } = town
    const kit = {
      name: 'The Grey Heron',
      attribution: 'Heron is a mark of Heron Ltd',
      clearSpace: 0.5,
      background: 'light',
      guidelinesUrl: null,
    } as const
    const svg = Buffer.from('<svg onload="x()"><rect width="1" height="1"/></svg>')

    const kept = await developers.brands.set(workspace, connector, kit, svg, dora)
    const again = await developers.brands.set(workspace, connector, { ...kit, clearSpace: 1 }, undefined, dora)
    const other = await developers.brands.set(workspace, connector, { ...kit, clearSpace: 1 }, Buffer.from('<svg><rect width="2"/></svg>'), dora)
    const files = () => storage.db.selectFrom('brand_files').select('sha256').where('owner', '=', connector).execute()
    expect(await files()).toEqual([{ sha256: other.logoSha256 }])
    const back = await developers.brands.set(workspace, connector, { ...kit, clearSpace: 1 }, svg, dora)
    town.clock.advance(1)
    expect(await developers.brands.set(workspace, connector, { ...kit, clearSpace: 1 }, svg, dora)).toEqual(back)

    // Of two who change them at once one is told so, and what is shown stays whole.
    const { write: writes } = storage
    storage.write = async (given) => {
      storage.write = writes
      await developers.brands.set(workspace, connector, kit, Buffer.from('<svg><rect width="3"/></svg>'), rita)
      return await writes(given)
    }
    await expect(developers.brands.set(workspace, connector, { ...kit, clearSpace: 2 }, undefined, dora)).rejects.toMatchObject({
      code: 'developers/no-change',
    })
    expect(await files()).toEqual([{ sha256: (await developers.brands.of(workspace, connector))?.logoSha256 }])
    // A file that is missing is there again once somebody hands the same in.
    await developers.brands.set(workspace, connector, { ...kit, clearSpace: 1 }, svg, dora)
    await storage.write([write(storage.db.deleteFrom('brand_files').where('owner', '=', connector))])
    const repaired = await developers.brands.set(workspace, connector, { ...kit, clearSpace: 1 }, svg, dora)
    expect(await files()).toEqual([{ sha256: repaired.logoSha256 }])

    expect(again).toMatchObject({ logoSha256: kept.logoSha256 })
    expect(again.sha256).not.toBe(kept.sha256)
    const logo = await developers.brands.logo(workspace, connector, kept.logoSha256 ?? '')
    expect(Buffer.from(logo?.bytes ?? []).toString()).not.toContain('onload')
    await expect(developers.brands.set(workspace, connector, kit, Buffer.from('GIF89a'), dora)).rejects.toMatchObject({
      code: 'developers/image-invalid',
    })
    await developers.brands.setOfOperator(workspace, { name: 'Town', guidelines: 'Do not stretch it.' }, svg, rita)
    const nothing = async () => ({ writes: [], count: 0 })
    const marks: Delete = ({ at, ...of }) => developers.brands.deleting(of.workspace, of.connector, at)
    const handlers = town.lifecycle.handlers({ deletions: { credentials: nothing, caches: nothing, marks } })
    const jobs = new Jobs({ ...town, metrics: new Metrics(), log: createLog('silent'), node: 'node_test', handlers })
    await jobs.runDue()
    expect(await developers.brands.of(workspace, connector)).toMatchObject({ sha256: again.sha256 })

    const gone = town.clock.now()
    await town.lifecycle.remove({ workspace, connector, by: rita, decidedAs: ['operator'], reason: 'over' })
    // Not shown from the end on, and kept until the day that the terms name.
    expect(await developers.brands.of(workspace, connector)).toBeNull()
    expect(await developers.brands.logo(workspace, connector, kept.logoSha256 ?? '')).toBeNull()
    await expect(developers.brands.set(workspace, connector, kit, svg, dora)).rejects.toMatchObject({ code: 'developers/no-change' })
    expect(await files()).toHaveLength(1)
    town.clock.advance(30 * DAY)
    await jobs.runDue()

    expect(await files()).toEqual([])
    const states = await town.lifecycle.deletions(workspace, connector, gone)
    expect(states.find(({ deletes }) => deletes === 'marks')).toMatchObject({ count: 6, doneAt: gone + 30 * DAY })
    expect((await town.ledger()).filter(({ event }) => event === 'brand.purged')).toHaveLength(1)
    expect(await developers.brands.ofOperator(workspace)).toMatchObject({ kit: { name: 'Town' }, logoSha256: kept.logoSha256 })
    expect(JSON.stringify(await storage.db.selectFrom('brand_kits').selectAll().execute())).not.toContain('Grey Heron')
  })

  it('of facts asks for the four statements again, in a public place demands all proofs, and in a house none', async () => {
    await using town = await offered('public')
    await using house = await offered()
    const { developers, workspace, developer, dora } = town
    const { statementEdition } = await import('./statements.ts')
    const yes = { location: true, control: true, nationality: true, residence: true }
    expect(await house.developers.lacking(house.workspace, house.developer)).toEqual([])
    await house.developers.requireReady(house.workspace, house.developer)
    expect(await developers.lacking(workspace, developer)).toEqual([
      'legal-name',
      'address',
      'contact-legal',
      'contact-security',
      'contact-support',
      'domain',
      'statements',
    ])
    await expect(developers.requireReady(workspace, developer)).rejects.toMatchObject({ code: 'developers/incomplete' })

    await expect(developers.state(workspace, developer, 'f'.repeat(64), yes, dora)).rejects.toMatchObject({ code: 'developers/statements-outdated' })
    await developers.state(workspace, developer, statementEdition, yes, dora)
    expect(await developers.statementsDue(workspace, developer)).toBe(false)
    await developers.profiles.addOwner(
      workspace,
      developer,
      { kind: 'person', name: 'Odile', aliases: [], country: 'IE', nationality: null, birthYear: null, registrationNumber: null, share: 50 },
      dora,
    )
    expect(await developers.statementsDue(workspace, developer)).toBe(true)
    await developers.state(workspace, developer, statementEdition, { ...yes, control: false }, dora)

    expect(await developers.findings.list(workspace, { developer, open: true, after: null, limit: 9 })).toMatchObject([{ kind: 'statement' }])
    await developers.requireUnheld(workspace, developer)
    const facts = (await town.ledger()).filter(({ event }) => event === 'developer.stated').map(({ facts: said }) => said['edition'])
    expect(facts).toEqual([statementEdition, statementEdition])
  })
})

describe('a transfer', () => {
  it('is approved only after it was accepted, and never moves once it is over, whatever happens to it', () => {
    const step = fc.constantFrom('accept', 'approve', 'refuse', 'end', 'wait')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let now = 0
        let facts: Parameters<typeof stateOfTransfer>[0] = { acceptance: null, decision: null, endedAt: null, expiresAt: TRANSFER_LASTS }
        for (const one of steps) {
          const before = stateOfTransfer(facts, now)
          const isOpen = before === 'asked' || before === 'accepted'
          const by = 'usr_1' as UserId
          // What the guards of the statements let through.
          if (one === 'wait') now += 9 * DAY
          else if (isOpen && one === 'accept' && facts.acceptance === null) facts = { ...facts, acceptance: { id: 'acc_1', by, at: now } }
          else if (isOpen && one === 'approve' && facts.acceptance !== null)
            facts = { ...facts, decision: { approved: true, writing: '', by, at: now } }
          else if (isOpen && one === 'refuse') facts = { ...facts, decision: { approved: false, writing: '', by, at: now } }
          else if (facts.decision === null && facts.endedAt === null && one === 'end') facts = { ...facts, endedAt: now }
          const after = stateOfTransfer(facts, now)
          if (after === 'approved') expect(facts.acceptance).not.toBeNull()
          if (!isOpen) expect(after).toBe(before)
        }
      }),
      { seed: 3, numRuns: rounds(100_000) },
    )
  })
})
