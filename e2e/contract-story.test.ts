import { describe, expect, it } from 'vitest'
import { proves } from '../server/test/proves.ts'
import { HandfastCommand } from './fixtures/handfast-command.ts'

proves('lifecycle/notice-period', 'lifecycle/survival', 'lifecycle/tool-pause', 'terms/changes', 'terms/served', 'terms/in-force', 'terms/agreement')

type Report = {
  readonly ok: boolean
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly ms: number; readonly error?: string }[]
  readonly ledger: { readonly verified: boolean; readonly size: number }
}

/** What the story promises, in its own order. */
const promised = [
  /accepts the terms/,
  /automated review says what it found/,
  /approves exactly that digest/,
  /not what was reviewed any more/,
  /lifts the pause/,
  /sees what differs/,
  /fifteen days, and not an hour less/,
  /says nothing about it/,
  /last second of day 15, the accepted edition binds/,
  /silence has become an acceptance/,
  /agreement is exported/,
  /thirty days of notice and not an hour less/,
  /countdown/,
  /last second of day 30, calls work/,
  /one second later it is over/,
  /tombstone/,
  /everything that had to be deleted is/,
  /read to its end/,
  /stand-alone verifier agrees/,
]

describe('handfast demo --story contract', () => {
  it('plays the whole life of a connector, and every step of it comes true', { timeout: 300_000 }, async () => {
    await using demo = new HandfastCommand(['demo', '--story', 'contract', '--once', '--json'])

    const code = await demo.end()

    const report = JSON.parse(demo.stdout) as Report
    expect(Object.keys(report)).toEqual(['ok', 'steps', 'ledger'])
    expect(report.steps.filter((step) => !step.ok)).toEqual([])
    expect(report).toMatchObject({ ok: true, ledger: { verified: true } })
    const places = promised.map((step) => report.steps.findIndex(({ name }) => step.test(name)))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(promised.filter((_, at) => places[at] === -1)).toEqual([])
    expect(code).toBe(0)
  })
})
