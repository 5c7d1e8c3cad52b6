import { describe, expect, it } from 'vitest'
import { closingLine, tally } from './tally.ts'

const file = (name: string, tests: readonly [string, string][], status = 'passed') => ({
  name,
  status,
  assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
})

describe('the closing line of a run', () => {
  it('counts the tests that ran and held', () => {
    const report = {
      testResults: [
        file('a', [
          ['one', 'passed'],
          ['two', 'passed'],
        ]),
        file('b', [['three', 'passed']]),
      ],
    }

    expect(closingLine(tally(report, 0))).toBe('3 passed, 0 failed')
  })

  it.each(['failed', 'skipped', 'pending', 'todo', 'disabled'])('counts a test that is %s as failed', (status) => {
    const report = {
      testResults: [
        file('a', [
          ['one', 'passed'],
          ['two', status],
        ]),
      ],
    }

    expect(tally(report, 0)).toMatchObject({ passed: 1, failed: 1, reasons: [`a: two (${status})`] })
  })

  it('counts a file that could not be loaded, once', () => {
    const report = { testResults: [file('a', [['one', 'passed']]), { ...file('b', [], 'failed'), message: 'SyntaxError: no\n  at b' }] }

    expect(tally(report, 1)).toMatchObject({ passed: 1, failed: 1, reasons: ['b could not be run: SyntaxError: no'] })
  })

  it('fails a run without a report, one without tests, and one that ended badly although its tests held', () => {
    expect(tally(null, 0).failed).toBe(1)
    expect(tally({ testResults: [] }, 0).failed).toBe(1)
    expect(tally({ testResults: [file('a', [['one', 'passed']])] }, 1)).toMatchObject({ passed: 1, failed: 1 })
  })
})
