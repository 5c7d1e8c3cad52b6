import { describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { manifestFor, openPublishing, restaurant } from '../../test/publishing.ts'
import { Jobs } from '../jobs/index.ts'
import { DAY, HOUR, MovableClock, shownTime } from '../lib/index.ts'
import { createLog, Metrics } from '../telemetry/index.ts'
import { agreementOf, type DecidedAs, type Delete, type Deletion } from './index.ts'

proves('lifecycle/notice-period', 'lifecycle/deletions', 'lifecycle/survival')

const zones = ['Pacific/Auckland', 'America/New_York', 'Europe/Berlin'] as const
type Zone = (typeof zones)[number]

/** Moments before which 30 days hold something odd, in each zone: clocks that go forward or back, and the day that most years lack. */
const beginnings: Readonly<Record<Zone, readonly (readonly [what: string, at: string])[]>> = {
  'Pacific/Auckland': [
    ['clocks going forward', '2026-09-10T11:59:59.999Z'],
    ['a leap day', '2028-02-10T10:30:00.000Z'],
  ],
  'America/New_York': [
    ['clocks going back', '2026-10-20T03:59:59.999Z'],
    ['a leap day', '2028-02-01T05:00:00.000Z'],
  ],
  'Europe/Berlin': [
    ['clocks going forward', '2027-03-10T00:30:00.000Z'],
    ['clocks going back', '2026-10-01T23:30:00.000Z'],
  ],
}

/** Counts what is deleted, and deletes nothing else. */
const counting = (deleted: Deletion[]): Readonly<Record<Deletion, Delete>> => {
  const way =
    (name: Deletion): Delete =>
    async () => {
      deleted.push(name)
      return { writes: [], count: 7 }
    }
  return { credentials: way('credentials'), caches: way('caches'), marks: way('marks') }
}

async function liveTown(kind: TestDatabaseKind, startsAt: number, isHeld: () => string | null = () => null) {
  const upstream = await restaurant()
  const town = await openPublishing(kind, 'house')
  // The town's clock stands at a time of its own; it is only ever moved on.
  if (startsAt > town.clock.now()) town.clock.advance(startsAt - town.clock.now())
  const { connector: id } = await town.creates()
  await town.submits(manifestFor(upstream.url))
  await town.decides(1, true)
  const { workspace, dora: by } = town
  const deleted: Deletion[] = []
  const jobs = new Jobs({
    ...town,
    metrics: new Metrics(),
    log: createLog('silent'),
    node: 'node_test',
    handlers: town.lifecycle.handlers({
      deletions: counting(deleted),
      isHeld: async () => {
        const hold = isHeld()
        return hold === null ? null : { hold }
      },
    }),
  })
  const steering = (...decidedAs: readonly DecidedAs[]) => ({ workspace, connector: id, by, decidedAs, reason: 'we part' })
  const status = async () => (await town.directory.standing(id)).status
  const dispose = async () => {
    await town[Symbol.asyncDispose]()
    await upstream[Symbol.asyncDispose]()
  }
  return { ...town, id, jobs, deleted, steering, status, [Symbol.asyncDispose]: dispose }
}

/** Earlier than every time that is tested, so that the clock only has to move on. */
const EARLY = new MovableClock(Date.parse('2026-08-01T00:00:00.000Z')).now()

describe.each(zones)('thirty days in %s', (zone) => {
  it.each(beginnings[zone])('are 30 times 24 hours, whatever the clock on the wall shows, over %s', (_, text) => {
    const at = Date.parse(text)
    const endsAt = at + 30 * DAY
    const notice = {
      id: 'dcn_00000000000000000000000000000001' as const,
      kind: 'give-notice' as const,
      release: null,
      digest: null,
      tool: null,
      reason: '',
      ground: null,
      clause: null,
      decidedAs: ['developer' as const],
      by: 'system' as const,
      at,
      effectiveAt: endsAt,
      until: null,
      about: null,
      redress: null,
      withheldUntil: null,
    }

    const states = [29 * DAY, 30 * DAY - 1, 30 * DAY, 31 * DAY].map((later) => agreementOf([notice], at + later).state)

    expect(states).toEqual(['notice-given', 'notice-given', 'ended', 'ended'])
    // What people read names the zone, so that an hour that moved is no riddle.
    const wall = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' })
    const moved = wall.format(at) !== wall.format(endsAt)
    const before = shownTime(at, zone).split(' ').at(-1)
    const after = shownTime(endsAt, zone).split(' ').at(-1)
    expect(before !== after).toBe(moved)
  })
})

describe.each(databases)('the end of an agreement on $name', (kind) => {
  it.each(zones.flatMap((zone) => beginnings[zone].slice(0, 1).map(([what, at]) => [zone, what, at] as const)))(
    'comes on the minute of day 30, in %s over %s, and nobody has to be awake for it',
    async (_, __, text) => {
      await using town = await liveTown(kind, Date.parse(text))
      const given = town.clock.now()
      const endsAt = await town.lifecycle.giveNotice(town.steering('developer'))

      expect(endsAt).toBe(given + 30 * DAY)
      expect(await town.status()).toBe('ending')
      town.clock.advance(29 * DAY)
      await town.jobs.runDue()
      expect(await town.status()).toBe('ending')
      town.clock.advance(DAY - 1)
      expect(await town.status()).toBe('ending')
      expect(town.directory.peekStanding(town.id)?.status).toBe('ending')

      town.clock.advance(1)

      // Nothing has run: what is in memory is not believed after its time.
      expect(town.directory.peekStanding(town.id)).toBeUndefined()
      expect(await town.status()).toBe('removed')
      town.clock.advance(DAY)
      await town.jobs.runDue()
      expect(await town.lifecycle.agreementOf(town.workspace, town.id)).toMatchObject({ state: 'ended', endsAt })
      const ended = (await town.ledger()).find(({ event }) => event === 'agreement.ended')
      expect(ended?.facts).toMatchObject({ dueAt: endsAt, effectiveAt: endsAt, at: given + 31 * DAY, ground: 'notice-ran-out' })
    },
  )

  it('that came while every node was down for 40 days is made up for in order, with the time that was due and the real one', async () => {
    await using town = await liveTown(kind, EARLY)
    const given = town.clock.now()
    await town.lifecycle.giveNotice({ ...town.steering('operator'), ground: 'not-for-this-place' })

    town.clock.advance(40 * DAY)
    expect(await town.status()).toBe('removed')
    await town.jobs.runDue()

    const since = (await town.ledger()).filter(({ facts }) => facts['at'] === given + 40 * DAY)
    expect(since.map(({ event }) => event).filter((event) => event !== 'notice.queued')).toEqual([
      'agreement.ended',
      'connector.removed',
      'deletion.certified',
      'deletion.certified',
    ])
    expect(town.deleted.toSorted()).toEqual(['caches', 'credentials'])
    expect(
      since
        .filter(({ event }) => event === 'deletion.certified')
        .map(({ facts }) => Number(facts['dueAt']))
        .toSorted(),
    ).toEqual([given + 30 * DAY, given + 31 * DAY])
    town.clock.advance(20 * DAY)
    await town.jobs.runDue()
    expect(town.deleted.at(-1)).toBe('marks')
    const states = await town.lifecycle.deletions(town.workspace, town.id, given + 30 * DAY)
    expect(states.map(({ deletes, count, doneAt }) => [deletes, count, doneAt])).toEqual([
      ['credentials', 7, given + 40 * DAY],
      ['caches', 7, given + 40 * DAY],
      ['marks', 7, given + 60 * DAY],
    ])
  })

  it('deletes nothing while a legal hold stands against it, says so once, and deletes when it is lifted', async () => {
    let hold: string | null = 'hld_1'
    await using town = await liveTown(kind, EARLY, () => hold)
    const at = town.clock.now()
    await town.lifecycle.remove(town.steering('operator'))

    await town.jobs.runDue()
    town.clock.advance(DAY)
    await town.jobs.runDue()

    expect(town.deleted).toEqual([])
    const states = () => town.lifecycle.deletions(town.workspace, town.id, at)
    expect((await states()).map(({ deletes, hold: by, doneAt }) => [deletes, by, doneAt])).toEqual([
      ['credentials', 'hld_1', null],
      ['caches', 'hld_1', null],
      ['marks', null, null],
    ])
    expect((await town.ledger()).filter(({ event }) => event === 'deletion.held')).toHaveLength(2)
    hold = null
    town.clock.advance(DAY)
    await town.jobs.runDue()
    expect(town.deleted.toSorted()).toEqual(['caches', 'credentials'])
    expect((await states())[0]).toMatchObject({ deletes: 'credentials', dueAt: at, doneAt: at + 2 * DAY, hold: null })
    const certified = (await town.ledger()).find(({ event, facts }) => event === 'deletion.certified' && facts['deletes'] === 'credentials')
    expect(certified?.facts).toMatchObject({ deletes: 'credentials', count: 7, dueAt: at })
  })

  it('does not come where both sides took the notice back before', async () => {
    await using town = await liveTown(kind, EARLY)
    await town.lifecycle.giveNotice(town.steering('developer'))
    await expect(town.lifecycle.agreeWithdrawal(town.steering('operator'))).rejects.toMatchObject({ code: 'lifecycle/no-change' })
    await expect(town.lifecycle.askWithdrawal(town.steering('operator'))).rejects.toMatchObject({ code: 'lifecycle/no-change' })
    await town.lifecycle.askWithdrawal(town.steering('developer'))
    town.clock.advance(29 * DAY + 23 * HOUR)
    expect(await town.status()).toBe('ending')

    await town.lifecycle.agreeWithdrawal(town.steering('operator'))

    expect(await town.status()).toBe('live')
    town.clock.advance(10 * DAY)
    await town.jobs.runDue()
    expect(await town.status()).toBe('live')
    expect(await town.lifecycle.agreementOf(town.workspace, town.id)).toMatchObject({ state: 'in-force', endsAt: null })
  })

  it('comes with the first of two notices, and with the other one where the first is taken back', async () => {
    await using town = await liveTown(kind, EARLY)
    const given = town.clock.now()
    await town.lifecycle.giveNotice({ ...town.steering('operator'), endsAt: given + 50 * DAY })
    await town.lifecycle.giveNotice(town.steering('developer'))
    expect(await town.lifecycle.agreementOf(town.workspace, town.id)).toMatchObject({ endsAt: given + 30 * DAY })
    await town.lifecycle.askWithdrawal(town.steering('developer'))
    await town.lifecycle.agreeWithdrawal(town.steering('operator'))

    expect(await town.lifecycle.agreementOf(town.workspace, town.id)).toMatchObject({ endsAt: given + 50 * DAY })
    town.clock.advance(49 * DAY)
    await town.jobs.runDue()
    expect(await town.status()).toBe('ending')
    town.clock.advance(DAY)
    await town.jobs.runDue()

    expect(await town.status()).toBe('removed')
    expect((await town.ledger()).filter(({ event }) => event === 'agreement.ended')).toHaveLength(1)
  })
})
