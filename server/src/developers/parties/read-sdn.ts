import { countryOf } from './countries.ts'
import { cell, ListInvalidError, MOST_ENTRIES, MOST_NAMES, MOST_PLACES } from './list-bounds.ts'
import type { ListedParty } from './party.ts'
import { readCsv } from './read-csv.ts'

export type ListFile = (name: string) => AsyncIterable<Uint8Array> | undefined
type Draft = { kind: ListedParty['kind']; names: string[]; countries: Set<string>; places: string[]; remarks: string; programs: readonly string[] }

/** The Specially Designated Nationals list in its CSV form: no header, `-0-` for nothing, files joined by the first column. @throws ListInvalidError */
export async function* readSdn(file: ListFile): AsyncGenerator<ListedParty> {
  const entries = file('sdn.csv')
  if (entries === undefined) throw new ListInvalidError('the file sdn.csv is missing')
  const drafts = new Map<string, Draft>()
  for await (const [number = '', name = '', type = '', program = '', , , , , , , , remarks = ''] of rows(entries)) {
    if (!/^\d{1,9}$/.test(number) || name === '') {
      if (drafts.size === 0) throw new ListInvalidError('its first row has no number and name, so it is not the SDN list')
      continue
    }
    if (drafts.size >= MOST_ENTRIES) throw new ListInvalidError('it has too many entries')
    drafts.set(number, {
      kind: kindOf(type),
      names: [name],
      countries: new Set(),
      places: [],
      remarks,
      programs: program.split(/[\][;]+\s*/).filter((one) => one !== ''),
    })
  }
  if (drafts.size === 0) throw new ListInvalidError('it has no rows with a number and a name')
  for await (const [number = '', , address = '', city = '', country = ''] of rows(file('add.csv'))) {
    const draft = drafts.get(number)
    if (draft === undefined || draft.places.length >= MOST_PLACES) continue
    for (const place of [address, ...city.split(',')]) if (place !== '') draft.places.push(place.trim())
    const code = countryOf(country)
    if (code !== undefined) draft.countries.add(code)
  }
  for await (const [number = '', , , name = ''] of rows(file('alt.csv'))) {
    const draft = drafts.get(number)
    if (draft !== undefined && name !== '' && draft.names.length < MOST_NAMES) draft.names.push(name)
  }
  for (const [entry, { kind, names, countries, places, remarks, programs }] of drafts) {
    const said = factsOf(remarks)
    yield {
      entry,
      kind,
      names,
      countries: [...new Set([...countries, ...said.countries])],
      places,
      programs,
      birthYears: said.years,
      numbers: said.numbers,
    }
  }
}

async function* rows(bytes: AsyncIterable<Uint8Array> | undefined): AsyncGenerator<readonly string[]> {
  if (bytes === undefined) return
  for await (const row of readCsv(bytes, { header: false })) {
    const values = (row as readonly string[]).map((text) => cell(text)).map((text) => (text === '-0-' ? '' : text))
    // The files end with a lone end-of-file mark of another age.
    if (values.length > 1) yield values
  }
}

function kindOf(type: string): ListedParty['kind'] {
  const plain = type.toLowerCase()
  if (plain === 'individual') return 'person'
  return plain === 'vessel' || plain === 'aircraft' ? 'other' : 'organisation'
}

/** What the remarks hold in their own order of words: `DOB 12 Mar 1961; nationality Iran; Passport X123 (Iran)`. */
function factsOf(remarks: string) {
  const parts = remarks.split(';').map((part) => part.trim())
  const years = parts
    .filter((part) => /^(?:alt\. )?DOB\b/i.test(part))
    .flatMap((part) => [...part.matchAll(/\b(1[89]\d\d|20\d\d)\b/g)].map(([year]) => Number(year)))
  const numbers = parts.flatMap((part) => {
    const found =
      /(?:Passport|Identification|Registration|Registry|Tax ID|National ID|Certificate|Number|No\.)[^A-Z0-9]*(?:Number|No\.|#)?[^A-Z0-9]*([A-Z0-9][A-Z0-9/-]{4,40})/i.exec(
        part,
      )
    return found?.[1] !== undefined && /\d/.test(found[1]) ? [found[1]] : []
  })
  const countries = parts.flatMap((part) => {
    const found = /^(?:alt\. )?(?:nationality|citizen|POB[^;]*,)\s+(.{2,60})$/i.exec(part)
    const code = found?.[1] === undefined ? undefined : countryOf(found[1])
    return code === undefined ? [] : [code]
  })
  return { years: [...new Set(years)], numbers: [...new Set(numbers)], countries }
}
