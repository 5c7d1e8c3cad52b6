import { describe, expect, it } from 'vitest'
import { MovableClock } from '../lib/index.ts'
import { Attempts, networkOf } from './attempts.ts'
import { Passwords } from './passwords.ts'

function passed(attempts: Attempts, tries: number, of: (at: number) => readonly [account: string, address: string]): number {
  let count = 0
  for (let at = 0; at < tries; at++)
    try {
      attempts.take(...of(at))
      count++
    } catch {}
  return count
}

describe('attempts to sign in', () => {
  it('of one address are looked at 100 times in a window, whichever accounts it names', () => {
    const attempts = new Attempts(new MovableClock(0))

    const many = passed(attempts, 10_000, (at) => [`account-${at}`, '198.51.100.1'])

    expect(many).toBe(100)
  })

  it('of one account are looked at 10 times for each address, so that nobody locks somebody else out', () => {
    const attempts = new Attempts(new MovableClock(0))

    const stranger = passed(attempts, 10_000, () => ['ana', '198.51.100.1'])
    const ana = passed(attempts, 1, () => ['ana', '198.51.100.2'])

    expect([stranger, ana]).toEqual([10, 1])
  })

  it('do not escape the limit by changing the lower half of an IPv6 address', () => {
    const attempts = new Attempts(new MovableClock(0))

    const many = passed(attempts, 1_000, (at) => ['ana', `2001:db8::${at.toString(16)}`])

    expect(many).toBe(10)
    expect(networkOf('::ffff:198.51.100.1')).toBe('198.51.100.1')
  })

  it('that succeed do not use the window up', () => {
    const attempts = new Attempts(new MovableClock(0))
    for (let at = 0; at < 500; at++) {
      attempts.take('ana', '198.51.100.1')
      attempts.succeeded('ana', '198.51.100.1')
    }

    expect(passed(attempts, 1, () => ['ana', '198.51.100.1'])).toBe(1)
  })
})

describe('passwords', () => {
  it('turn people away instead of piling up work when too many wait', async () => {
    const passwords = new Passwords()

    const results = await Promise.allSettled(Array.from({ length: 80 }, () => passwords.verify(null, 'some password')))

    expect(results.filter((one) => one.status === 'rejected')).toHaveLength(80 - 66)
    await expect(passwords.verify(null, 'nobody has this password')).resolves.toBe(false)
  })
})
