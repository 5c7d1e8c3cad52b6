import { countryOf } from './countries.ts'
import { cell, cells, ListInvalidError, MOST_ENTRIES, MOST_NAMES, MOST_PLACES } from './list-bounds.ts'
import type { ListedParty } from './party.ts'
import { readCsv } from './read-csv.ts'
import { readJsonItems } from './read-json-items.ts'
import type { ListFile } from './read-sdn.ts'

/** The Consolidated Screening List, as one JSON or one CSV file. Entries of it are told apart by `id`; entity numbers repeat. @throws ListInvalidError */
export async function* readCsl(file: ListFile): AsyncGenerator<ListedParty> {
  const json = file('consolidated.json')
  const csv = file('consolidated.csv')
  if (json === undefined && csv === undefined) throw new ListInvalidError('there is neither consolidated.json nor consolidated.csv')
  let count = 0
  for await (const entry of json === undefined ? fromCsv(csv as AsyncIterable<Uint8Array>) : fromJson(json)) {
    if (++count > MOST_ENTRIES) throw new ListInvalidError('it has too many entries')
    yield entry
  }
}

type Record_ = Readonly<Record<string, unknown>>

async function* fromJson(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ListedParty> {
  for await (const item of readJsonItems(bytes, 'results')) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) throw new ListInvalidError('an entry is not an object')
    const record = item as Record_
    const addresses = objects(record['addresses'])
    const ids = objects(record['ids'])
    const entry = entryOf({
      id: cell(record['id']),
      type: cell(record['type']),
      names: [cell(record['name']), ...cells(record['alt_names'], MOST_NAMES)],
      countries: [
        ...addresses.map((one) => cell(one['country'])),
        ...cells(record['nationalities'], 50),
        ...cells(record['citizenships'], 50),
        ...ids.map((one) => cell(one['country'])),
      ],
      places: addresses.flatMap((one) => [cell(one['city']), cell(one['address'])]),
      births: cells(record['dates_of_birth'], 50),
      numbers: ids.map((one) => cell(one['number'])),
      programs: cells(record['programs'], 50),
    })
    if (entry !== undefined) yield entry
  }
}

/** In the CSV form several values stand in one cell, parted by semicolons; addresses end in their country, ids name theirs in front. */
async function* fromCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ListedParty> {
  let first = true
  for await (const row of readCsv(bytes, { header: true })) {
    const record = row as Readonly<Record<string, string>>
    const id = cell(record['_id'] ?? record['id'] ?? '')
    if (first && (id === '' || record['name'] === undefined)) throw new ListInvalidError('its header names no id and name')
    first = false
    const several = (name: string) =>
      (record[name] ?? '')
        .slice(0, 100_000)
        .split(';')
        .map(cell)
        .filter((text) => text !== '')
    const addresses = several('addresses')
    const entry = entryOf({
      id,
      type: cell(record['type']),
      names: [cell(record['name']), ...several('alt_names').slice(0, MOST_NAMES)],
      countries: [...addresses.map((one) => one.split(',').at(-1) ?? ''), ...several('nationalities'), ...several('citizenships')],
      places: addresses.flatMap((one) => one.split(',').slice(0, -1)),
      births: several('dates_of_birth'),
      numbers: several('ids').flatMap((one) => one.split(',').filter((part) => /\d/.test(part))),
      programs: several('programs'),
    })
    if (entry !== undefined) yield entry
  }
}

function entryOf(given: {
  readonly id: string
  readonly type: string
  readonly names: readonly string[]
  readonly countries: readonly string[]
  readonly places: readonly string[]
  readonly births: readonly string[]
  readonly numbers: readonly string[]
  readonly programs: readonly string[]
}): ListedParty | undefined {
  const names = [...new Set(given.names.filter((name) => name !== ''))]
  if (given.id === '' || names.length === 0) return undefined
  const type = given.type.toLowerCase()
  return {
    entry: given.id.slice(0, 200),
    kind: type === 'individual' ? 'person' : type === 'vessel' || type === 'aircraft' ? 'other' : 'organisation',
    names,
    countries: [...new Set(given.countries.flatMap((text) => countryOf(text) ?? []))],
    places: [...new Set(given.places.map((text) => text.trim()).filter((text) => text !== ''))].slice(0, MOST_PLACES),
    birthYears: [...new Set(given.births.flatMap((text) => [...text.matchAll(/\b(1[89]\d\d|20\d\d)\b/g)].map(([year]) => Number(year))))],
    numbers: [...new Set(given.numbers.map((text) => text.trim()).filter((text) => text !== ''))].slice(0, 100),
    programs: given.programs,
  }
}

function objects(value: unknown): readonly Record_[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, MOST_PLACES).filter((one): one is Record_ => typeof one === 'object' && one !== null && !Array.isArray(one))
}
