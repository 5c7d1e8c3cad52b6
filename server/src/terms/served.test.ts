import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { Town } from '../../test/town.ts'
import { DAY } from '../lib/index.ts'

proves('terms/served', 'terms/changes')

/** A whole Handfast in which Olga publishes a live connector and posts a material change. */
async function townWithChange(town: Town, url: string) {
  const connector = await town.publishes('echo', url)
  const { terms } = town.app.rooms
  const { workspace } = town.app
  const old = (await terms.bundle(workspace)).find(({ document }) => document === 'usage-policies')
  if (old === undefined) throw new Error('there are no usage policies')
  const body = `${old.body}\n## 6. Something new\n\nTools greet people.\n`
  const { title, language } = old
  const words = { workspace, document: 'usage-policies', title, language, body, by: town.olga.user }
  const id = await terms.changes.draft({ ...words, class: 'material', justification: 'a new duty' })
  const { text } = await terms.changes.get(workspace, id)
  const posted = await terms.changes.post(workspace, id, town.olga.user, { sha256: text.sha256 })
  return {
    connector,
    posted,
    /** The notice that Olga's organisation got, acknowledged by her. */
    async acknowledges() {
      const { notifying } = town.app.rooms
      // The runner of the node may be at it already, so it is there soon, and not at once.
      const told = async () => {
        await town.app.jobs.runDue()
        const mine = await notifying.reading.inbox(workspace, town.olga.user, { after: null, limit: 50 })
        return mine.find(({ subject, to }) => subject === id && to.kind === 'developer')?.id
      }
      await expect.poll(told, { timeout: 20_000 }).toBeDefined()
      await notifying.inbox.read({ workspace, user: town.olga.user }, (await told()) ?? '', 'acknowledged', false)
    },
    async inForce(at = town.clock.now()) {
      const { documents } = await town.app.rooms.terms.inForceFor(workspace, connector, at)
      return documents.find(({ document }) => document === 'usage-policies')
    },
  }
}

describe.each(databases)('a change of the terms in a running Handfast on $name', (kind) => {
  it('is told to each developer, and its days run from when one says that they received it', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const change = await townWithChange(town, echo.url)
    const start = town.clock.now()
    town.clock.advance(4 * DAY)
    await change.acknowledges()

    expect(await change.inForce(start + 19 * DAY - 1)).toMatchObject({ how: 'accepted', held: [{ why: 'window', from: start + 19 * DAY }] })
    town.clock.advance(15 * DAY)

    expect(await change.inForce()).toMatchObject({ how: 'deemed', by: change.posted.id, since: start + 19 * DAY, held: [] })
  })

  it('takes effect at its own time where every node was down for 40 days', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const change = await townWithChange(town, echo.url)
    const start = town.clock.now()
    await change.acknowledges()

    await town.restarts(() => town.clock.advance(40 * DAY))

    expect(await change.inForce()).toMatchObject({ how: 'deemed', since: start + 15 * DAY })
    const rows = () => town.app.storage.db.selectFrom('ledger_entries').select(['body', 'at']).where('event', '=', 'terms.deemed').execute()
    await expect.poll(async () => (await rows()).length, { timeout: 20_000 }).toBe(1)
    expect((await rows()).map(({ body, at }) => ({ at, ...(JSON.parse(body) as object) }))).toMatchObject([
      { at: start + 40 * DAY, servedAt: start, dueAt: start + 15 * DAY },
    ])
  })
})
