import { describe, expect, it } from 'vitest'
import { backBefore } from '../../test/back-before.ts'
import { databases } from '../../test/databases.ts'
import { manifestFor, openPublishing, publishingRooms, restaurant } from '../../test/publishing.ts'
import { type DecisionId, MINUTE, MovableClock, newId, type ReleaseId } from '../lib/index.ts'
import { Enforcement, migrate, openStorage, write } from '../storage/index.ts'

describe.each(databases)('a database in which things doubled before there was one of each, on $name', (kind) => {
  it('is brought up to date with its decisions as they were, and the review goes on', async () => {
    await using database = await kind.open()
    await using connector = await restaurant()
    const { place } = database
    const before = await doubled()
    const applied = await migrate(place)
    const storage = await openStorage(place, { nodeId: 'node_test' })
    await using rooms = await roomsOver(storage, before.now)
    const { review, directory, lifecycle } = rooms
    const { appeals, desk, probes } = review
    const { workspace, rita, dora, first, second } = before
    const standing = await directory.bySlug(workspace, 'heron')
    const as = { standing, by: rita, reason: 'So it is.', roles: ['reviewer'] as const, standsBehind: false }
    const { id: release, digest } = await directory.release(workspace, standing.connector, 3)

    expect(applied).toEqual(['0018-one-at-a-time', '0019-one-reply', '0020-cannot-look'])
    expect(await storage.db.selectFrom('decisions').selectAll().orderBy('id').execute()).toEqual(before.decisions)
    expect((await appeals.of(standing)).map(({ appeal, answer }) => [appeal.id, answer?.kind])).toEqual([
      [second, undefined],
      [first, 'deny-appeal'],
    ])
    await expect(appeals.answer({ ...as, appeal: first, grant: true })).rejects.toMatchObject({ code: 'review/appeal-answered' })
    const twice = await Promise.allSettled([true, false].map((grant) => appeals.answer({ ...as, appeal: second, grant })))
    expect(twice.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(appeals.appeal(standing, before.rejected, 'Again.', dora)).rejects.toMatchObject({ code: 'review/not-appealable' })
    expect(await appeals.waiting(workspace)).toEqual([])
    expect((await desk.waiting(workspace)).map(({ number }) => number)).toEqual([3])
    expect((await desk.file(standing, 3)).standing.claimedBy).toBe(rita)
    expect((await probes.list(workspace, release)).map(({ state, endedAt }) => [state, endedAt])).toEqual([
      ['queued', null],
      ['failed', before.now],
    ])
    expect(await probes.list(workspace, before.edition2)).toMatchObject([{ state: 'failed', endedAt: before.now }])
    const ended = await storage.db.selectFrom('review_claims').select('ended_at').orderBy('id').execute()
    expect(ended).toEqual([{ ended_at: before.now }, { ended_at: null }])
    const { decided_at } = await storage.db.selectFrom('releases').select('decided_at').where('id', '=', before.edition2).executeTakeFirstOrThrow()
    expect(decided_at).toBe(before.superseded)
    await desk.claim({ standing, number: 3, by: rita, standsBehind: false })
    await desk.decide({ ...as, number: 3, digest, verdict: 'approve' })
    expect(await lifecycle.statusOf(workspace, standing.connector)).toMatchObject({ status: 'live', release })
    await storage.close()

    async function doubled() {
      await using town = await openPublishing({ name: kind.name, open: async () => ({ place, [Symbol.asyncDispose]: async () => {} }) })
      const { workspace, dora, rita, clock, storage } = town
      const { db } = storage
      const standing = await town.creates()
      await town.submits(manifestFor(connector.url))
      await town.decides(1, false)
      const rejected = (await town.lifecycle.decisions(workspace, standing.connector)).at(-1)?.id as DecisionId
      const { appeal } = await town.review.appeals.appeal(standing, rejected, 'It was another.', dora)
      const answer = { standing, appeal: appeal.id, grant: false, reason: 'No.', by: rita, roles: ['reviewer'] as const, standsBehind: false }
      await town.review.appeals.answer(answer)
      for (const number of [2, 3]) {
        town.clock.advance(MINUTE)
        await town.submits(manifestFor(connector.url, { description: `Edition ${number}.` }))
      }
      await town.review.desk.claim({ standing, number: 3, by: rita, standsBehind: false })
      await town.review.probes.ask(standing, 3, rita)
      const rows = await db.selectFrom('decisions').selectAll().where('kind', 'in', ['appeal', 'deny-appeal']).orderBy('id').execute()
      const again = rows.map((row) => ({ ...row, id: newId('dcn', clock.now()), kind: row.kind === 'appeal' ? row.kind : 'grant-appeal' }))
      const [claim, run, deadline, releases] = await Promise.all([
        db.selectFrom('review_claims').selectAll().executeTakeFirstOrThrow(),
        db.selectFrom('probe_runs').selectAll().executeTakeFirstOrThrow(),
        db.selectFrom('deadlines').selectAll().where('kind', '=', 'review.probe').executeTakeFirstOrThrow(),
        db.selectFrom('releases').select(['id', 'created_at']).where('number', '>', 1).orderBy('number').execute(),
      ])
      town.clock.advance(MINUTE)
      const at = clock.now()
      const [edition2, edition3] = releases.map(({ id }) => id as ReleaseId)
      if (edition2 === undefined || edition3 === undefined) throw new Error('Two were handed in.')
      const runs = [
        // Given up by a release that left the run as it was.
        { ...run, id: newId('prb', at), release_id: edition2, state: 'running' },
        { ...run, id: newId('prb', at), release_id: edition3, at },
      ]
      const deadlines = runs.map(({ id, release_id }, index) => {
        return { ...deadline, id: `${deadline.id}${index}`, subject: id, dead_at: release_id === edition2 ? at : null }
      })
      await storage.write([
        ...backBefore('0018'),
        write(db.insertInto('decisions').values(again)),
        write(db.insertInto('review_claims').values({ ...claim, id: newId('clm', at), at })),
        write(db.insertInto('probe_runs').values(runs)),
        write(db.insertInto('deadlines').values(deadlines)),
        write(db.updateTable('releases').set({ decided_at: null }).where('number', '=', 2)),
      ])
      const decisions = await db.selectFrom('decisions').selectAll().orderBy('id').execute()
      const second = again.find((row) => row.kind === 'appeal')?.id as DecisionId
      return { workspace, dora, rita, rejected, first: appeal.id, second, decisions, edition2, superseded: releases[1]?.created_at, now: at }
    }
  })
})

async function roomsOver(storage: Awaited<ReturnType<typeof openStorage>>, now: number) {
  const enforcement = new Enforcement(storage)
  await enforcement.start()
  return publishingRooms({ storage, clock: new MovableClock(now), enforcement })
}
