import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { rounds, timeFor } from '../../test/rounds.ts'
import { DAY, HOUR, MINUTE, MovableClock, SECOND } from '../lib/index.ts'
import { type Due, GiveUpError, type Handlers, type NewDeadline, Schedule } from '../schedule/index.ts'
import { Enforcement, openStorage, type Storage, write, writeOne } from '../storage/index.ts'
import { createLog, Metrics } from '../telemetry/index.ts'
import { Jobs } from './jobs.ts'

proves('jobs/on-time')

const START = 1_795_000_000_000
const home = 'wsp_home'

function deadline(subject: string, dueAt: number, kind = 'ring'): NewDeadline {
  return { workspace: home, kind, subject, dueAt }
}

/** A database with the means to start runners on it. */
async function open(kind: TestDatabaseKind) {
  const database = await kind.open()
  const clock = new MovableClock(START)
  const opened: Storage[] = []
  const jobs: Jobs[] = []
  const connect = async (node: string): Promise<Storage> => {
    // An SQLite file has one process; there a node is one more runner in it.
    if (database.place.kind === 'sqlite' && opened[0] !== undefined) return opened[0]
    const storage = await openStorage(database.place, { nodeId: node })
    opened.push(storage)
    return storage
  }
  const storage = await connect('node_first')
  const schedule = new Schedule({ storage, clock })
  const world = {
    database,
    clock,
    storage,
    schedule,
    connect,
    async node(name: string, handlers: Handlers, change: { readonly atOnce?: number; readonly burial?: (reason: string) => void } = {}) {
      const storage = await connect(name)
      const enforcement = new Enforcement(storage)
      await enforcement.start()
      const made = new Jobs({
        storage,
        enforcement,
        clock,
        schedule: new Schedule({ storage, clock }),
        metrics: new Metrics(),
        log: createLog('silent'),
        node: name,
        workspace: home,
        handlers,
        random: () => 0.5,
        ...(change.atOnce === undefined ? {} : { atOnce: change.atOnce }),
        burial: (_, reason) => {
          change.burial?.(reason)
          return []
        },
      })
      jobs.push(made)
      return made
    },
    put: (...deadlines: readonly NewDeadline[]) => storage.write(deadlines.map((one) => schedule.putting(one))),
    states: async () => (await schedule.list(home, { after: null, limit: 200 })).map(({ subject, state }) => `${subject} ${state}`).toSorted(),
    /** How often the effect of this name was written. */
    effects: async (name: string) =>
      Number((await storage.db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst())?.value ?? 0),
    async [Symbol.asyncDispose]() {
      for (const one of jobs) await one.stop(0)
      for (const one of opened) await one.close()
      await database[Symbol.asyncDispose]()
    },
  }
  return world
}

/** A statement whose effect can be counted. */
function effect(storage: Storage, name: string) {
  return write(
    storage.db
      .insertInto('settings')
      .values({ name, value: '1' })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: 'more than once' })),
  )
}

describe.each(databases)('due work on $name', (kind) => {
  it('is done once, however many nodes look for it', async () => {
    await using world = await open(kind)
    const rang: string[] = []
    const handlers: Handlers = {
      ring: {
        work: async ({ subject }) => {
          rang.push(subject)
          return { writes: [effect(world.storage, subject)] }
        },
      },
    }
    const [one, two] = [await world.node('node_one', handlers), await world.node('node_two', handlers)]
    await world.put(...Array.from({ length: 60 }, (_, n) => deadline(`sub_${n}`, START - n)))

    await Promise.all([one.runDue(), two.runDue(), one.runDue()])

    expect(rang.toSorted()).toEqual(Array.from({ length: 60 }, (_, n) => `sub_${n}`).toSorted())
    expect(new Set(rang).size).toBe(60)
  })

  it('begins when its time has come and not before', async () => {
    await using world = await open(kind)
    const rang: number[] = []
    const node = await world.node('node_one', { ring: { work: async ({ now }) => void rang.push(now) } })
    await world.put(deadline('sub_a', START + 15 * DAY))

    world.clock.advance(15 * DAY - 1)
    expect(await node.runDue()).toBe(0)
    world.clock.advance(1)
    expect(await node.runDue()).toBe(1)

    expect(rang).toEqual([START + 15 * DAY])
    expect(await world.states()).toEqual(['sub_a done'])
  })

  it('follows when the clock is moved, without anybody asking', async () => {
    await using world = await open(kind)
    const rang = Promise.withResolvers<Due>()
    const node = await world.node('node_one', { ring: { work: async (due) => rang.resolve(due) } })
    await world.put(deadline('sub_a', START + 30 * DAY))
    await node.start()

    world.clock.advance(31 * DAY)

    expect(await rang.promise).toMatchObject({ subject: 'sub_a', dueAt: START + 30 * DAY, now: START + 31 * DAY })
  })

  it('is made up for in order after every node was down for 40 days, with the real time at hand', async () => {
    await using world = await open(kind)
    await world.put(
      deadline('agr_a', START + 15 * DAY, 'tell'),
      deadline('agr_a', START + 30 * DAY, 'end'),
      deadline('agr_b', START + 20 * DAY, 'tell'),
    )
    const seen: string[] = []
    const note = async ({ kind: what, subject, dueAt, now }: Due) =>
      void seen.push(`${what} ${subject} due on day ${(dueAt - START) / DAY}, done on day ${(now - START) / DAY}`)
    const handlers: Handlers = { tell: { work: note }, end: { work: note }, sweep: { every: HOUR, work: async () => void seen.push('sweep') } }
    const before = await world.node('node_before', handlers)
    await before.start()
    await before.stop(0)

    world.clock.advance(40 * DAY)
    const node = await world.node('node_one', handlers, { atOnce: 1 })
    await node.start()
    await node.runDue()

    expect(seen).toEqual([
      'sweep',
      'tell agr_a due on day 15, done on day 40',
      'tell agr_b due on day 20, done on day 40',
      'end agr_a due on day 30, done on day 40',
    ])
  })

  it('of one subject begins in order, even with hands free for more', async () => {
    await using world = await open(kind)
    const begun: string[] = []
    const work = async ({ kind: what }: Due) => {
      begun.push(`${what} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      begun.push(`${what} ends`)
    }
    const handlers: Handlers = { first: { work }, second: { work }, third: { work } }
    await world.put(deadline('agr_a', START - 1, 'third'), deadline('agr_a', START - 3, 'first'), deadline('agr_a', START - 2, 'second'))
    const [one, two] = [await world.node('node_one', handlers), await world.node('node_two', handlers)]

    await Promise.all([one.runDue(), two.runDue()])
    await one.runDue()

    expect(begun).toEqual(['first begins', 'first ends', 'second begins', 'second ends', 'third begins', 'third ends'])
  })

  it('that comes back by itself exists once and is not made up for many times', async () => {
    await using world = await open(kind)
    let swept = 0
    const handlers: Handlers = { sweep: { every: HOUR, work: async () => void swept++ } }
    const [one, two] = [await world.node('node_one', handlers), await world.node('node_two', handlers)]
    await one.start()
    await two.start()
    world.clock.advance(HOUR)
    await one.runDue()
    expect(swept).toBe(1)

    world.clock.advance(10 * HOUR)
    await Promise.all([one.runDue(), two.runDue()])
    expect(swept).toBe(2)

    world.clock.advance(HOUR)
    await one.runDue()
    expect(swept).toBe(3)
    expect(await world.states()).toEqual(['sweep waiting'])
  })

  it('of a kind that this node does not know waits for a node that does', async () => {
    await using world = await open(kind)
    await world.put(deadline('sub_a', START, 'new-in-the-next-release'))
    const old = await world.node('node_one', { ring: { work: async () => {} } })

    expect(await old.runDue()).toBe(0)

    const fresh = await world.node('node_two', { 'new-in-the-next-release': { work: async () => {} } })
    expect(await fresh.runDue()).toBe(1)
  })
})

describe.each(databases)('a process that dies in the middle on $name', (kind) => {
  it('is replaced when its lease runs out, and what it still writes afterwards is undone', async () => {
    await using world = await open(kind)
    await world.put(deadline('sub_a', START))
    const [taken] = await world.schedule.take(['ring'], 'node_gone/1', MINUTE, 10)
    if (taken === undefined) throw new Error('nothing was taken')
    const heir = await world.node('node_heir', { ring: { work: async () => ({ writes: [effect(world.storage, 'by the heir')] }) } })

    expect(await heir.runDue()).toBe(0)
    world.clock.advance(MINUTE)
    expect(await heir.runDue()).toBe(1)

    const late = world.storage.write([world.schedule.finishing(taken, 'node_gone/1', {}), effect(world.storage, 'by the dead')])
    await expect(late).rejects.toMatchObject({ name: 'LeaseLostError' })
    expect([await world.effects('by the heir'), await world.effects('by the dead')]).toEqual([1, 0])
  })

  it('is replaced at once where it is certainly gone', async () => {
    await using world = await open(kind)
    await world.put(deadline('sub_a', START))
    await world.schedule.take(['ring'], 'node_gone/1', MINUTE, 10)
    const heir = await world.node('node_heir', { ring: { work: async () => ({ writes: [effect(world.storage, 'by the heir')] }) } })

    await heir.start()
    await heir.runDue()

    expect(await world.effects('by the heir')).toBe(1)
  })

  it('every time is given up in the end, since the work may be what kills it', async () => {
    await using world = await open(kind)
    await world.put(deadline('sub_a', START))
    for (let death = 1; death <= 3; death++) {
      expect(await world.schedule.take(['ring'], `node_gone/${death}`, MINUTE, 10)).toMatchObject([{ attempts: death }])
      world.clock.advance(MINUTE)
    }
    let tried = 0
    const reasons: string[] = []
    const node = await world.node(
      'node_one',
      { ring: { attempts: 3, work: async () => void tried++, abandoned: ({ subject }) => [effect(world.storage, subject)] } },
      { burial: (reason) => reasons.push(reason) },
    )

    await node.runDue()

    expect(tried).toBe(0)
    expect(reasons).toEqual(['the process ended in the middle of the last attempt'])
    expect(await world.effects('sub_a')).toBe(1)
    expect(await world.states()).toEqual(['sub_a dead'])
  })

  it('hands back what it has in hand when it is stopped in good order, as if it had not tried', async () => {
    await using world = await open(kind)
    await world.put(deadline('sub_a', START))
    const began = Promise.withResolvers<void>()
    const never = new Promise<void>(() => {})
    const node = await world.node('node_one', {
      ring: {
        work: () => {
          began.resolve()
          return never
        },
      },
    })
    await node.start()
    await began.promise

    await node.stop(0)

    expect(await world.schedule.list(home, { after: null, limit: 10 })).toMatchObject([{ state: 'due', attempts: 0 }])
  })
})

describe.each(databases)('work that fails on $name', (kind) => {
  it('is tried again ever later, holds nobody up, and is given up with its reason', async () => {
    await using world = await open(kind)
    const tries: number[] = []
    const others: string[] = []
    const reasons: string[] = []
    const node = await world.node(
      'node_one',
      {
        poison: {
          attempts: 4,
          work: async ({ now }) => {
            tries.push(now - START)
            throw new Error('the words of the failure\nand its inner parts')
          },
        },
        ring: { work: async ({ subject }) => void others.push(subject) },
      },
      { burial: (reason) => reasons.push(reason) },
    )
    await world.put(deadline('sub_a', START - DAY, 'poison'), deadline('sub_a', START), deadline('sub_b', START))

    await node.runDue()
    expect(others.toSorted()).toEqual(['sub_a', 'sub_b'])
    for (let second = 0; second < 100; second++) {
      world.clock.advance(SECOND)
      await node.runDue()
    }

    expect(tries).toEqual([0, 10 * SECOND, 30 * SECOND, 70 * SECOND])
    expect(reasons).toEqual(['the words of the failure'])
    const dead = await world.schedule.list(home, { state: 'dead', after: null, limit: 10 })
    expect(dead).toMatchObject([{ kind: 'poison', attempts: 4, reason: 'the words of the failure', endedAt: START + 70 * SECOND }])
  })

  it('can be tried again by a person after it was given up', async () => {
    await using world = await open(kind)
    let broken = true
    const node = await world.node('node_one', {
      ring: {
        work: async () => {
          if (broken) throw new GiveUpError('nothing will help')
        },
      },
    })
    await world.put(deadline('sub_a', START))
    await node.runDue()
    const [dead] = await world.schedule.list(home, { state: 'dead', after: null, limit: 10 })
    if (dead === undefined) throw new Error('it was not given up')
    expect(dead).toMatchObject({ attempts: 1, reason: 'nothing will help' })

    broken = false
    await expect(world.schedule.again('wsp_elsewhere', dead.id)).rejects.toMatchObject({ code: 'request/not-found' })
    await world.schedule.again(home, dead.id)
    await node.runDue()

    expect(await world.states()).toEqual(['sub_a done'])
    await expect(world.schedule.again(home, dead.id)).rejects.toMatchObject({ code: 'request/not-found' })
  })

  it('by never ending is broken off after its time, and others go on meanwhile', async () => {
    await using world = await open(kind)
    const never = new Promise<void>(() => {})
    const node = await world.node('node_one', { hang: { longest: 20, work: () => never }, ring: { work: async () => {} } }, { atOnce: 2 })
    await world.put(deadline('sub_a', START - 1, 'hang'), deadline('sub_b', START), deadline('sub_c', START))

    await node.runDue()

    expect(await world.states()).toEqual(['sub_a waiting', 'sub_b done', 'sub_c done'])
  })

  it('that comes back by itself is never given up', async () => {
    await using world = await open(kind)
    let tries = 0
    const failing = async () => {
      tries++
      throw new Error('not today')
    }
    const node = await world.node('node_one', { sweep: { every: HOUR, attempts: 2, work: failing } })
    await node.start()
    for (let hour = 0; hour < 30; hour++) {
      await node.runDue()
      world.clock.advance(6 * HOUR)
    }

    await node.runDue()

    expect(tries).toBeGreaterThanOrEqual(20)
    expect(await world.states()).toEqual(['sweep waiting'])
  })
})

describe.each(databases)('a deadline on $name', (kind) => {
  it('is put down with the change it belongs to, or not at all', async () => {
    await using world = await open(kind)
    const nothing = world.storage.db.updateTable('settings').set({ value: 'x' }).where('name', '=', 'not there')

    await expect(world.storage.write([world.schedule.putting(deadline('sub_a', START)), writeOne(nothing, () => new Error('no'))])).rejects.toThrow(
      'no',
    )

    expect(await world.states()).toEqual([])
  })

  it('that is moved or taken away while it is worked on undoes what the attempt writes', async () => {
    await using world = await open(kind)
    const meanwhile: Readonly<Record<string, () => Promise<unknown>>> = {
      sub_moved: () => world.put(deadline('sub_moved', START + DAY)),
      sub_cancelled: () => world.storage.write([world.schedule.cancelling(deadline('sub_cancelled', 0))]),
      sub_left: async () => {},
    }
    const node = await world.node('node_one', {
      ring: {
        work: async ({ subject }) => {
          await meanwhile[subject]?.()
          return { writes: [effect(world.storage, subject)] }
        },
      },
    })
    await world.put(...Object.keys(meanwhile).map((subject) => deadline(subject, START)))

    await node.runDue()

    expect(await Promise.all(['sub_moved', 'sub_cancelled', 'sub_left'].map((name) => world.effects(name)))).toEqual([0, 0, 1])
    expect(await world.states()).toEqual(['sub_left done', 'sub_moved waiting'])
  })

  it('is one per workspace, kind and subject: the later word counts', async () => {
    await using world = await open(kind)
    await world.put(deadline('sub_a', START + DAY), deadline('sub_a', START + 2 * DAY), { ...deadline('sub_a', START), workspace: 'wsp_other' })
    await world.storage.write([world.schedule.puttingUnlessThere(deadline('sub_a', START + 3 * DAY))])

    expect(await world.schedule.find(deadline('sub_a', 0))).toMatchObject({ dueAt: START + 2 * DAY, state: 'waiting' })
    expect(await world.states()).toEqual(['sub_a waiting'])
  })
})

type Step =
  | { readonly do: 'put' | 'cancel'; readonly subject: number; readonly kind: number; readonly inMs: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'run'; readonly node: number }
  | { readonly do: 'die' }

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom('put' as const, 'put' as const, 'cancel' as const),
      subject: fc.nat(2),
      kind: fc.nat(1),
      inMs: fc.integer({ min: -5_000, max: 90_000 }),
    }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 90_000 }) }),
    fc.record({ do: fc.constant('run' as const), node: fc.nat(1) }),
    fc.record({ do: fc.constant('die' as const) }),
  ),
  { maxLength: 25 },
)

describe.each(databases)('whatever happens to deadlines on $name', (kind) => {
  it('what was last put down is done exactly once, never early, and never after it was taken away', {
    timeout: timeFor(rounds(10_000), 60),
  }, async () => {
    await using world = await open(kind)
    let run = 0
    let wrong: string | null = null
    /** What stands: when each open deadline is due, in this run. */
    const open_ = new Map<string, number>()
    const work = async ({ kind: what, subject, dueAt, now }: Due) => {
      const standing = open_.get(`${what} ${subject}`)
      if (standing !== dueAt) wrong ??= `${what} ${subject} was done though ${standing ?? 'nothing'} stood`
      if (now < dueAt) wrong ??= `${what} ${subject} was done early`
      open_.delete(`${what} ${subject}`)
      return {}
    }
    const handlers: Handlers = { odd: { work }, even: { work } }
    const nodes = [await world.node('node_one', handlers), await world.node('node_two', handlers)]

    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const prefix = `run_${++run}`
        open_.clear()
        wrong = null
        for (const step of list) {
          if (step.do === 'advance') world.clock.advance(step.ms)
          else if (step.do === 'run') await nodes[step.node]?.runDue()
          else if (step.do === 'die') await world.schedule.take(['odd', 'even'], `node_gone/${run}`, MINUTE, 1)
          else {
            const named = deadline(`${prefix}_${step.subject}`, world.clock.now() + step.inMs, step.kind === 0 ? 'even' : 'odd')
            const key = `${named.kind} ${named.subject}`
            if (step.do === 'put') open_.set(key, named.dueAt)
            else open_.delete(key)
            if (step.do === 'put') await world.put(named)
            else await world.storage.write([world.schedule.cancelling(named)])
          }
          expect(wrong).toBeNull()
        }
        world.clock.advance(5 * MINUTE)
        await Promise.all(nodes.map((node) => node.runDue()))
        await nodes[0]?.runDue()
        expect(wrong).toBeNull()
        expect([...open_.keys()]).toEqual([])
      }),
      { numRuns: rounds(10_000), seed: 41 },
    )
  })
})
