import { describe, expect, it } from 'vitest'
import { coreList, othersShare, stolenShare } from './machine.ts'
import { histogramTotal } from './metrics.ts'
import { readOptions, UsageError } from './options.ts'

describe('the command line of the bench', () => {
  it('measures at 1, 16 and 64 connections, and at 1 and 64 when it has to be quick', () => {
    expect(readOptions([]).concurrency).toEqual([1, 16, 64])
    expect(readOptions(['--quick']).concurrency).toEqual([1, 64])
    expect(readOptions(['--quick', '--conc', '8']).concurrency).toEqual([8])
  })

  it.each([[['--conc', '0']], [['--conc', '1,x']], [['--seconds', '-1']], [['--seconds', 'soon']], [['--rounds', '1.5']], [['--slow']]])(
    'refuses %j instead of guessing',
    (args) => {
      expect(() => readOptions(args)).toThrow(UsageError)
    },
  )
})

describe('what is read from the machine and from metrics', () => {
  it('understands lists of cores', () => {
    expect(coreList('0-2,5\n')).toEqual([0, 1, 2, 5])
    expect(coreList('')).toEqual([])
  })

  it('tells what the hypervisor took from what other processes took', () => {
    const before = { all: 1000, busy: 100, stolen: 0 }
    const after = { all: 1200, busy: 220, stolen: 10 }

    expect(stolenShare(before, after)).toBe(0.05)
    expect(othersShare(before, after, 0)).toBe(0.6)
    expect(othersShare(before, after, 1e9)).toBe(0)
    expect(othersShare(before, null, 0)).toBeNull()
    expect(stolenShare(null, after)).toBe(0)
  })

  it('sums a histogram over its labels and takes no other for it', () => {
    const text = [
      '# TYPE handfast_commit_seconds histogram',
      'handfast_commit_seconds_bucket{kind="intent",le="0.001"} 3',
      'handfast_commit_seconds_sum{kind="intent"} 0.5',
      'handfast_commit_seconds_sum{kind="outcome"} 0.25',
      'handfast_commit_seconds_count{kind="intent"} 3',
      'handfast_commit_seconds_count{kind="outcome"} 2',
      'other_handfast_commit_seconds_sum 7',
    ].join('\n')

    expect(histogramTotal(text, 'handfast_commit_seconds')).toEqual({ seconds: 0.75, count: 5 })
    expect(histogramTotal(text, 'handfast_absent')).toBeNull()
  })
})
