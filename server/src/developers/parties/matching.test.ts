import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cleanParties, type Labelled, labelled } from '../../../test/labelled-names.ts'
import { proves } from '../../../test/proves.ts'
import { rounds } from '../../../test/rounds.ts'
import { alike } from './compare-names.ts'
import { judgeParty, readParty } from './judge-party.ts'
import { skeleton } from './look-alikes.ts'
import type { Party } from './party.ts'
import { readName } from './read-name.ts'

proves('developers/party-checks')

const scripts = ['Latin', 'Cyrillic', 'Arabic', 'Chinese'] as const
const read = new Map(labelled.map(({ listed }) => [listed.entry, listed.names.map(readName)]))

function party(name: string, listed: Labelled['listed'], second: boolean): Party {
  const facts = second ? { countries: listed.countries, birthYear: listed.birthYears[0] ?? null } : { countries: [], birthYear: null }
  return { id: name, kind: listed.kind === 'person' ? 'person' : 'organisation', names: [name], region: null, address: null, numbers: [], ...facts }
}

/** The worst that any entry of the whole list says about a party. */
function worst(given: Party): string {
  const ready = readParty(given)
  const answers = labelled.map(({ listed }) => judgeParty(ready, listed, read.get(listed.entry))?.answer)
  return answers.includes('potential-match') ? 'potential-match' : answers.includes('review') ? 'review' : 'no-list-match'
}

it('finds every exact name and alias with a second identifier, and other spellings and orders almost always, in each script', () => {
  const lines: string[] = []
  let cases = 0
  for (const script of scripts) {
    const of = labelled.filter((one) => one.script === script)
    const exact = of.flatMap((one) => [...one.exact, ...one.alias].map((name) => ({ name, answer: worst(party(name, one.listed, true)) })))
    const other = of.flatMap((one) => one.other.map((name) => ({ name, answer: worst(party(name, one.listed, true)) })))
    cases += exact.length + other.length
    const missed = other.filter(({ answer }) => answer !== 'potential-match')
    const share = 1 - missed.length / other.length
    lines.push(
      `${script.padEnd(8)} exact and alias ${exact.length}/${exact.length}  other spellings and orders ${(share * 100).toFixed(1)} % of ${other.length}`,
    )
    lines.push(...missed.map(({ name, answer }) => `  missed: ${name} (${answer})`))
    expect(exact.filter(({ answer }) => answer !== 'potential-match')).toEqual([])
    expect(share, script).toBeGreaterThanOrEqual(0.95)
  }
  expect(cases).toBeGreaterThanOrEqual(200)
  process.stdout.write(`${lines.join('\n')}\n${cases} labelled names\n`)
})

it('raises no more false alarms than two in a hundred, in each script, also where country and year agree', () => {
  let all = 0
  for (const script of scripts) {
    const clean = cleanParties(script)
    all += clean.length
    const alarms = clean.filter((one) => worst(one) !== 'no-list-match')
    process.stdout.write(`${script.padEnd(8)} false alarms ${alarms.length} of ${clean.length}: ${alarms.map(({ id }) => id).join(', ')}\n`)
    expect(alarms.length / clean.length, script).toBeLessThanOrEqual(0.02)
  }
  expect(all).toBeGreaterThan(200)
})

it('says at most "review" about a name alone, whoever bears it', () => {
  for (const one of labelled) for (const name of [...one.exact, ...one.alias]) expect(worst(party(name, one.listed, false))).toBe('review')
})

it('lets facts that differ speak: another country and year, and a like name is not worth a look', () => {
  const one = labelled.find(({ listed }) => listed.kind === 'person')
  if (one === undefined) throw new Error('the set is empty')
  const stranger = { ...party('Cormac F. ODrumond', one.listed, false), countries: ['NZ'], birthYear: 2001 }

  expect(worst(stranger)).toBe('no-list-match')
})

it('reads look-alikes as what they look like, so that borrowed letters hide nobody', () => {
  const listed = labelled[0]?.listed
  if (listed === undefined) throw new Error('the set is empty')
  // Cyrillic а, е, о among Latin letters, and a zero-width space.
  const disguised = 'Brаckеnfоrd Mаritime\u200b Holdings SA'

  expect(worst(party(disguised, listed, true))).toBe('potential-match')
  expect(skeleton('Heron Ltd')).toBe(skeleton('Неrоn Ltd'))
  expect(skeleton('Heron Ltd')).not.toBe(skeleton('Hermes Ltd'))
})

it('is the same whichever side is which, whatever the order of words, and bears any text', () => {
  const word = fc.constantFrom('Orion', 'Щуковский', 'محمد', '青松', 'de', 'GmbH', "O'Neil", 'a', '=HYPERLINK("x")', '\u202eevil', '1', '')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.array(word, { maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 60 }), (a, b, any) => {
      const [one, two] = [readName(a.join(' ')), readName(b.join(' '))]
      const score = alike(one, two)
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
      expect(Math.abs(score - alike(two, one))).toBeLessThan(0.000001)
      const odd = readName(any)
      if (odd.words.length > 0 && !odd.bare) expect(alike(odd, odd)).toBeGreaterThan(0.999)
    }),
    { numRuns: rounds(50_000), seed: 4 },
  )
})
