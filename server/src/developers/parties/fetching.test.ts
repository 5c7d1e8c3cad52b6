import { describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../../test/databases.ts'
import { serve } from '../../../test/loopback-server.ts'
import { proves } from '../../../test/proves.ts'
import { openPublishing } from '../../../test/publishing.ts'
import { checkPartyLists } from '../../cli/check-party-lists.ts'
import { DAY, HOUR } from '../../lib/index.ts'
import { OUTDATED } from './lists.ts'

proves('developers/party-checks')

const sdn = (name: string) => `101,"${name}",-0- ,"INVENTED",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Registration Number 77-1234567 (Panama)."\r\n`
const json = (name: string) => JSON.stringify({ results: [{ id: 'abc', source: 'Invented', type: 'Entity', name, addresses: [{ country: 'PA' }] }] })
const csv = (name: string) => `_id,source,type,name,addresses\nabc,INV,Entity,${name},"1 Way, Colón, PA"\n`

describe.each(databases)('lists that are fetched, on $name', (kind) => {
  /** Checks are on, with Rita to decide; a publisher serves what the test says. */
  async function openTown(given: TestDatabaseKind) {
    const town = await openPublishing(given)
    const { workspace, rita, developers } = town
    const { parties } = developers
    const published: Record<string, string> = {}
    const publisher = await serve((request, response) => {
      const text = published[request.url ?? '']
      response.setHeader('last-modified', 'Fri, 20 Nov 2026 10:00:00 GMT')
      response.writeHead(text === undefined ? 503 : 200).end(text)
    })
    const rules = { enabled: true, jurisdiction: 'Aldhaven', legalBasis: 'its trade act', deciders: [rita], keepDays: 90 }
    await parties.settings.set(workspace, rules, rita)
    return {
      ...town,
      parties,
      publisher,
      published,
      rules,
      from: (source: 'ofac-sdn' | 'us-csl', ...files: readonly string[]) =>
        parties.lists.setAddresses(workspace, source, Object.fromEntries(files.map((file) => [file, `${publisher.origin}/${file}`])), rita),
      later: async (ms: number) => {
        town.clock.advance(ms)
        while ((await town.runsDue()) > 0);
      },
      inForce: () => parties.lists.store.inForce(workspace),
      alarms: async () => {
        const rows = await town.storage.db.selectFrom('notices').select('title').where('kind', '=', 'developers.list-outdated').execute()
        return rows.map(({ title }) => title)
      },
      [Symbol.asyncDispose]: async () => {
        await town[Symbol.asyncDispose]()
        await publisher[Symbol.asyncDispose]()
      },
    }
  }

  it('come at once and twice a day; the same files are the same edition, others are another one, and each is compared', async () => {
    await using town = await openTown(kind)
    town.published['/sdn.csv'] = sdn('INVENTED HOLDING')
    await town.from('ofac-sdn', 'sdn.csv')

    await town.later(0)
    const [first] = await town.inForce()
    expect(first).toMatchObject({
      source: 'ofac-sdn',
      entries: 1,
      origin: 'fetch',
      publishedOn: '2026-11-20',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    await town.later(12 * HOUR)
    expect(await town.inForce()).toMatchObject([{ id: first?.id, sha256: first?.sha256, seenAt: town.clock.now() }])
    // However often the same is fetched, what is in force is what is listed first.
    expect((await town.parties.lists.store.list(town.workspace, 1)).map(({ id, state }) => [id, state])).toEqual([
      [first?.id, 'in-force'],
      [expect.any(String), 'replaced'],
    ])
    town.published['/sdn.csv'] = `${sdn('HERON LTD').repeat(2)}102,"OTHER",-0- ,"INVENTED",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0-\r\n`
    await town.later(12 * HOUR)

    const [second] = await town.inForce()
    expect(second).toMatchObject({ entries: expect.any(Number) })
    expect(second?.sha256).not.toBe(first?.sha256)
    const taken = (await town.ledger()).filter(({ event }) => event === 'list.taken')
    expect(taken.map(({ facts }) => [facts['sha256'], facts['origin'], facts['publishedOn']])).toEqual([
      [first?.sha256, 'fetch', '2026-11-20'],
      [second?.sha256, 'fetch', '2026-11-20'],
    ])
    const checks = await town.parties.checks.list(town.workspace, { developer: town.developer, open: true, after: null, limit: 9 })
    expect(checks).toMatchObject([{ because: 'lists', answer: 'review' }])
    const kept = await town.storage.db.selectFrom('party_list_entries').select('list_id').distinct().execute()
    expect(kept).toEqual([{ list_id: second?.id }])
    expect(await town.storage.db.selectFrom('party_list_parts').select('list_id').execute()).toEqual([])
  })

  it.each([
    ['consolidated.json', json],
    ['consolidated.csv', csv],
  ] as const)('may be the Consolidated Screening List as %s', async (file, write) => {
    await using town = await openTown(kind)
    town.published[`/${file}`] = write('Invented Trading')

    await town.from('us-csl', file)
    await town.later(0)

    expect(await town.inForce()).toMatchObject([{ source: 'us-csl', entries: 1 }])
  })

  it('are out of date after a week without being seen: said once, by the doctor each time, until they are seen again', async () => {
    await using town = await openTown(kind)
    const doctor = async () => (await checkPartyLists(town.storage, town.clock.now())).map(({ state, message }) => `${state}: ${message}`)
    expect(await doctor()).toEqual(['wrong: they are on, and there is no list to compare with'])
    town.published['/sdn.csv'] = sdn('INVENTED HOLDING')
    await town.from('ofac-sdn', 'sdn.csv')
    await town.later(0)
    expect(await doctor()).toEqual([])
    delete town.published['/sdn.csv']

    for (let days = 0; days < OUTDATED / DAY - 1; days++) await town.later(DAY)
    expect(await town.alarms()).toEqual([])
    await town.later(DAY)
    await town.later(DAY)
    expect(await town.alarms()).toEqual(['The list ofac-sdn is out of date'])
    expect(await doctor()).toEqual([expect.stringMatching(/^wrong: the list ofac-sdn was seen for the last time 8 days ago$/)])
    // Checks go on with the edition that is there.
    expect(await town.inForce()).toHaveLength(1)
    town.published['/sdn.csv'] = sdn('INVENTED HOLDING')
    await town.later(HOUR)
    expect(await doctor()).toEqual([])
    delete town.published['/sdn.csv']
    for (let days = 0; days < 9; days++) await town.later(DAY)

    expect(await town.alarms()).toHaveLength(2)
    await town.parties.settings.set(town.workspace, { ...town.rules, enabled: false }, town.rita)
    expect(await doctor()).toEqual([])
  })

  it('stay as they are where what is fetched is no list, and nothing of it is kept', async () => {
    await using town = await openTown(kind)
    town.published['/sdn.csv'] = sdn('INVENTED HOLDING')
    await town.from('ofac-sdn', 'sdn.csv')
    await town.later(0)
    const before = await town.inForce()

    town.published['/sdn.csv'] = '<html>Please sign in</html>'
    await town.later(12 * HOUR)

    expect(await town.inForce()).toEqual(before)
    expect(await town.storage.db.selectFrom('party_list_parts').select('list_id').execute()).toEqual([])
    const told = await town.storage.db.selectFrom('notices').select('title').where('kind', '=', 'developers.list-refused').execute()
    expect(told).toEqual([{ title: 'The list ofac-sdn could not be read' }])
  })

  it('that were begun and never finished are given up after a day, with all that was handed in of them', async () => {
    await using town = await openTown(kind)
    const begun = await town.parties.lists.begin(town.workspace, 'ofac-sdn', null, town.rita)
    await town.parties.lists.addPart(town.workspace, begun.id, 'sdn.csv', 0, Buffer.from(sdn('INVENTED HOLDING')))
    await town.parties.lists.addPart(town.workspace, begun.id, 'sdn.csv', 2, Buffer.from(sdn('SOMEBODY ELSE')))

    await expect(town.parties.lists.finish(town.workspace, begun.id)).rejects.toMatchObject({
      code: 'developers/list-part-missing',
      message: expect.stringContaining('Part 1 of sdn.csv'),
    })
    await town.later(2 * DAY)

    expect(await town.parties.lists.store.get(town.workspace, begun.id)).toMatchObject({ state: 'refused', failure: 'it was never finished' })
    expect(await town.storage.db.selectFrom('party_list_parts').select('list_id').execute()).toEqual([])
    await town.later(30 * DAY)
    expect(await town.parties.lists.store.list(town.workspace)).toEqual([])
  })

  it('come from addresses that are some, of files that the list has', async () => {
    await using town = await openTown(kind)
    const from = (files: Readonly<Record<string, string>>) => town.parties.lists.setAddresses(town.workspace, 'ofac-sdn', files, town.rita)

    for (const [files, pointer] of [
      [{}, '/files'],
      [{ 'consolidated.csv': 'https://lists.example/x' }, '/files/consolidated.csv'],
      [{ 'sdn.csv': 'nowhere' }, '/files/sdn.csv'],
      [{ 'sdn.csv': 'file:///etc/passwd' }, '/files/sdn.csv'],
      [{ 'sdn.csv': 'https://me:secret@lists.example/sdn.csv' }, '/files/sdn.csv'],
    ] as const)
      await expect(from(files)).rejects.toMatchObject({ code: 'developers/list-address', pointer })
  })
})
