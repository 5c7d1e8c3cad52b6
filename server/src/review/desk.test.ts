import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { manifestFor, openPublishing, restaurant, restaurantTools } from '../../test/publishing.ts'
import { DAY, type DecisionId, type Json, newId, sha256, type UserId } from '../lib/index.ts'
import { canBeDismissed, findingKey, fromEntries, ReleaseStore, releaseStates, wordsOf } from './index.ts'

proves('review/people-decide', 'review/four-eyes', 'review/appeals', 'review/rights-attested', 'review/no-training-attested', 'review/sponsor')

const rob = newId('usr') as UserId
const ruth = newId('usr') as UserId

/** Of two at the same moment: what came of the one that was first, and why the other was not. */
async function firstAndSecond<T>(act: () => Promise<T>): Promise<readonly [T, unknown]> {
  const both = await Promise.allSettled([act(), act()])
  const done = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const [refused] = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const [first] = done
  if (first === undefined || done.length > 1) throw new Error(`${done.length} of two were done`)
  return [first, refused]
}

describe.each(databases)('the desk of the reviewers on $name', { timeout: 120_000 }, (kind) => {
  it('sends a release back with a statement of reasons, and the next one takes its place', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind)
    const { connector: id } = await town.creates()
    const first = await town.submits(manifestFor(connector.url))

    await expect(town.decides(1, 'reject', { ground: 'maintenance' })).rejects.toMatchObject({ code: 'lifecycle/ground' })
    await town.decides(1, 'request-changes', { reason: 'Say what a booking costs.' })
    const returned = await town.review.desk.file(await town.directory.standing(id), 1)
    const second = await town.submits(manifestFor(connector.url, { description: 'Find a table and book it for nothing.' }))
    await town.decides(2, 'request-changes', { reason: 'It is somebody else.', ground: 'deception' })
    await town.submits(manifestFor(connector.url, { description: 'Find a table and book it for nothing.' }))
    await town.decides(3, true)

    expect((await town.lifecycle.decisions(town.workspace, id)).find(({ ground }) => ground === 'deception')).toMatchObject({ clause: '2e-ii' })
    expect(returned.standing).toMatchObject({ state: 'changes-requested', digest: first.digest })
    const decision = (await town.lifecycle.decisions(town.workspace, id)).find((one) => one.kind === 'request-changes')
    expect(decision).toMatchObject({
      reason: 'Say what a booking costs.',
      ground: 'review-finding',
      clause: '2d-review',
      redress: { until: expect.any(Number) },
    })
    const told = await town.sentNotices()
    expect(told.map((notice) => notice.kind)).toEqual([
      'review.received',
      'review.changes-requested',
      'review.received',
      'review.changes-requested',
      'review.received',
      'review.approved',
    ])
    expect(told[1]?.body).toContain('Say what a booking costs.')
    expect(told[1]?.body).toContain(`handfast connector appeal heron ${decision?.id}`)
    expect(await town.directory.standing(id)).toMatchObject({ status: 'live', release: { digest: second.digest } })
  })

  it('lets nobody decide about a release that its developer took back, or that another one superseded', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    await town.submits(manifestFor(connector.url))

    await town.review.desk.withdraw({ standing, number: 1, by: town.dora }, 'not yet')
    const late = town.decides(1, true)
    await expect(late).rejects.toMatchObject({ code: 'review/decided' })
    await town.submits(manifestFor(connector.url))
    await town.submits(manifestFor(connector.url, { description: 'Find a table, and book it.' }))

    await expect(town.decides(2, true)).rejects.toMatchObject({ code: 'review/decided' })
    await expect(town.review.desk.withdraw({ standing, number: 2, by: town.dora }, '')).rejects.toMatchObject({ code: 'review/decided' })
    const states = await Promise.all([1, 2, 3].map(async (number) => (await town.review.desk.file(standing, number)).standing.state))
    expect(states).toEqual(['withdrawn', 'superseded', 'submitted'])
    expect((await town.review.desk.waiting(town.workspace)).map(({ number }) => number)).toEqual([3])
  })

  it('keeps a release with whoever has it in hand, until it is given back or the time is over', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    await town.submits(manifestFor(connector.url))
    const as = (by: UserId) => ({ standing, number: 1, by, standsBehind: false })

    const held = await town.review.desk.claim(as(town.rita))
    const elsewhere = town.review.desk.claim(as(rob))
    await expect(elsewhere).rejects.toMatchObject({ code: 'review/claimed', status: 409 })
    await expect(town.decides(1, true, { by: rob })).rejects.toMatchObject({ code: 'review/claimed' })
    await town.review.desk.giveBack(as(town.rita))
    const second = await town.review.desk.claim(as(rob))
    town.clock.advance(4 * 3_600_000)
    const third = await town.review.desk.claim(as(ruth))
    await town.review.desk.giveBack(as(ruth))
    const before = await town.ledger()
    await town.review.desk.giveBack(as(ruth))
    const both = await Promise.allSettled([town.review.desk.claim(as(town.rita)), town.review.desk.claim(as(rob))])

    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'review/claimed' } })
    expect((await town.ledger()).slice(before.length).map(({ event }) => event)).toEqual(['release.claimed'])
    expect(held.standing).toMatchObject({ state: 'in-review', claimedBy: town.rita })
    expect([second.standing.claimedBy, third.standing.claimedBy]).toEqual([rob, ruth])
  })

  it('asks two different people where the risk is high, and in public that is the default', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind, 'public', { secondReviewFromRisk: undefined })
    const { connector: id } = await town.creates()
    const plain = await town.submits(manifestFor(connector.url))
    const tools: Json = [
      ...(restaurantTools as readonly Json[]),
      { name: 'cancel', inputSchema: { type: 'object' }, annotations: { destructiveHint: true } },
    ]
    await using dangerous = await restaurant(() => tools)
    const risky = await town.submits(manifestFor(dangerous.url, { credential: { type: 'bearer' } }))

    expect([plain.risk < 40, plain.reviewersNeeded, risky.risk >= 40, risky.reviewersNeeded]).toEqual([true, 1, true, 2])
    await using careful = await openPublishing(kind, 'public', { secondReviewFromRisk: 1 })
    const draft = await careful.creates()
    await careful.submits(manifestFor(connector.url))
    const first = await careful.decides(1, true)
    const again = careful.decides(1, true)
    await expect(again).rejects.toMatchObject({ code: 'review/same-reviewer' })
    const between = await careful.directory.standing(draft.connector)
    const second = await careful.decides(1, true, { by: rob })

    expect([first, between.status, second]).toEqual(['agree', 'in-review', 'approve'])
    expect(await careful.directory.standing(draft.connector)).toMatchObject({ status: 'live', selfReviewed: false })
    expect((await careful.sentNotices()).map((notice) => notice.kind)).toEqual(['review.received', 'review.agreed', 'review.approved'])
    expect(await town.directory.standing(id)).toMatchObject({ status: 'in-review' })
  })

  it('lets nobody of the developer claim, dismiss or approve in public', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind, 'public')
    const standing = await town.creates()
    const { findings } = await town.submits(manifestFor(connector.url, { privacyNotice: 'We keep what you say to us.' }))
    const own = { standing, number: 1, by: town.dora, standsBehind: true }
    const [finding] = findings

    await expect(town.review.desk.claim(own)).rejects.toMatchObject({ code: 'review/self-review' })
    await expect(town.review.desk.dismiss(own, findingKey(finding ?? { rule: '', pointer: '', message: '' }), 'mine')).rejects.toMatchObject({
      code: 'review/self-review',
    })
    await expect(town.decides(1, true, { by: town.dora })).rejects.toMatchObject({ code: 'review/self-review' })
    await expect(town.decides(1, 'request-changes', { standsBehind: true })).rejects.toMatchObject({ code: 'review/self-review' })
  })

  it('makes nobody a stranger in public who belonged to the developer when it was handed in and left since', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind, 'public')
    await town.creates()
    const { workspace, developer, developers } = town
    await developers.setMember({ workspace, developer, user: rob, role: 'member', by: town.dora })
    await town.submits(manifestFor(connector.url))

    await developers.setMember({ workspace, developer, user: rob, role: null, by: town.dora })
    const left = town.decides(1, true, { by: rob, standsBehind: false })
    await expect(left).rejects.toMatchObject({ code: 'review/self-review' })

    expect(await town.decides(1, true)).toBe('approve')
  })

  it('shows nothing in the queue of a connector that is gone', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind)
    const { connector: id } = await town.creates()
    await town.submits(manifestFor(connector.url), null, { reviewerKey: null })
    const { workspace } = town

    const before = await town.review.desk.waiting(workspace)
    await town.lifecycle.remove({ workspace, connector: id, by: town.rita, decidedAs: ['operator'], reason: 'Gone.', ground: 'security' })

    expect([before.length, (await town.review.desk.waiting(workspace)).length]).toEqual([1, 0])
  })

  it('puts findings aside with a reason, but not those that do harm whoever says yes', async () => {
    const tools = [
      { name: 'find_table', description: 'Finds a table.\u202e Hidden.', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
    ]
    await using connector = await restaurant(() => tools)
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    const { findings } = await town.submits(manifestFor(connector.url))
    const hidden = findings.find(({ rule }) => rule === 'hidden-characters')
    const other = findings.find(({ rule }) => canBeDismissed(rule))
    if (hidden === undefined || other === undefined) throw new Error('There is something to put aside, and something that stays.')
    const as = { standing, number: 1, by: town.rita, standsBehind: false }

    await expect(town.review.desk.dismiss(as, findingKey(hidden), 'fine')).rejects.toMatchObject({
      code: 'review/finding-stays',
    })
    await expect(town.review.desk.dismiss(as, 'nothing', 'fine')).rejects.toMatchObject({ code: 'review/finding-unknown' })
    await town.review.desk.dismiss(as, findingKey(other), 'Looked at by hand.')

    await expect(town.decides(1, true)).rejects.toMatchObject({ code: 'review/blocked' })
    expect((await town.review.desk.file(standing, 1)).dismissals).toMatchObject([{ reason: 'Looked at by hand.', by: town.rita }])
  })

  it('says in public what was not verified about who publishes, and asks nobody in a house', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind, 'public')
    await using house = await openPublishing(kind)
    const own = manifestFor(connector.url, { ownsApi: true })
    const about = (findings: readonly { readonly rule: string }[]) =>
      findings.map(({ rule }) => rule).filter((rule) => ['domain-unproven', 'publisher-unverified'].includes(rule))
    for (const one of [town, house]) await one.creates()

    const unknown = await town.submits(own)
    town.proven.push('127.0.0.1')
    const proven = await town.submits(own)

    expect(about(unknown.findings).toSorted()).toEqual(['domain-unproven', 'publisher-unverified', 'publisher-unverified'])
    expect(about(proven.findings)).toEqual(['publisher-unverified', 'publisher-unverified'])
    expect(about((await house.submits(own)).findings)).toEqual([])
  })

  it('takes the word of the developer: ticked in public, by handing in in a house', async () => {
    await using connector = await restaurant()
    await using house = await openPublishing(kind)
    const standing = await house.creates()
    await house.submits(manifestFor(connector.url), null, { attests: null })
    await using town = await openPublishing(kind, 'public')
    await town.creates()
    const silent = town.submits(manifestFor(connector.url), null, { attests: null })
    await expect(silent).rejects.toMatchObject({ code: 'review/attestation-missing', pointer: '/attests' })
    const partly = town.submits(manifestFor(connector.url), null, { attests: ['response-rights', 'no-training'] })
    await expect(partly).rejects.toMatchObject({ code: 'review/attestation-missing' })

    const { submission } = await house.review.desk.file(standing, 1)
    expect(submission?.attestations).toMatchObject({ how: 'by-handing-in' })
    expect(submission?.attestations.made.map(({ id }) => id)).toEqual([
      'response-rights',
      'right-to-use',
      'not-the-owner',
      'no-training',
      'security-assessment',
      'export-statements',
    ])
    const [rights] = submission?.attestations.made ?? []
    if (rights === undefined) throw new Error('Something was attested to.')
    // What was on the screen stays, whatever is asked later.
    expect(wordsOf({ ...rights, says: 'other words' })).toBeNull()
    expect(wordsOf(rights)).toBe(rights.says)
    const entry = (await house.ledger()).find(({ event }) => event === 'release.submitted')
    expect(entry?.facts['attestations']).toMatchObject({
      'response-rights': expect.stringMatching(/^[0-9a-f]{64}$/),
      'no-training': expect.any(String),
    })
  })

  it('has whoever does not own an API named as that, without its logo unless there is leave', async () => {
    const icons = [{ src: 'https://heron.example/logo.png' }]
    const tools = [{ name: 'find_table', description: 'Finds a table.', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true }, icons }]
    await using connector = await restaurant(() => tools)
    await using town = await openPublishing(kind)
    const { connector: id } = await town.creates()
    for (const change of [{}, { ownerMarks: true }, { ownsApi: true }]) await town.submits(manifestFor(connector.url, change))

    const contents = await Promise.all([1, 2, 3].map(async (number) => (await town.directory.release(town.workspace, id, number)).content))
    expect(contents.map(({ publishedBy }) => publishedBy)).toEqual([
      { developer: 'Heron Ltd', ownsApi: false },
      { developer: 'Heron Ltd', ownsApi: false, ownerMarks: true },
      { developer: 'Heron Ltd', ownsApi: true },
    ])
    expect(contents.map((content) => content.tools[0]?.icons ?? null)).toEqual([null, icons, icons])
    // What the server said stays beside it, untouched.
    expect((await town.directory.release(town.workspace, id, 1)).source).toContain('logo.png')
    expect((await town.review.desk.file(await town.directory.standing(id), 3)).submission?.attestations.made.map((one) => one.id)).not.toContain(
      'not-the-owner',
    )
  })

  it('lets an appeal be answered by somebody else in public, and has a granted one looked at again', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind, 'public')
    const standing = await town.creates()
    const { workspace, developer, developers } = town
    await developers.setMember({ workspace, developer, user: ruth, role: 'member', by: town.dora })
    await town.submits(manifestFor(connector.url))
    await developers.setMember({ workspace, developer, user: ruth, role: null, by: town.dora })
    await town.decides(1, false)
    const decisions = await town.lifecycle.decisions(town.workspace, standing.connector)
    const rejected = decisions.find((one) => one.kind === 'reject')?.id as DecisionId

    const [made, twice] = await firstAndSecond(() => town.review.appeals.appeal(standing, rejected, 'It was the other connector.', town.dora))
    expect(twice).toMatchObject({ code: 'review/not-appealable' })
    await expect(town.review.appeals.appeal(standing, rejected, 'Again.', town.dora)).rejects.toMatchObject({ code: 'review/not-appealable' })
    const answering = { standing, appeal: made.appeal.id, grant: true, reason: 'So it was.', roles: ['reviewer'] as const, standsBehind: false }
    await expect(town.review.appeals.answer({ ...answering, by: town.rita })).rejects.toMatchObject({ code: 'review/appeal-elsewhere' })
    await expect(town.review.appeals.answer({ ...answering, by: rob, standsBehind: true })).rejects.toMatchObject({ code: 'review/appeal-elsewhere' })
    expect((await town.review.appeals.waiting(town.workspace)).map(({ appeal }) => appeal.id)).toEqual([made.appeal.id])
    // She belonged to them when it was handed in.
    await expect(town.review.appeals.answer({ ...answering, by: ruth })).rejects.toMatchObject({ code: 'review/appeal-elsewhere' })
    const [answered, late] = await firstAndSecond(() => town.review.appeals.answer({ ...answering, by: rob }))
    expect(late).toMatchObject({ code: 'review/appeal-answered' })
    await expect(town.review.appeals.answer({ ...answering, by: ruth })).rejects.toMatchObject({ code: 'review/appeal-answered' })

    expect(answered).toMatchObject({ sameDecider: false, answer: { kind: 'grant-appeal', by: rob } })
    expect((await town.review.desk.file(standing, 1)).standing.state).toBe('submitted')
    expect(await town.decides(1, true, { by: rob })).toBe('approve')
    expect(await town.directory.standing(standing.connector)).toMatchObject({ status: 'live' })
    expect((await town.sentNotices()).map(({ kind: what, to }) => [what, to])).toEqual([
      ['review.received', 'developer'],
      ['review.rejected', 'developer'],
      ['review.appealed', 'operator'],
      ['review.appeal-granted', 'developer'],
      ['review.approved', 'developer'],
    ])
  })

  it('says in a house that the same person answered, takes no appeal after its time, and lifts what an appeal was right about', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    await town.submits(manifestFor(connector.url))
    await town.decides(1, true)
    const { workspace } = town
    await town.lifecycle.suspend({
      workspace,
      connector: standing.connector,
      by: town.rita,
      decidedAs: ['operator'],
      reason: 'A leak.',
      ground: 'security',
    })
    const suspended = (await town.lifecycle.decisions(workspace, standing.connector)).find((one) => one.kind === 'suspend')

    const { appeal } = await town.review.appeals.appeal(standing, suspended?.id as DecisionId, 'There is none.', town.dora)
    town.clock.advance(14 * 86_400_000)
    await town.works('review.appeal-due')
    const answered = await town.review.appeals.answer({
      standing,
      appeal: appeal.id,
      grant: true,
      reason: 'Right.',
      by: town.rita,
      roles: ['operator'],
      standsBehind: false,
    })
    await town.submits(manifestFor(connector.url, { description: 'Something else.' }))
    await town.decides(2, false)
    const rejected = (await town.lifecycle.decisions(workspace, standing.connector)).find((one) => one.kind === 'reject')
    town.clock.advance(180 * 86_400_000)

    expect(answered.sameDecider).toBe(true)
    expect(await town.directory.standing(standing.connector)).toMatchObject({ status: 'live' })
    expect((await town.sentNotices()).map((notice) => notice.kind)).toContain('review.appeal-due')
    const late = town.review.appeals.appeal(standing, rejected?.id as DecisionId, 'Late.', town.dora)
    await expect(late).rejects.toMatchObject({ code: 'review/appeal-too-late', status: 410 })
  })

  it('lifts with an appeal what was appealed, in the role of whoever answers, and nothing while the developer is held or not bound', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind)
    const standing = await town.creates()
    await town.submits(manifestFor(connector.url))
    await town.decides(1, true)
    const { workspace, developer, lifecycle } = town
    const steering = { workspace, connector: standing.connector, by: town.rita, decidedAs: ['operator'] as const, reason: '' }
    const suspends = async (ground: 'security' | 'deception') => {
      await lifecycle.suspend({ ...steering, ground })
      const { id } = (await lifecycle.decisions(workspace, standing.connector)).at(-1) ?? {}
      return (await town.review.appeals.appeal(standing, id as DecisionId, 'No.', town.dora)).appeal.id
    }
    const first = await suspends('security')
    await lifecycle.reinstate(steering)
    const second = await suspends('deception')
    const grants = (appeal: DecisionId) =>
      town.review.appeals.answer({ standing, appeal, grant: true, reason: 'So it was.', by: town.rita, roles: ['reviewer'], standsBehind: false })

    await grants(first)
    const between = await lifecycle.statusOf(workspace, standing.connector)
    const { id: hold } = await town.developers.holds.place({ workspace, developer, cause: 'operator', facts: 'A look is due.', by: town.rita })
    await expect(grants(second)).rejects.toMatchObject({ code: 'developers/held' })
    await town.developers.holds.release(workspace, hold, 'Looked at.', town.rita)
    // What was away when the documents changed comes back under those in force.
    const words = { workspace, document: 'usage-policies', title: 'Usage policies', language: 'en', body: 'Greet people.', by: town.rita }
    const change = await town.terms.changes.draft({ ...words, class: 'material', justification: 'a new duty' })
    await town.terms.changes.post(workspace, change, town.rita, { sha256: sha256(words.body) })
    town.serves(change, developer, town.clock.now())
    town.clock.advance(16 * DAY)
    await town.runs('terms.effective')
    await expect(grants(second)).rejects.toMatchObject({ code: 'terms/not-accepted' })
    expect(await town.review.appeals.waiting(workspace)).toHaveLength(1)
    await town.accepts()
    await grants(second)

    expect(between).toMatchObject({ status: 'suspended', because: { ground: 'deception' } })
    expect(await lifecycle.statusOf(workspace, standing.connector)).toMatchObject({ status: 'live' })
    expect((await lifecycle.decisions(workspace, standing.connector)).findLast((one) => one.kind === 'reinstate')).toMatchObject({
      decidedAs: ['reviewer'],
      ground: 'appeal-granted',
    })
  })

  it('stands the same when it is rebuilt from the entries of the ledger alone', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind, 'public', { secondReviewFromRisk: 1 })
    const standing = await town.creates()
    const { workspace, storage } = town
    for (const description of ['One.', 'Two.', 'Three.', 'Four.', 'Five.']) {
      const { number } = await town.submits(manifestFor(connector.url, { description }))
      await town.review.desk.claim({ standing, number, by: town.rita, standsBehind: false })
      if (number === 1) await town.decides(1, 'request-changes')
      if (number === 2) await town.review.desk.withdraw({ standing, number, by: town.dora }, '')
      // A first yes gives it back to the queue.
      if (number === 5) await town.decides(5, true, { by: town.rita })
      if (number === 3) for (const by of [town.rita, rob]) await town.decides(3, true, { by })
    }

    const decisions = await town.lifecycle.decisions(workspace, standing.connector)
    const tables = releaseStates(await new ReleaseStore(storage).steps(standing, decisions), town.clock.now())
    const rows = await storage.db.selectFrom('ledger_entries').select('body').orderBy('position').execute()
    const bodies = rows.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    const entries = bodies.map((facts) => ({
      event: String(facts['event']),
      subject: String(facts['subject']),
      by: String(facts['by']),
      at: Number(facts['at']),
      facts,
    }))

    expect(releaseStates(fromEntries(entries, standing.connector), town.clock.now())).toEqual(tables)
    expect([...tables.values()].map(({ state }) => state)).toEqual(['changes-requested', 'withdrawn', 'approved', 'superseded', 'in-review'])
  })
})
