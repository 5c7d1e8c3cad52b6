import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { manifestFor, openPublishing, restaurant } from '../../test/publishing.ts'
import { DAY, newId } from '../lib/index.ts'
import { write } from '../storage/index.ts'
import { agreementOf, type DecidedAs, fromEntries, statementOf, statusOf } from './index.ts'

proves('lifecycle/steering', 'lifecycle/tool-pause', 'lifecycle/reasons-told', 'lifecycle/at-once')

describe.each(databases)('the life of a connector on $name', (kind) => {
  async function liveTown() {
    const connector = await restaurant()
    const town = await openPublishing(kind)
    const { connector: id } = await town.creates()
    await town.submits(manifestFor(connector.url))
    await town.decides(1, true)
    const { workspace, dora: by } = town
    const steering = (...decidedAs: readonly DecidedAs[]) => ({ workspace, connector: id, by, decidedAs, reason: 'a leak' })
    const dispose = async () => {
      await town[Symbol.asyncDispose]()
      await connector[Symbol.asyncDispose]()
    }
    return { ...town, id, steering, [Symbol.asyncDispose]: dispose }
  }

  it('stops at once when it is suspended, and the reason is told but not put into the ledger', async () => {
    await using town = await liveTown()
    await town.directory.standing(town.id)

    await town.lifecycle.suspend(town.steering('developer'))

    // What was in memory is gone before the call returns.
    expect(town.directory.peekStanding(town.id)).toBeUndefined()
    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'suspended', statusReason: 'a leak' })
    const entries = await town.ledger()
    expect(entries.at(-2)).toMatchObject({ event: 'connector.suspended', facts: { decidedAs: ['developer'] } })
    expect(JSON.stringify(entries)).not.toContain('leak')
  })

  it('is what was decided last, also by a node whose clock is ahead of this one', async () => {
    await using connector = await restaurant()
    await using town = await openPublishing(kind)
    const { connector: id } = await town.creates()
    await town.submits(manifestFor(connector.url))
    const { workspace, storage, lifecycle } = town
    const { db } = storage
    const log = () => db.selectFrom('decisions').selectAll().orderBy('id').execute()
    const idAt = (at: number) => `dcn_${at.toString(16).padStart(12, '0')}7fff${'8'.padEnd(16, '0')}`
    const [handedIn] = await log()
    if (handedIn === undefined) throw new Error('A release was handed in.')
    // Ahead of every id that this process has made, whatever clocks it has seen.
    const ahead = Number.parseInt(newId('dcn').slice(4, 16), 16) + 60_000
    // As the other node would have written it.
    await storage.write([write(db.updateTable('decisions').set({ id: idAt(ahead), at: ahead }))])

    await town.decides(1, true)
    const approved = await lifecycle.statusOf(workspace, id)
    const suspends = { kind: 'suspend', decided_as: '["operator"]', ground: 'security', release_id: null, release_digest: null }
    await storage.write([write(db.insertInto('decisions').values({ ...handedIn, ...suspends, id: idAt(ahead + 60_000), at: ahead + 60_000 }))])
    const stopped = await lifecycle.statusOf(workspace, id)
    const steering = { workspace, connector: id, by: town.rita, decidedAs: ['operator'] as const, reason: '' }
    await lifecycle.reinstate(steering)

    expect([approved.status, stopped.status, (await lifecycle.statusOf(workspace, id)).status]).toEqual(['live', 'suspended', 'live'])
    expect((await log()).map((one) => one.kind)).toEqual(['submit', 'approve', 'suspend', 'reinstate'])
  })

  it('goes on only when the side that stopped it says so', async () => {
    await using town = await liveTown()
    await town.lifecycle.suspend(town.steering('operator'))

    await expect(town.lifecycle.reinstate(town.steering('developer'))).rejects.toMatchObject({ code: 'lifecycle/no-change', who: 'operator' })
    await expect(town.lifecycle.suspend(town.steering('operator'))).rejects.toMatchObject({ code: 'lifecycle/no-change' })
    await town.lifecycle.reinstate(town.steering('operator'))

    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'live', statusReason: null })
    await expect(town.lifecycle.reinstate(town.steering('operator'))).rejects.toMatchObject({ code: 'lifecycle/no-change' })
  })

  it('ends with its removal: nothing is decided or handed in afterwards, and its name stays taken', async () => {
    await using town = await liveTown()

    await town.lifecycle.remove(town.steering('operator'))

    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'removed', release: null })
    expect(await town.directory.catalogueOf(town.workspace, null, 10)).toEqual([])
    await expect(town.lifecycle.reinstate(town.steering('operator', 'developer'))).rejects.toMatchObject({ code: 'lifecycle/removed', status: 410 })
    await expect(town.submits(manifestFor('http://127.0.0.1:9/mcp'))).rejects.toMatchObject({ code: 'lifecycle/removed' })
    await expect(town.creates('heron')).rejects.toMatchObject({ code: 'directory/slug-taken' })
  })

  it('tells whoever it is decided against, with the whole statement of reasons, in the transaction of the decision', async () => {
    await using town = await liveTown()
    const notices = () => town.storage.db.selectFrom('notices').selectAll().orderBy('id').execute()

    await town.lifecycle.suspend({ ...town.steering('operator'), ground: 'security', until: town.clock.now() + 3 * DAY })

    const [suspended] = (await town.lifecycle.decisions(town.workspace, town.id)).slice(-1)
    const told = (await notices()).filter(({ subject }) => subject === suspended?.id)
    expect(told.map((one) => [one.recipient_kind, one.recipient, one.purpose, one.kind])).toEqual([
      ['developer', town.developer, 'legal', 'lifecycle.suspend'],
    ])
    expect(told[0]?.body).toContain('What happened: a leak')
    expect(told[0]?.body).toContain('clause 3a-developer-security')
    expect(suspended === undefined ? null : statementOf(suspended)).toMatchObject({
      facts: 'a leak',
      ground: 'security',
      scope: { of: 'connector', name: null },
      until: new Date(town.clock.now() + 3 * DAY).toISOString(),
      redress: { how: expect.stringContaining('appeal') },
    })
    await expect(town.lifecycle.pause({ ...town.steering('developer'), ground: 'material-breach' })).rejects.toMatchObject({
      code: 'lifecycle/ground',
    })
    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'suspended' })
    town.clock.advance(3 * DAY)
    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'live', statusReason: null })
  })

  it('pauses one tool by itself, and whoever paused it lifts that', async () => {
    await using town = await liveTown()
    await town.lifecycle.pause({ ...town.steering('reviewer'), tool: 'book_table', ground: 'drift' })

    const paused = await town.directory.standing(town.id)

    expect([paused.status, [...(paused.pausedTools ?? [])]]).toEqual(['live', ['book_table']])
    await expect(town.lifecycle.resume({ ...town.steering('developer'), tool: 'book_table' })).rejects.toMatchObject({ who: 'operator' })
    await expect(town.lifecycle.resume({ ...town.steering('operator'), tool: 'find_table' })).rejects.toMatchObject({ code: 'lifecycle/no-change' })
    await town.lifecycle.resume({ ...town.steering('operator'), tool: 'book_table' })
    expect((await town.directory.standing(town.id)).pausedTools).toBeNull()
    await town.lifecycle.pause({ ...town.steering('developer'), ground: 'maintenance' })
    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'paused' })
  })

  it('is not found by new people, and goes no further, while it is refused a place', async () => {
    await using town = await liveTown()
    await town.lifecycle.refuseListing({ ...town.steering('operator'), ground: 'not-for-this-place' })

    expect(await town.directory.catalogueOf(town.workspace, null, 10)).toEqual([])
    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'live', listed: false })
    await town.submits(manifestFor('http://127.0.0.1:9/mcp')).catch(() => {})
    await town.lifecycle.allowListing(town.steering('operator'))
    expect(await town.directory.catalogueOf(town.workspace, null, 10)).toHaveLength(1)
  })

  it('ends at once with a ground that allows that, and with no other', async () => {
    await using town = await liveTown()
    await expect(town.lifecycle.endAtOnce(town.steering('developer'))).rejects.toMatchObject({ code: 'lifecycle/ground', who: 'developer' })
    await expect(town.lifecycle.endAtOnce({ ...town.steering('developer'), ground: 'risk' })).rejects.toMatchObject({ code: 'lifecycle/ground' })
    await expect(town.lifecycle.giveNotice({ ...town.steering('developer'), endsAt: town.clock.now() + 30 * DAY - 1 })).rejects.toMatchObject({
      code: 'lifecycle/time',
    })

    await town.lifecycle.endAtOnce({ ...town.steering('developer'), ground: 'exposure-to-risk' })

    expect(await town.lifecycle.wholeOf(town.workspace, town.id)).toMatchObject({
      standing: { status: 'removed', because: { kind: 'end', ground: 'exposure-to-risk' } },
      agreement: { state: 'ended', endsAt: town.clock.now() },
    })
    await expect(town.lifecycle.giveNotice(town.steering('developer'))).rejects.toMatchObject({ code: 'lifecycle/ended', status: 410 })
    const told = await town.storage.db.selectFrom('notices').select(['recipient_kind', 'kind']).where('kind', '=', 'lifecycle.end').execute()
    expect(told.map(({ recipient_kind }) => recipient_kind).toSorted()).toEqual(['developer', 'operator'])
  })

  it('keeps a reason to itself where a law forbids telling it, until somebody finds that it may be told', async () => {
    await using town = await liveTown()
    const again = town.clock.now() + 90 * DAY
    await expect(town.lifecycle.suspend({ ...town.steering('operator'), withheldUntil: again })).rejects.toMatchObject({ code: 'lifecycle/ground' })
    await town.lifecycle.suspend({ ...town.steering('operator'), ground: 'law', withheldUntil: again })
    const toldOf = async () => (await town.storage.db.selectFrom('notices').select('kind').where('kind', '=', 'lifecycle.suspend').execute()).length

    expect([await toldOf(), (await town.directory.standing(town.id)).statusReason]).toEqual([0, 'The reason cannot be told at present.'])
    const [decision] = (await town.lifecycle.decisions(town.workspace, town.id)).slice(-1)
    if (decision === undefined) throw new Error('nothing was decided')
    expect(await town.schedule.find({ workspace: town.workspace, kind: 'lifecycle.look-again', subject: decision.id })).toMatchObject({
      dueAt: again,
    })
    const looking = { workspace: town.workspace, decision: decision.id, by: town.dora, reason: 'the order still stands' }
    await town.lifecycle.lookAgain({ ...looking, withheldUntil: again + DAY })
    expect(await toldOf()).toBe(0)
    await town.lifecycle.lookAgain({ ...looking, withheldUntil: null })

    expect([await toldOf(), (await town.directory.standing(town.id)).statusReason]).toEqual([1, 'a leak'])
    await expect(town.lifecycle.lookAgain({ ...looking, withheldUntil: null })).rejects.toMatchObject({ code: 'lifecycle/decision-not-found' })
  })

  it('is what the entries of the ledger say, without a look at any table', async () => {
    await using town = await liveTown()
    await town.lifecycle.pause({ ...town.steering('operator'), tool: 'book_table' })
    await town.lifecycle.suspend({ ...town.steering('developer'), ground: 'maintenance' })
    await town.lifecycle.reinstate(town.steering('developer'))
    await town.lifecycle.giveNotice(town.steering('developer'))
    const now = town.clock.now() + 30 * DAY

    const rebuilt = fromEntries((await town.ledger()).map(({ facts }) => facts)).get(town.id)

    const { decisions } = await town.lifecycle.wholeOf(town.workspace, town.id)
    const wordless = (all: typeof decisions) => all.map(({ reason: _, redress, ...one }) => ({ ...one, redress: redress?.until ?? null }))
    expect(wordless(rebuilt?.decisions ?? [])).toEqual(wordless(decisions))
    const places = await town.directory.releases(town.workspace, town.id)
    for (const at of [town.clock.now(), now]) {
      expect(statusOf(rebuilt?.decisions ?? [], rebuilt?.releases ?? [], at).status).toBe(statusOf(decisions, places, at).status)
      expect(agreementOf(rebuilt?.decisions ?? [], at)).toMatchObject({ state: agreementOf(decisions, at).state, endsAt: now })
    }
  })
})
