import { describe, expect, it } from 'vitest'
import { databases } from '../server/test/databases.ts'
import { compare, type Effect } from './compare.ts'
import { runChaos } from './run.ts'

const KILLS = 2

describe.each(databases)('a server on $name that is killed under calls', ({ open }) => {
  it(`loses nothing that was acknowledged and does nothing twice (${KILLS} kills)`, async () => {
    await using database = await open()
    const { place } = database

    const report = await runChaos({ database: place.kind, kills: KILLS, seed: 7, ...(place.kind === 'postgres' ? { databaseUrl: place.url } : {}) })

    expect(report.losses).toEqual([])
    expect(report.duplicates).toEqual([])
    expect(report.ledger.verified).toBe(true)
    expect(report.calls.acknowledged).toBeGreaterThanOrEqual(KILLS)
    expect(report.ledger.intents).toBeGreaterThanOrEqual(report.calls.acknowledged)
  }, 120_000)
})

describe('the comparison of what was said, done and recorded', () => {
  const effects: readonly Effect[] = [{ key: 'a', call: 'call_a' }]
  const whole = { events: new Map([['call_a', ['call.intended', 'call.answered']]]), outcomes: new Map([['call_a', 'answered']]) }
  const said = new Set(['a'])

  it('is content when all three agree, or when a call that nobody heard of is unknown', () => {
    const unknown = { events: new Map([['call_b', ['call.intended', 'call.unknown']]]), outcomes: new Map([['call_b', 'unknown']]) }

    expect(compare(said, effects, whole)).toMatchObject({ losses: [], duplicates: [], intents: 1, outcomes: { answered: 1 } })
    expect(compare(new Set(), [{ key: 'b', call: 'call_b' }], unknown)).toMatchObject({ losses: [], duplicates: [] })
    expect(compare(new Set(), [], unknown)).toMatchObject({ losses: [], duplicates: [] })
  })

  it.each([
    ['an answer without an outcome', said, effects, { events: new Map([['call_a', ['call.intended']]]), outcomes: new Map() }],
    [
      'an answer that became unknown',
      said,
      effects,
      { events: new Map([['call_a', ['call.intended', 'call.unknown']]]), outcomes: new Map([['call_a', 'unknown']]) },
    ],
    ['an answer that the connector never gave', said, [], whole],
    ['an effect without an intent', new Set<string>(), effects, { events: new Map(), outcomes: new Map() }],
    ['an intent without an end', new Set<string>(), effects, { events: new Map([['call_a', ['call.intended']]]), outcomes: new Map() }],
    ['a history that the ledger does not bear out', new Set<string>(), effects, { ...whole, events: new Map([['call_a', ['call.intended']]]) }],
  ])('finds %s', (_, acknowledged, done, tables) => {
    expect(compare(acknowledged, done, tables).losses).not.toEqual([])
  })

  it.each([
    ['a call that reached the connector twice', [...effects, ...effects], whole],
    ['two outcomes', effects, { ...whole, events: new Map([['call_a', ['call.intended', 'call.answered', 'call.unknown']]]) }],
  ])('finds %s', (_, done, tables) => {
    expect(compare(said, done, tables).duplicates).not.toEqual([])
  })
})
