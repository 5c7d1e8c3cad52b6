import { alike } from './compare-names.ts'
import type { Agreement, CheckAnswer, ListedParty, Party } from './party.ts'
import { type ReadName, readName } from './read-name.ts'

/** From here on a name alone is worth a look by a person. It stops nobody. */
const NAME_ALONE = 0.92
/** From here on a name and a second identifier together are a potential match. */
const NAME_WITH_SECOND = 0.85
/** A name whose other facts differ has to be nearly the same to be worth a look. */
const NAME_AGAINST_FACTS = 0.97

export type ReadParty = Party & { readonly read: readonly ReadName[]; readonly plainAddress: string }
export type Judged = {
  readonly answer: CheckAnswer
  readonly score: number
  readonly listedName: string
  readonly country: Agreement
  readonly address: Agreement
  readonly birthYear: Agreement
  readonly number: Agreement
}

/** A party made ready to be compared with many entries. */
export function readParty(party: Party): ReadParty {
  return { ...party, read: party.names.map(readName), plainAddress: plain(party.address ?? '') }
}

/** What one entry of a list says about a party. A name alone never says more than `review`. */
export function judgeParty(party: ReadParty, listed: ListedParty, read: readonly ReadName[] = listed.names.map(readName)): Judged | null {
  if (listed.kind === 'other') return null
  let score = 0
  let listedName = ''
  for (const [at, theirs] of read.entries())
    for (const ours of party.read) {
      const found = alike(ours, theirs)
      if (found > score) {
        score = found
        listedName = listed.names[at] ?? ''
      }
    }
  if (score < NAME_WITH_SECOND) return null
  const facts = factsOf(party, listed)
  const all = Object.values(facts)
  const second = all.includes('agrees')
  const against = !second && all.includes('differs')
  // People and organisations share names; what the list calls the other kind is looked at, and no more.
  if (second && listed.kind === party.kind) return { answer: 'potential-match', score, listedName, ...facts }
  if (score >= (against || listed.kind !== party.kind ? NAME_AGAINST_FACTS : NAME_ALONE)) return { answer: 'review', score, listedName, ...facts }
  return null
}

function factsOf(party: ReadParty, listed: ListedParty) {
  return {
    country: overlap(party.countries, listed.countries),
    address: addressAgrees(party.plainAddress, listed.places),
    birthYear: party.birthYear === null || listed.birthYears.length === 0 ? 'unknown' : near(party.birthYear, listed.birthYears),
    number: numberAgrees(party.numbers, listed.numbers),
  } as const
}

function overlap(ours: readonly string[], theirs: readonly string[]): Agreement {
  if (ours.length === 0 || theirs.length === 0) return 'unknown'
  return ours.some((one) => theirs.includes(one)) ? 'agrees' : 'differs'
}

/** Lists give years of birth as they were heard, so a year to either side agrees. */
function near(year: number, years: readonly number[]): Agreement {
  return years.some((one) => Math.abs(one - year) <= 1) ? 'agrees' : 'differs'
}

/** A city or a line of four letters or more that stands in the address. Two addresses prove nothing against each other. */
function addressAgrees(address: string, places: readonly string[]): Agreement {
  if (address === '') return 'unknown'
  return places.some((place) => {
    const words = plain(place)
    return words.trim().length >= 4 && address.includes(words)
  })
    ? 'agrees'
    : 'unknown'
}

/** The same number is the same register entry; another one may be another register. */
function numberAgrees(ours: readonly string[], theirs: readonly string[]): Agreement {
  const known = new Set(theirs.map(bareNumber).filter((one) => one.length >= 5))
  return ours.some((one) => known.has(bareNumber(one))) ? 'agrees' : 'unknown'
}

function bareNumber(text: string): string {
  return text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
}

function plain(text: string): string {
  const { words } = readName(text)
  return words.length === 0 ? '' : ` ${words.join(' ')} `
}
