import { describe, expect, it } from 'vitest'
import { databases, type TestDatabaseKind } from '../../test/databases.ts'
import { serve } from '../../test/loopback-server.ts'
import { proves } from '../../test/proves.ts'
import { openPublishing } from '../../test/publishing.ts'
import { DAY } from '../lib/index.ts'

proves('developers/findings')

describe.each(databases)('the pages that an organisation names, on $name', (kind) => {
  /** An organisation whose pages answer what the test says, at addresses that the profile holds as they are. */
  async function openTown(given: TestDatabaseKind) {
    const town = await openPublishing(given)
    const { developers, workspace, developer, dora } = town
    const status: Record<string, number> = {}
    const site = await serve((request, response) => response.writeHead(status[request.url ?? ''] ?? 200).end('a page'))
    const none = { legalName: null, region: null, address: null, website: null, registrationNumber: null, privacyUrl: null, supportUrl: null }
    return {
      ...town,
      site,
      status,
      says: (privacyUrl: string | null, supportUrl: string | null) =>
        developers.profiles.set(workspace, developer, { ...none, privacyUrl, supportUrl }, dora),
      open: async () => {
        const all = await developers.findings.list(workspace, { developer, open: true, after: null, limit: 9 })
        return all.map((one) => one.kind).toSorted()
      },
      told: async () => {
        const rows = await town.storage.db.selectFrom('notices').select('kind').where('kind', '=', 'developers.finding').execute()
        return rows.length
      },
      later: async (ms: number) => {
        town.clock.advance(ms)
        await town.runsDue()
      },
      [Symbol.asyncDispose]: async () => {
        await town[Symbol.asyncDispose]()
        await site[Symbol.asyncDispose]()
      },
    }
  }

  it('are looked at when they are named and every two weeks, and a way to support by mail is not', async () => {
    await using town = await openTown(kind)
    await town.says(`${town.site.origin}/privacy`, 'mailto:help@heron.example')

    await town.later(0)
    await town.later(13 * DAY)
    const before = town.site.requests.length
    await town.later(DAY)

    expect([before, town.site.requests.map(({ path }) => path)]).toEqual([1, ['/privacy', '/privacy']])
    expect(await town.open()).toEqual([])
  })

  it('are a finding when one was missed on two days, told once; and none any more once they answer', async () => {
    await using town = await openTown(kind)
    town.status['/privacy'] = 404
    await town.says(`${town.site.origin}/privacy`, `${town.site.origin}/help`)

    await town.later(0)
    expect([await town.open(), await town.told()]).toEqual([[], 0])
    await town.later(DAY)
    expect([await town.open(), await town.told()]).toEqual([['privacy-url'], 1])
    await town.later(14 * DAY)

    expect([await town.open(), await town.told()]).toEqual([['privacy-url'], 1])
    const [finding] = await town.developers.findings.list(town.workspace, { open: true, after: null, limit: 1 })
    expect(finding).toMatchObject({ detail: expect.stringContaining('404'), firstSeenAt: expect.any(Number), lastSeenAt: town.clock.now() })
    town.status['/privacy'] = 200
    await town.later(14 * DAY)
    expect(await town.open()).toEqual([])
    expect((await town.ledger()).filter(({ event }) => event === 'developer.stale')).toHaveLength(1)
  })

  it('that cannot be reached are a finding like those that answer wrongly; and naming another one begins anew', async () => {
    await using town = await openTown(kind)
    const gone = await serve(() => {})
    await gone[Symbol.asyncDispose]()
    await town.says(`${gone.origin}/privacy`, `${gone.origin}/help`)
    await town.later(0)
    await town.later(DAY)
    expect(await town.open()).toEqual(['privacy-url', 'support-url'])

    await town.says(`${town.site.origin}/privacy`, null)
    await town.later(0)

    expect(await town.open()).toEqual([])
  })
})
