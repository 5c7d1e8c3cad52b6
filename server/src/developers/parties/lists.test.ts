import { describe, expect, it } from 'vitest'
import { proves } from '../../../test/proves.ts'
import { MOST_ENTRIES, MOST_RECORD } from './list-bounds.ts'
import type { ListedParty } from './party.ts'
import { readCsl } from './read-csl.ts'
import { type ListFile, readSdn } from './read-sdn.ts'

proves('developers/party-checks')

type Files = Readonly<Record<string, string | (() => AsyncIterable<Uint8Array>)>>

function files(given: Files, size = 7): ListFile {
  return (name) => {
    const content = given[name]
    if (content === undefined) return undefined
    return typeof content === 'string' ? cut(Buffer.from(content), size) : content()
  }
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

async function all(entries: AsyncIterable<ListedParty>): Promise<readonly ListedParty[]> {
  const found: ListedParty[] = []
  for await (const entry of entries) found.push(entry)
  return found
}

const row = (number: number | string, name: string, remarks = '-0-') =>
  `${number},"${name}",-0- ,"INV] [ENTED",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"${remarks}"\r\n`

describe('the SDN list', () => {
  it('is joined from its three files, whatever the pieces in which they arrive', async () => {
    const sdn = `${row(7, 'INVENTED HOLDING S.A.', 'Tax ID No. A-55512 (Panama); alt. nationality Iran.')}${row(8, 'PERSON, Some', 'DOB circa 1961; alt. DOB 03 Feb 1962.').replace('-0- ', 'individual')}${row(9, 'SOME SHIP').replace('-0- ', '"vessel"')}\u001a`
    const add = '7,1,"1 Invented Way","Colón, 0801","Panama",-0-\r\n99,1,"x","y","z",-0-\r\n'
    const alt = '7,1,"aka","Invented Shipping",-0-\r\n7,2,"fka","Инвентед",-0-\r\n'

    for (const size of [1, 7, 100_000]) {
      const [holding, person, ship, ...rest] = await all(readSdn(files({ 'sdn.csv': sdn, 'add.csv': add, 'alt.csv': alt }, size)))
      expect(holding).toMatchObject({
        entry: '7',
        kind: 'organisation',
        names: ['INVENTED HOLDING S.A.', 'Invented Shipping', 'Инвентед'],
        countries: ['PA', 'IR'],
        numbers: ['A-55512'],
      })
      expect(holding?.places).toContain('Colón')
      expect(person).toMatchObject({ kind: 'person', birthYears: [1961, 1962] })
      expect(ship).toMatchObject({ kind: 'other' })
      expect(rest).toEqual([])
    }
  })

  it('keeps formulas of spreadsheets as the text that they are, and no marks that turn text around', async () => {
    const [entry] = await all(readSdn(files({ 'sdn.csv': row(1, '=HYPERLINK(""http://evil.example"")\u202e\u0007') })))

    expect(entry?.names).toEqual(['=HYPERLINK("http://evil.example")'])
  })

  it.each([
    ['no list at all', { 'sdn.csv': '<html>sign in</html>' }],
    ['none of its files', {}],
    ['a record without an end', { 'sdn.csv': () => endless(`1,"${'x'.repeat(1_000)}`, 'y'.repeat(64_000)) }],
    ['more columns than make sense', { 'sdn.csv': `1,${'a,'.repeat(100)}\n` }],
  ])('is refused where it is %s', async (_, given: Files) => {
    await expect(all(readSdn(files(given, 4_096)))).rejects.toMatchObject({ code: 'developers/list-invalid' })
  })

  it('ends where it has more entries than any real one', async () => {
    const some = Array.from({ length: 1_000 }, () => 0)
    let number = 0
    const many = () => endless('', () => some.map(() => `${++number},"A"\n`).join(''))

    await expect(all(readSdn(files({ 'sdn.csv': many })))).rejects.toMatchObject({ code: 'developers/list-invalid' })
    expect(number).toBeLessThan(MOST_ENTRIES + 100_000)
  })
})

/** Bytes that never end by themselves. */
async function* endless(head: string, more: string | (() => string)): AsyncGenerator<Uint8Array> {
  yield Buffer.from(head)
  for (;;) yield Buffer.from(typeof more === 'string' ? more : more())
}

const entry = {
  id: 'abc',
  source: 'Invented List (INV) - Bureau',
  type: 'Entity',
  name: 'Invented "Trading" {Co}',
  alt_names: ['Инвентед', 5, ''],
  addresses: [{ address: '1 Way', city: 'Colón', country: 'PA' }, null],
  ids: [{ type: 'Registration', number: 'R-12345', country: 'PA' }],
  dates_of_birth: ['1961-02-03'],
  programs: ['INV'],
}

describe('the Consolidated Screening List', () => {
  it('is read as JSON, piece by piece, and as CSV', async () => {
    const json = JSON.stringify({ total: 2, sources: [{ results: 1 }], results: [entry, { ...entry, id: 'def', type: 'Vessel' }] })
    const csv = [
      '_id,source,type,name,alt_names,addresses,ids,dates_of_birth,programs',
      'abc,INV,Entity,"Invented ""Trading"" {Co}",Инвентед; Other,"1 Way, Colón, PA","R-12345, PA",1961-02-03,INV',
    ].join('\n')

    for (const size of [3, 1_000]) {
      const [one, two, ...rest] = await all(readCsl(files({ 'consolidated.json': json }, size)))
      expect(one).toMatchObject({
        entry: 'abc',
        kind: 'organisation',
        names: ['Invented "Trading" {Co}', 'Инвентед'],
        countries: ['PA'],
        numbers: ['R-12345'],
      })
      expect(two).toMatchObject({ entry: 'def', kind: 'other' })
      expect(rest).toEqual([])
    }
    expect(await all(readCsl(files({ 'consolidated.csv': csv })))).toMatchObject([
      { entry: 'abc', names: ['Invented "Trading" {Co}', 'Инвентед', 'Other'], countries: ['PA'], birthYears: [1961], numbers: ['R-12345'] },
    ])
    expect(await all(readCsl(files({ 'consolidated.json': JSON.stringify([entry]) })))).toHaveLength(1)
  })

  it.each([
    ['is cut off', '{"results":[{"id":"a","name":"b"},{"id"'],
    ['holds no list', '{"message":"rate limit"}'],
    ['holds something else than objects', '{"results":[1,2]}'],
    ['nests without end', `{"results":[{"id":${'['.repeat(100)}${']'.repeat(100)}}]}`],
    ['has an entry that is no JSON', '{"results":[{"id":"a",}]}'],
    ['has an entry beyond all measure', `{"results":[{"id":"${'x'.repeat(MOST_RECORD + 10)}"}]}`],
  ])('is refused where it %s', async (_, text) => {
    await expect(all(readCsl(files({ 'consolidated.json': text }, 65_536)))).rejects.toMatchObject({ code: 'developers/list-invalid' })
  })

  it('is refused where an entry never ends, without being held whole', async () => {
    let sent = 0
    const flood = () =>
      endless('{"results":[{"id":"', () => {
        sent += 64_000
        return 'x'.repeat(64_000)
      })

    await expect(all(readCsl(files({ 'consolidated.json': flood })))).rejects.toMatchObject({ code: 'developers/list-invalid' })
    expect(sent).toBeLessThan(2 * MOST_RECORD)
  })
})
