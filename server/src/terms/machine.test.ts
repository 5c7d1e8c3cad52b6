import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { rounds, timeFor } from '../../test/rounds.ts'
import { DAY, type EditionId, HOUR, type Json, sha256 } from '../lib/index.ts'
import { type BindingFacts, bindingsAt, mayPublish, momentOf, type StoodThen, writtenDown } from './binding.ts'
import { bindsFrom, type ChangeClass, type ChangeId, changeClasses, earliestEffect, judgedAt, MATERIAL_PERIOD, type PostedChange } from './change.ts'
import { fromEntries, type TermsEntry } from './rebuild.ts'
import { coverageOf, coveringEditions, verdictOf } from './verdict.ts'

proves('terms/changes', 'terms/in-force')

const START = Date.UTC(2027, 0, 1)
const SEED = 15
const runs = rounds(100_000)
const time = timeFor(runs, 10)

type Act =
  | { readonly do: 'post'; readonly class: ChangeClass; readonly later: number }
  | { readonly do: 'withdraw'; readonly which: number }
  | { readonly do: 'serve'; readonly which: number }
  | { readonly do: 'accept' }
  | { readonly do: 'accept-coming'; readonly which: number }
  | { readonly do: 'leave' | 'return' | 'stop' | 'start' | 'handler' }

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      class: fc.constantFrom(...changeClasses),
      later: fc.constantFrom(0, 0, HOUR, 20 * DAY),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const), which: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('serve' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('accept' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('accept-coming' as const), which: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'return' as const, 'stop' as const, 'start' as const, 'handler' as const) }),
  },
)
/** Each act with the time that passes before it, a node that is down for 40 days among them. */
const history = fc.array(fc.tuple(fc.constantFrom(0, 1, HOUR, DAY, 14 * DAY, 15 * DAY - 1, 15 * DAY, 16 * DAY, 40 * DAY), act), {
  minLength: 1,
  maxLength: 14,
})

type Life = {
  now: number
  readonly entries: TermsEntry[]
  readonly changes: Map<ChangeId, PostedChange>
  readonly served: Map<ChangeId, number>
  readonly marks: { readonly at: number; readonly stood: StoodThen }[]
  number: number
}

const edition = (number: number) => `edn_${String(number).padStart(32, '0')}` as EditionId

function begin(): Life {
  const words = { document: 'terms', label: '0', sha256: sha256('0') }
  const entries: TermsEntry[] = [
    { event: 'edition.published', subject: edition(0), at: START, facts: words },
    {
      event: 'terms.accepted',
      subject: 'acc_0',
      at: START,
      facts: { developer: 'dev', documents: [{ document: 'terms', edition: edition(0), sha256: words.sha256 }] },
    },
  ]
  return {
    now: START,
    entries,
    changes: new Map(),
    served: new Map(),
    marks: [{ at: START - DAY, stood: { available: true, leaving: false } }],
    number: 0,
  }
}

const stoodAt = (life: Life, at: number): StoodThen => life.marks.findLast((mark) => mark.at <= at)?.stood ?? { available: false, leaving: false }
const inForceNow = (life: Life) =>
  [...life.changes.values()]
    .filter((one) => one.withdrawnAt === null && one.effectiveAt <= life.now)
    .sort((a, b) => a.effectiveAt - b.effectiveAt || (a.edition < b.edition ? -1 : 1))
    .at(-1)
const nth = (life: Life, which: number) => [...life.changes.values()][which % Math.max(1, life.changes.size)]

const editionOf = (life: Life, change: string) => life.changes.get(change as ChangeId)?.edition ?? edition(0)

function say(life: Life, event: string, subject: string, facts: Readonly<Record<string, Json>>): void {
  life.entries.push({ event, subject, at: life.now, facts })
}

function take(life: Life, one: Act): void {
  const current = life.marks.at(-1)?.stood ?? { available: true, leaving: false }
  const mark = (stood: Partial<StoodThen>) => void life.marks.push({ at: life.now, stood: { ...current, ...stood } })
  switch (one.do) {
    case 'post': {
      if ([...life.changes.values()].some(({ withdrawnAt, effectiveAt }) => withdrawnAt === null && effectiveAt > life.now)) return
      const number = ++life.number
      const id = `chg_${number}` as ChangeId
      const effectiveAt = earliestEffect(one.class, life.now) + one.later
      const posted = {
        id,
        document: 'terms',
        edition: edition(number),
        label: String(number),
        sha256: sha256(String(number)),
        class: one.class,
        postedAt: life.now,
        effectiveAt,
        withdrawnAt: null,
      }
      life.changes.set(id, posted)
      say(life, 'change.drafted', id, { document: 'terms', sha256: posted.sha256 })
      say(life, 'change.posted', id, {
        document: 'terms',
        sha256: posted.sha256,
        edition: posted.edition,
        label: posted.label,
        class: one.class,
        effectiveAt,
      })
      return
    }
    case 'withdraw': {
      const found = nth(life, one.which)
      if (found === undefined || found.withdrawnAt !== null || found.effectiveAt <= life.now) return
      life.changes.set(found.id, { ...found, withdrawnAt: life.now })
      say(life, 'change.withdrawn', found.id, { document: 'terms', edition: found.edition })
      return
    }
    case 'serve': {
      const found = nth(life, one.which)
      if (found !== undefined && !life.served.has(found.id)) life.served.set(found.id, life.now)
      return
    }
    case 'accept':
    case 'accept-coming': {
      const found = one.do === 'accept' ? inForceNow(life) : nth(life, one.which)
      if (found === undefined || found.withdrawnAt !== null) return
      say(life, 'terms.accepted', `acc_${life.entries.length}`, {
        developer: 'dev',
        documents: [{ document: 'terms', edition: found.edition, sha256: found.sha256 }],
      })
      return
    }
    case 'leave':
      mark({ leaving: true })
      return
    case 'return':
      mark({ leaving: false })
      return
    case 'stop':
      mark({ available: false })
      return
    case 'start':
      mark({ available: true })
      return
    case 'handler':
      handle(life)
      return
  }
}

/** What the handler writes down when it gets to it, however late. */
function handle(life: Life): void {
  const state = fromEntries(life.entries)
  for (const change of life.changes.values()) {
    if (change.withdrawnAt !== null || change.effectiveAt > life.now) continue
    const recorded = Object.values(state.deemed).some((one) => one.change === change.id)
    const { editions, accepted } = factsOf(life, life.now, 'entries')
    const written = Object.values(state.deemed).map((one) => ({ edition: editionOf(life, one.change), dueAt: one.dueAt }))
    const coveredFrom = coverageOf(coveringEditions(change, editions), accepted, written)
    const known = { recorded, ended: false, coveredFrom, servedAt: life.served.get(change.id) ?? null, since: START }
    const verdict = verdictOf(change, known, life.now)
    if (verdict.kind !== 'due') continue
    const { available, leaving } = stoodAt(life, judgedAt(verdict.from))
    if (!available || leaving) continue
    const facts = { connector: 'con', developer: 'dev', change: change.id, document: 'terms', edition: change.edition, sha256: change.sha256 }
    say(life, 'terms.deemed', `dem_${life.entries.length}`, { ...facts, servedAt: verdict.servedAt, dueAt: verdict.from })
  }
}

/** What binds whom, told from entries; of what was not written down yet, from what was served and how it stood. */
function factsOf(life: Life, at: number, from: 'clock' | 'entries'): BindingFacts {
  const state = fromEntries(life.entries.filter((entry) => entry.at <= at))
  const changes = Object.entries(state.changes).flatMap(([id, one]): PostedChange[] => {
    const found = Object.entries(state.editions).find(([, kept]) => kept.sha256 === one.sha256)
    if (one.postedAt === null || one.effectiveAt === null || one.class === null || found === undefined) return []
    return [
      {
        id: id as ChangeId,
        document: one.document,
        edition: found[0] as EditionId,
        label: found[1].label,
        sha256: one.sha256,
        class: one.class,
        postedAt: one.postedAt,
        effectiveAt: one.effectiveAt,
        withdrawnAt: one.withdrawnAt,
      },
    ]
  })
  const deemed = Object.values(state.deemed)
  const servedAt =
    from === 'clock'
      ? new Map([...life.served].filter(([, then]) => then <= at))
      : new Map(deemed.map((one) => [one.change as ChangeId, one.servedAt]))
  const stood = new Map<ChangeId, StoodThen>()
  for (const change of changes) {
    const moment = momentOf(change, servedAt.get(change.id) ?? null, START, at)
    if (deemed.some((one) => one.change === change.id)) stood.set(change.id, writtenDown)
    else if (from === 'clock' && moment !== null) stood.set(change.id, stoodAt(life, moment))
  }
  return {
    editions: Object.entries(state.editions).map(([id, one]) => ({
      id: id as EditionId,
      document: one.document,
      effectiveAt: one.effectiveAt,
      withdrawnAt: one.withdrawnAt,
    })),
    accepted: Object.entries(state.acceptances).flatMap(([acceptance, { at: then, documents }]) =>
      documents.map((one) => ({ ...one, edition: one.edition as EditionId, acceptance, at: then })),
    ),
    changes,
    servedAt,
    stoodAt: stood,
  }
}

function lived(acts: readonly (readonly [number, Act])[]): Life {
  const life = begin()
  for (const [passes, one] of acts) {
    life.now += passes
    take(life, one)
  }
  return life
}

describe('what binds a connector, whatever happens', () => {
  it(
    'is never earlier than the terms allow, and only what was served, while it was available and nobody was leaving',
    () => {
      fc.assert(
        fc.property(history, (acts) => {
          const life = lived(acts)
          for (const change of life.changes.values()) {
            expect(change.effectiveAt - change.postedAt).toBeGreaterThanOrEqual(change.class === 'material' ? MATERIAL_PERIOD : 0)
          }
          const binding = bindingsAt(factsOf(life, life.now, 'clock'), life.now)[0]?.bound ?? null
          if (binding === null) throw new Error('the first edition was accepted')
          const change = [...life.changes.values()].find(({ edition: id }) => id === binding.edition)
          if (change !== undefined) {
            expect(change.withdrawnAt).toBe(null)
            expect(binding.since).toBeGreaterThanOrEqual(change.effectiveAt)
          }
          if (binding.how === 'deemed') {
            const served = life.served.get(change?.id as ChangeId)
            expect(served).toBeDefined()
            expect(binding.since - (served ?? 0)).toBeGreaterThanOrEqual(change?.class === 'material' ? MATERIAL_PERIOD : 0)
            expect(stoodAt(life, judgedAt(binding.since))).toEqual({ available: true, leaving: false })
          }
        }),
        { numRuns: runs, seed: SEED },
      )
    },
    time,
  )

  it(
    'is told from the ledger alone as the clock tells it, however late somebody got to writing it down',
    () => {
      fc.assert(
        fc.property(history, fc.constantFrom(0, 1, DAY, 40 * DAY), (acts, down) => {
          const life = lived(acts)
          life.now += down
          const byClock = bindingsAt(factsOf(life, life.now, 'clock'), life.now)

          handle(life)

          const told = bindingsAt(factsOf(life, life.now, 'entries'), life.now)
          const short = (list: typeof told) => list.map(({ document, bound }) => ({ document, ...bound, by: null }))
          expect(short(told)).toEqual(short(byClock))
        }),
        { numRuns: runs, seed: SEED },
      )
    },
    time,
  )

  it(
    'lets nothing be published without the editions in force: each binds by a yes or by silence, or waits for its days, its service or the end',
    () => {
      fc.assert(
        fc.property(history, (acts) => {
          const life = lived(acts)
          const now = inForceNow(life)
          const current = { id: now?.edition ?? edition(0), document: 'terms', sha256: now?.sha256 ?? sha256('0') }
          const facts = factsOf(life, life.now, 'clock')
          if (!mayPublish([current], bindingsAt(facts, life.now))) return

          const accepted = facts.accepted.some((one) => one.edition === current.id)
          const from = now === undefined ? null : bindsFrom(now, life.served.get(now.id) ?? null)
          const waits = from === null || from > life.now
          const stood = from === null ? undefined : stoodAt(life, judgedAt(from))
          expect(accepted || waits || stood?.leaving === true || stood?.available === true).toBe(true)
        }),
        { numRuns: runs, seed: SEED },
      )
    },
    time,
  )

  it(
    'is all there after a restart: what the entries of the ledger tell is what happened',
    () => {
      const times = (one: Pick<PostedChange, 'class' | 'postedAt' | 'effectiveAt' | 'withdrawnAt'>) => {
        const { class: changeClass, postedAt, effectiveAt, withdrawnAt } = one
        return { class: changeClass, postedAt, effectiveAt, withdrawnAt }
      }
      fc.assert(
        fc.property(history, (acts) => {
          const life = lived(acts)

          // What is kept nowhere else is gone; the entries come back as text.
          const told = fromEntries(JSON.parse(JSON.stringify(life.entries)) as TermsEntry[])

          const kept = Object.entries(told.changes).map(([id, one]) => [id, times(one as PostedChange)])
          expect(Object.fromEntries(kept)).toEqual(Object.fromEntries([...life.changes].map(([id, one]) => [id, times(one)])))
          for (const { edition: id, effectiveAt, withdrawnAt } of life.changes.values())
            expect(told.editions[id]).toMatchObject({ effectiveAt, withdrawnAt })
        }),
        { numRuns: runs, seed: SEED },
      )
    },
    time,
  )

  it(
    'never goes back to an older edition',
    () => {
      fc.assert(
        fc.property(history, (acts) => {
          const life = begin()
          let newest = -1
          for (const [passes, one] of acts) {
            life.now += passes
            take(life, one)
            const [binding] = bindingsAt(factsOf(life, life.now, 'clock'), life.now)
            const effectiveAt = [...life.changes.values()].find(({ edition: id }) => id === binding?.bound?.edition)?.effectiveAt ?? 0
            expect(effectiveAt).toBeGreaterThanOrEqual(newest)
            newest = effectiveAt
          }
        }),
        { numRuns: runs, seed: SEED },
      )
    },
    time,
  )
})

describe('fifteen days', () => {
  const zones = ['America/New_York', 'Europe/Berlin', 'Asia/Tokyo']
  const wall = (ms: number, timeZone: string) => new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(ms)

  it.each([
    ['across the beginning of summer time in Berlin', Date.UTC(2027, 2, 20, 12)],
    ['across its end', Date.UTC(2027, 9, 25, 12)],
    ['across the beginning of summer time in New York', Date.UTC(2027, 2, 7, 12)],
    ['across a leap day', Date.UTC(2028, 1, 20, 12)],
    ['across the turn of the year', Date.UTC(2027, 11, 25, 12)],
  ])('are 15 times 24 hours %s, in every zone', (_, posted) => {
    const change = { class: 'material' as const, effectiveAt: earliestEffect('material', posted) }

    expect(change.effectiveAt - posted).toBe(360 * HOUR)
    expect(bindsFrom(change, posted)).toBe(change.effectiveAt)
    // A wall clock may show another hour at the end, in the zones that change theirs and in no other.
    expect(wall(change.effectiveAt, 'Asia/Tokyo').slice(-8)).toBe(wall(posted, 'Asia/Tokyo').slice(-8))
    for (const zone of zones) expect(wall(posted + 360 * HOUR, zone)).toBe(wall(change.effectiveAt, zone))
  })

  it.each([
    [14 * DAY, 'accepted', 'window'],
    [15 * DAY - 1, 'accepted', 'window'],
    [15 * DAY, 'deemed', undefined],
    [16 * DAY, 'deemed', undefined],
  ])('after %i ms: %s', (passed, how, why) => {
    const life = lived([
      [0, { do: 'post', class: 'material', later: 0 }],
      [0, { do: 'serve', which: 0 }],
    ])
    life.now += passed

    const [binding] = bindingsAt(factsOf(life, life.now, 'clock'), life.now)

    expect(binding).toMatchObject({ bound: { how }, held: why === undefined ? [] : [{ why }] })
  })

  it('run from the service where that was later, and the old edition binds until then', () => {
    const life = lived([
      [0, { do: 'post', class: 'material', later: 0 }],
      [20 * DAY, { do: 'serve', which: 0 }],
    ])
    const bound = (at: number) => bindingsAt(factsOf(life, at, 'clock'), at)[0]

    expect(bound(START + 19 * DAY)).toMatchObject({ bound: { how: 'accepted' }, held: [{ why: 'not-served', from: null }] })
    expect(bound(START + 35 * DAY - 1)).toMatchObject({ bound: { how: 'accepted' }, held: [{ why: 'window', from: START + 35 * DAY }] })
    expect(bound(START + 35 * DAY)).toMatchObject({ bound: { how: 'deemed', since: START + 35 * DAY } })
  })

  it('leave the old edition to whoever gave notice before they were over, and to what was not available', () => {
    const since = (last: Act) =>
      bindingsAt(
        factsOf(
          lived([
            [0, { do: 'post', class: 'material', later: 0 }],
            [0, { do: 'serve', which: 0 }],
            [15 * DAY - 1, last],
          ]),
          START + 60 * DAY,
          'clock',
        ),
        START + 60 * DAY,
      )[0]

    expect(since({ do: 'leave' })).toMatchObject({ bound: { how: 'accepted' }, held: [{ why: 'leaving' }] })
    expect(since({ do: 'stop' })).toMatchObject({ bound: { how: 'accepted' }, held: [{ why: 'not-available' }] })
    expect(since({ do: 'start' })).toMatchObject({ bound: { how: 'deemed' } })
  })
})
