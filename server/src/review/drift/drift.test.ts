import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { proves } from '../../../test/proves.ts'
import { manifestFor, openPublishing, restaurant, restaurantTools } from '../../../test/publishing.ts'
import { DAY, type Json } from '../../lib/index.ts'
import { write } from '../../storage/index.ts'

proves('review/rescan', 'review/unmodified')

type Tool = { readonly [name: string]: Json }

describe.each(databases)('a live connector on $name', { timeout: 120_000 }, (kind) => {
  async function liveTown() {
    let tools = restaurantTools as readonly Tool[]
    let isOpen = true
    const connector = await restaurant(() => tools as Json)
    const town = await openPublishing(kind)
    const { connector: id } = await town.creates()
    await town.submits(manifestFor(connector.url))
    await town.decides(1, true)
    const changes = (name: string, change: Tool) => {
      tools = tools.map((tool) => (tool['name'] === name ? { ...tool, ...change } : tool))
    }
    const adds = (count: number, from = 0) => {
      const more = Array.from({ length: count }, (_, index) => ({ name: `more_${from + index}`, inputSchema: { type: 'object' } }))
      tools = [...tools, ...more]
    }
    const reverts = () => {
      tools = restaurantTools as readonly Tool[]
    }
    const looks = async () => {
      town.clock.advance(DAY)
      await town.works('review.rescan')
      return town.review.drift.store.open({ workspace: town.workspace, connector: id })
    }
    const dispose = async () => {
      await town[Symbol.asyncDispose]()
      if (isOpen) await connector[Symbol.asyncDispose]()
    }
    const closes = async () => {
      isOpen = false
      await connector[Symbol.asyncDispose]()
    }
    return { ...town, id, address: connector, closes, changes, adds, reverts, looks, [Symbol.asyncDispose]: dispose }
  }

  it('is looked at each day, and nothing happens while it is what was reviewed', async () => {
    await using town = await liveTown()

    const early = await town.works('review.rescan')
    const found = [await town.looks(), await town.looks()]

    expect([early, found]).toEqual([0, [[], []]])
    expect(await town.review.drift.store.lastLook({ workspace: town.workspace, connector: town.id })).toMatchObject({
      outcome: 'same',
      at: town.clock.now(),
    })
    expect(town.address.seen.every(({ request }) => request.headers['handfast-reason'] === 'review')).toBe(true)
  })

  it('goes on as it was reviewed where only its words changed, and developer and operator are told once', async () => {
    await using town = await liveTown()
    town.changes('find_table', { description: 'Finds a table. The best one.' })

    const found = [await town.looks(), await town.looks()]

    expect(found.map((notes) => notes.map(({ tool, effect }) => [tool, effect]))).toEqual([
      [['find_table', 'update-paused']],
      [['find_table', 'update-paused']],
    ])
    const { release, pausedTools } = await town.directory.standing(town.id)
    expect(release?.content.tools[0]?.description).toBe('Finds a free table.')
    expect(pausedTools).toBeNull()
    expect((await town.sentNotices()).filter((notice) => notice.kind === 'review.drift').map(({ to }) => to)).toEqual(['developer', 'operator'])
    expect(await town.review.toolStates(await town.directory.standing(town.id))).toMatchObject([{ state: 'update-paused' }, { state: 'live' }])
  })

  it('has a tool paused that cannot be kept, and resumed when it is what was reviewed again', async () => {
    await using town = await liveTown()
    town.changes('find_table', { annotations: { readOnlyHint: false, destructiveHint: true } })

    const found = await town.looks()
    const paused = (await town.directory.standing(town.id)).pausedTools
    town.reverts()
    const after = await town.looks()

    expect(found).toMatchObject([{ tool: 'find_table', effect: 'tool-paused' }])
    expect([...(paused ?? [])]).toEqual(['find_table'])
    expect(after).toEqual([])
    expect((await town.directory.standing(town.id)).pausedTools).toBeNull()
    const events = (await town.ledger()).map(({ event }) => event).filter((event) => /^(drift|tool)\./.test(event))
    expect(events).toEqual(['drift.found', 'tool.paused', 'drift.ended', 'tool.resumed'])
  })

  it('is told about once where every tool changed, and has a bound of new ones written down', async () => {
    await using town = await liveTown()
    for (const name of ['find_table', 'book_table']) town.changes(name, { annotations: { destructiveHint: true } })
    town.adds(130)

    const found = await town.looks()
    await town.looks()

    expect(found.filter(({ effect }) => effect === 'tool-paused')).toHaveLength(2)
    expect(found.filter(({ kind: what }) => what === 'added')).toHaveLength(100)
    expect(await town.review.drift.store.lastLook({ workspace: town.workspace, connector: town.id })).toMatchObject({
      outcome: 'drifted',
      detail: '30 more new tools are there than are written down one by one.',
    })
    expect([...((await town.directory.standing(town.id)).pausedTools ?? [])].toSorted()).toEqual(['book_table', 'find_table'])
    const told = await town.storage.db.selectFrom('notices').select(['kind', 'title', 'body']).where('kind', '=', 'lifecycle.pause').execute()
    expect(told).toMatchObject([{ title: '2 tools of The Grey Heron are paused', body: expect.stringContaining('"book_table"') }])
    expect((await town.sentNotices()).filter((notice) => notice.kind === 'review.drift').map(({ to }) => to)).toEqual(['developer', 'operator'])
    expect((await town.ledger()).filter(({ event }) => event === 'tool.paused')).toHaveLength(2)
  })

  it('has nothing ended that is still so, where more was written down than would be now', async () => {
    await using town = await liveTown()
    const reopens = write(town.storage.db.updateTable('drifts').set({ closed_at: null, closed_because: null }))
    const ended = async () => (await town.ledger()).filter(({ event }) => event === 'drift.ended').length
    town.adds(100)
    await town.looks()
    town.reverts()
    town.adds(30, 100)
    await town.looks()
    await town.storage.write([reopens])
    const before = await ended()
    town.adds(100)

    const found = await town.looks()

    expect([found.length, await ended()]).toEqual([130, before])
    expect(await town.review.drift.store.lastLook({ workspace: town.workspace, connector: town.id })).toMatchObject({
      outcome: 'drifted',
      detail: null,
    })
  })

  it('is no different for guards that its release kept from the one before', async () => {
    await using town = await liveTown()
    town.changes('book_table', { annotations: { readOnlyHint: true } })
    await town.submits(manifestFor(town.address.url))
    await town.decides(2, true)

    const found = await town.looks()

    const { release } = await town.directory.standing(town.id)
    expect(release?.content.tools.find(({ name }) => name === 'book_table')).toMatchObject({ effect: 'change', consequential: true })
    expect(found).toEqual([])
  })

  it('leaves a tool paused that a person paused for a reason of their own', async () => {
    await using town = await liveTown()
    const { workspace, id } = town
    await town.lifecycle.pause({
      workspace,
      connector: id,
      tool: 'find_table',
      by: town.rita,
      decidedAs: ['operator'],
      reason: 'It is rude.',
      ground: 'deception',
    })
    town.changes('find_table', { annotations: { destructiveHint: true } })

    await town.looks()
    town.reverts()
    await town.looks()

    expect([...((await town.directory.standing(id)).pausedTools ?? [])]).toEqual(['find_table'])
  })

  it('ends its drift with the release that says what it is now', async () => {
    await using town = await liveTown()
    town.changes('find_table', { inputSchema: { type: 'object', properties: { when: { type: 'string' } }, required: ['when'] } })
    await town.looks()

    await town.submits(manifestFor(town.address.url))
    await town.decides(2, true)
    const after = await town.looks()

    expect(after).toEqual([])
    expect((await town.directory.standing(town.id)).pausedTools).toBeNull()
    const [note] = await town.review.drift.store.list({ workspace: town.workspace, connector: town.id }, null, 10)
    expect(note).toMatchObject({ closedBecause: 'released' })
  })

  it('that cannot be reached is said to be that, and nothing is concluded from it', async () => {
    await using town = await liveTown()
    await town.closes()

    const found = await town.looks()

    expect(found).toEqual([])
    expect(await town.review.drift.store.lastLook({ workspace: town.workspace, connector: town.id })).toMatchObject({
      outcome: 'not-reached',
      detail: expect.stringContaining('/'),
    })
    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'live' })
  })

  it('that gives no address to look at is said to be that', async () => {
    await using town = await liveTown()
    const { db } = town.storage
    await town.storage.write([write(db.deleteFrom('submissions'))])
    const last = async () => (await town.review.drift.store.lastLook({ workspace: town.workspace, connector: town.id }))?.outcome

    await town.looks()
    const kept = await db.selectFrom('rescans').select('outcome').execute()
    const seen = await last()
    // The release before this one looks beside it, and writes what it knows to write.
    await town.storage.write([write(db.updateTable('rescans').set({ at: town.clock.now() + DAY, outcome: 'not-reached' }))])

    expect([kept, seen, await last()]).toEqual([[{ outcome: 'not-reached' }], 'cannot-look', 'not-reached'])
  })

  it('is not looked at any more once it is removed', async () => {
    await using town = await liveTown()
    town.changes('find_table', { annotations: { destructiveHint: true } })
    await town.looks()
    const { workspace, id } = town
    await town.lifecycle.remove({ workspace, connector: id, by: town.dora, decidedAs: ['developer'], reason: 'closed', ground: 'discontinued' })

    expect(await town.looks()).toEqual([])
    town.clock.advance(10 * DAY)
    expect(await town.works('review.rescan')).toBe(0)
  })
})
