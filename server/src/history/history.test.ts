import { describe, expect, it } from 'vitest'
import { openProcess, type Process, somebody } from '../../test/choosing.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { type CallId, HOUR, newId } from '../lib/index.ts'
import { argumentsPlace, endRow, type OutcomeState, resultPlace, startRow } from './call-rows.ts'
import { exportText } from './export.ts'
import { closeUnfinishedCalls } from './unfinished.ts'

proves('history/own', 'history/unknown')

type Who = ReturnType<typeof somebody>

/** Writes a call as the gateway does; without an outcome where none is given. */
async function call(
  one: Process,
  who: Who,
  given: { node?: string; at?: number; outcome?: OutcomeState; kept?: string; result?: string } = {},
): Promise<CallId> {
  const at = given.at ?? one.clock.now()
  const id = newId('call', at)
  const sealer = await one.sealing.of(who.user, who.workspace)
  const start = startRow({
    id,
    workspace: who.workspace,
    user: who.user,
    assistant: 'ast_none',
    connector: 'con_none',
    release: null,
    tool: 'find_table',
    protocol: 'mcp/2026-07-28',
    node: given.node ?? 'node_one',
    at,
    sealedArguments: sealer.seal(argumentsPlace(id), given.kept ?? '{"salt":"s","value":{"day":"today"}}'),
  })
  const end = {
    id,
    at: at + 5,
    state: given.outcome ?? 'answered',
    code: null,
    durationMs: 5,
    sealedResult: sealer.seal(resultPlace(id), given.result ?? '{"salt":"t","value":[]}'),
  }
  await one.storage.append(given.outcome === undefined ? [start] : [start, endRow(end)])
  return id
}

const stateOf = async (one: Process, who: Who, id: string) => (await one.history.get(who, id)).state

describe.each(databases)('the history on $name', (kind) => {
  it('shows what was sent and what came back, to the person it belongs to', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const [ana, ben, elsewhere] = [somebody(), somebody(), somebody('wsp_elsewhere')]
    const id = await call(one, ana, { outcome: 'answered' })

    expect(await one.history.get(ana, id)).toMatchObject({
      state: 'answered',
      arguments: { value: { day: 'today' }, salt: 's' },
      result: { value: [], salt: 't' },
      connector: null,
    })
    for (const other of [ben, elsewhere, { ...ana, workspace: elsewhere.workspace }]) {
      await expect(one.history.get(other, id)).rejects.toMatchObject({ code: 'request/not-found', status: 404 })
      expect(await one.history.list(other, { limit: 10 })).toEqual([])
    }
  })

  it('says how long contents were that it did not keep, and tells null from nothing', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()

    const id = await call(one, ana, { outcome: 'answered', kept: '{"salt":"s","omitted":70000}', result: '{"salt":"t","value":null}' })

    expect(await one.history.get(ana, id)).toMatchObject({ arguments: { omitted: 70_000, salt: 's' }, result: { value: null, salt: 't' } })
  })

  it('lists pages newest first, all of them and each once', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const ids: string[] = []
    for (let n = 0; n < 7; n++) ids.unshift(await call(one, ana, { ...(n === 2 ? {} : { outcome: n % 2 === 0 ? 'answered' : 'failed' }) }))

    const seen: string[] = []
    for (let before: string | undefined; ; ) {
      const page = await one.history.list(ana, { limit: 3, ...(before === undefined ? {} : { before }) })
      seen.push(...page.map((note) => note.id))
      if (page.length < 3) break
      before = page.at(-1)?.id
    }

    expect(seen).toEqual(ids)
    expect((await one.history.list(ana, { limit: 9, state: 'failed' })).length).toBe(3)
    expect((await one.history.list(ana, { limit: 9, state: 'sent' })).map((note) => note.id)).toEqual([ids[4]])
    expect(await one.history.list(ana, { limit: 9, connector: 'heron' })).toEqual([])
  })

  it('gives everything of one person, oldest first, across pages', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const [ana, ben] = [somebody(), somebody()]
    const ids: string[] = []
    for (let n = 0; n < 105; n++) ids.push(await call(one, ana, { outcome: 'answered' }))
    await call(one, ben, { outcome: 'answered' })

    const pieces = await Array.fromAsync(
      exportText({ who: async () => 'Ana', none: async () => undefined, calls: () => one.history.everything(ana) }),
    )

    const read = JSON.parse(pieces.join('')) as { who: string; none: null; calls: { id: string; arguments: unknown }[] }
    expect([read.who, read.none]).toEqual(['Ana', null])
    expect(read.calls.map((each) => each.id)).toEqual(ids)
    expect(read.calls[0]?.arguments).toEqual({ value: { day: 'today' }, salt: 's' })
  })
})

describe.each(databases)('calls without an outcome on $name', (kind) => {
  it('become unknown once when their process is gone, and stay open while it lives', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const lost = await call(one, ana, { node: 'node_gone' })
    const open = await call(one, ana)
    const done = await call(one, ana, { node: 'node_gone', outcome: 'answered' })

    const closed = [await closeUnfinishedCalls(one.storage, one.clock), await closeUnfinishedCalls(one.storage, one.clock)]

    expect(closed).toEqual([1, 0])
    expect([await stateOf(one, ana, lost), await stateOf(one, ana, open), await stateOf(one, ana, done)]).toEqual(['unknown', 'sent', 'answered'])
    expect(await one.traces(lost)).toEqual(['call.unknown'])
    expect(await one.traces(open)).toEqual([])
  })

  it('are found when their process ends later, behind however many finished ones', async () => {
    await using database = await kind.open()
    const ana = somebody()
    let open: CallId
    {
      await using first = await openProcess(database.place, { nodeId: 'node_first' })
      open = await call(first, ana, { node: 'node_first' })
      first.clock.advance(24 * HOUR)
      await call(first, ana, { node: 'node_first', outcome: 'answered' })
      await closeUnfinishedCalls(first.storage, first.clock)
      expect(await stateOf(first, ana, open)).toBe('sent')
    }

    await using next = await openProcess(database.place, { nodeId: 'node_next' })
    next.clock.advance(48 * HOUR)

    expect(await closeUnfinishedCalls(next.storage, next.clock)).toBe(1)
    expect(await stateOf(next, ana, open)).toBe('unknown')
  })

  it('are found when they were written after newer ones were settled', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const came = one.clock.now()
    one.clock.advance(25_000)
    await call(one, ana, { outcome: 'answered' })
    await closeUnfinishedCalls(one.storage, one.clock)

    const late = `call_${came.toString(16).padStart(12, '0')}${'0'.repeat(20)}` as CallId
    const row = { id: late, workspace: ana.workspace, user: ana.user, assistant: 'ast_none', connector: 'con_none', release: null } as const
    await one.storage.append([startRow({ ...row, tool: 'book', protocol: 'mcp/2026-07-28', node: 'node_gone', at: came, sealedArguments: null })])

    expect(await closeUnfinishedCalls(one.storage, one.clock)).toBe(1)
    expect(await stateOf(one, ana, late)).toBe('unknown')
  })

  it('are more than one batch', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    await Promise.all(Array.from({ length: 450 }, (_, n) => call(one, ana, { node: n % 3 === 0 ? 'node_one' : 'node_gone' })))

    expect(await closeUnfinishedCalls(one.storage, one.clock)).toBe(300)
  })
})

describe.each(databases.filter(({ name }) => name === 'postgres'))('calls of two nodes on $name', (kind) => {
  it('are closed by the one that lives, once, when two look at the same time', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const ids: CallId[] = []
    {
      await using two = await openProcess(database.place, { nodeId: 'node_two' })
      for (let n = 0; n < 5; n++) ids.push(await call(one, ana, { node: 'node_two' }))
      expect(await closeUnfinishedCalls(one.storage, one.clock)).toBe(0)
      expect(await closeUnfinishedCalls(two.storage, two.clock)).toBe(0)
    }
    await using three = await openProcess(database.place, { nodeId: 'node_three' })

    const closed = await Promise.all([closeUnfinishedCalls(one.storage, one.clock), closeUnfinishedCalls(three.storage, three.clock)])

    expect(closed[0] + closed[1]).toBe(5)
    for (const id of ids) expect(await one.traces(id)).toEqual(['call.unknown'])
  })
})
