import { describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../test/databases.ts'
import { DAY, HOUR, MINUTE, MovableClock, SECOND } from '../lib/index.ts'
import { openStorage } from '../storage/index.ts'
import { Attempts, networkOf } from './attempts.ts'
import { Passwords } from './passwords.ts'

async function counting(kind: TestDatabaseKind) {
  const database = await kind.open()
  const storage = await openStorage(database.place, { nodeId: 'node_test' })
  const clock = new MovableClock(1_795_000_000_000)
  return {
    storage,
    clock,
    attempts: new Attempts(storage, clock),
    rows: () => storage.db.selectFrom('attempt_counts').selectAll().execute(),
    [Symbol.asyncDispose]: async () => {
      await storage.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

async function passed(attempts: Attempts, tries: number, of: (at: number) => readonly [account: string, address: string], known = false) {
  let count = 0
  for (let at = 0; at < tries; at++)
    try {
      await attempts.take(...of(at), known)
      count++
    } catch (error) {
      expect(error).toMatchObject({ code: 'people/too-many-attempts' })
    }
  return count
}

describe.each(databases)('attempts to sign in on $name', (kind) => {
  it('of one address are looked at 100 times, whichever accounts it names', async () => {
    await using here = await counting(kind)

    const many = await passed(here.attempts, 130, (at) => [`account-${at}`, '198.51.100.1'])

    expect(many).toBe(100)
  })

  it('of one account are looked at 10 times for each address', async () => {
    await using here = await counting(kind)

    const stranger = await passed(here.attempts, 40, () => ['ana', '198.51.100.1'])
    const ana = await passed(here.attempts, 1, () => ['ana', '198.51.100.2'])

    expect([stranger, ana]).toEqual([10, 1])
  })

  it('wait longer after each further one, up to a quarter of an hour', async () => {
    await using here = await counting(kind)
    await passed(here.attempts, 10, () => ['ana', '198.51.100.1'])

    const waits: number[] = []
    for (let round = 0; round < 7; round++) {
      const { retryAfter } = await here.attempts.take('ana', '198.51.100.1', true).then(
        () => ({ retryAfter: 0 }),
        (error: { retryAfter: number }) => error,
      )
      waits.push(retryAfter)
      here.clock.advance(retryAfter * SECOND)
      await here.attempts.take('ana', '198.51.100.1', true)
    }

    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900])
  })

  it('are forgotten after a quiet while', async () => {
    await using here = await counting(kind)
    await passed(here.attempts, 20, () => ['ana', '198.51.100.1'])

    here.clock.advance(16 * MINUTE)

    expect(await passed(here.attempts, 20, () => ['ana', '198.51.100.1'])).toBe(10)
  })

  it('of strangers from everywhere slow down new places and never the place where the person was before', async () => {
    await using here = await counting(kind)
    let at = 0
    const strangers = await passed(here.attempts, 200, () => ['ana', `2001:db8:${(at++).toString(16)}::1`])

    const atHome = await passed(here.attempts, 1, () => ['ana', '203.0.113.7'], true)
    here.clock.advance(30 * SECOND)
    const elsewhere = await passed(here.attempts, 1, () => ['ana', '203.0.113.8'])

    expect([strangers, atHome, elsewhere]).toEqual([50, 1, 1])
  })

  it('do not escape the limit by changing the lower half of an IPv6 address', async () => {
    await using here = await counting(kind)

    const many = await passed(here.attempts, 40, (at) => ['ana', `2001:db8::${at.toString(16)}`])

    expect(many).toBe(10)
    expect(networkOf('::ffff:198.51.100.1')).toBe('198.51.100.1')
  })

  it('are counted by all nodes together, also at the same moment', async () => {
    await using here = await counting(kind)
    const nodes = [here.attempts, new Attempts(here.storage, here.clock)]

    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, at) => nodes[at % 2]?.take('ana', '198.51.100.1', false)))

    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(10)
  })

  it('that succeed are not held against the person, nor do they wipe out what others at the same address did', async () => {
    await using here = await counting(kind)
    await passed(here.attempts, 9, () => ['ana', '198.51.100.1'])
    await passed(here.attempts, 9, () => ['ben', '198.51.100.1'])

    const { settled } = await here.attempts.take('ana', '198.51.100.1', false)
    await here.storage.write([...settled])

    expect(await passed(here.attempts, 40, () => ['ana', '198.51.100.1'])).toBe(10)
    expect(await passed(here.attempts, 40, () => ['ben', '198.51.100.1'])).toBe(1)
  })

  it('with codes are few, whatever the address, since whoever gets so far knows the password', async () => {
    await using here = await counting(kind)
    let right = 0

    for (let hour = 0; hour < 24; hour++) {
      for (let guess = 0; guess < 20; guess++)
        await here.attempts.takeCode('usr_ana').then(
          () => right++,
          () => {},
        )
      here.clock.advance(HOUR)
    }

    expect(right).toBeLessThan(40)
  })

  it('leave nothing readable, and not more rows than the last hours were busy', async () => {
    await using here = await counting(kind)
    for (let round = 0; round < 60; round++) await here.attempts.take(`account-${round}@example.org`, `198.51.${round}.1`, false)
    here.clock.advance(DAY)

    for (let round = 0; round < 40; round++) await here.attempts.takeUnnamed('203.0.113.7')

    const rows = await here.rows()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toMatch(/example|198\.51|203\.0/)
  })
})

describe('passwords', () => {
  it('are hashed by argon2id at what OWASP recommends, unless somebody asks for less', async () => {
    await expect(new Passwords().hash('correct horse battery')).resolves.toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it('turn people away instead of piling up work when too many wait', async () => {
    const passwords = new Passwords()

    const results = await Promise.allSettled(Array.from({ length: 80 }, () => passwords.verify(null, 'some password')))

    expect(results.filter((one) => one.status === 'rejected')).toHaveLength(80 - 66)
    await expect(passwords.verify(null, 'nobody has this password')).resolves.toBe(false)
  })
})
