import { describe, expect, it } from 'vitest'
import { openProcess, somebody } from '../../test/choosing.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { type ConnectorId, HOUR, newId, type ReleaseId } from '../lib/index.ts'
import { standingYes } from './consent.ts'

proves('consent/permit', 'consent/disable')

const offer = (connector: ConnectorId, noticeSha256 = 'aa') => ({
  id: connector,
  name: 'Heron',
  release: 'rel_1' as ReleaseId,
  noticeSha256,
  receives: ['the day'],
  link: 'https://handfast.example/connectors/heron',
})

describe.each(databases)('what people choose on $name', (kind) => {
  it('is enabled only by somebody who saw the notice in force', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const heron = newId('con')

    await expect(one.choices.enable(ana, offer(heron, 'bb'), 'aa')).rejects.toMatchObject({ code: 'consent/notice-changed', link: offer(heron).link })
    expect((await one.choices.of(ana)).enabled.size).toBe(0)
    expect(await one.traces(heron)).toEqual([])

    await one.choices.enable(ana, offer(heron, 'bb'), 'bb')

    expect((await one.choices.of(ana)).enabled.get(heron)).toMatchObject({ noticeSha256: 'bb', receives: ['the day'], release: 'rel_1' })
    expect(await one.traces(heron)).toEqual(['connector.enabled'])
  })

  it('holds for one person only', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const [ana, ben] = [somebody(), somebody()]
    const heron = newId('con')

    await one.choices.enable(ana, offer(heron), 'aa')
    await one.choices.setLevel(ana, '*', 'never')

    expect(await one.choices.of(ben)).toEqual({
      enabled: new Map(),
      levels: new Map(),
      standing: [],
      age: { band: 'adult', source: 'operator-attests-adults' },
    })
  })

  it('is gone at once when it is disabled, with every yes that lasted', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const heron = newId('con')
    await one.choices.enable(ana, offer(heron), 'aa')
    const asked = await one.approvals.request({
      ...ana,
      assistant: newId('ast'),
      connector: heron,
      release: 'rel_1' as ReleaseId,
      tool: 'book',
      arguments: {},
    })
    await one.approvals.decide(ana, asked.id, { yes: true, lasting: 'hour' }, { effect: 'change' })
    const before = one.choices.peek(ana.user) ?? (await one.choices.of(ana))

    await one.choices.disable(ana, heron)
    await one.choices.disable(ana, heron)

    expect([before.enabled.size, before.standing.length]).toEqual([1, 1])
    expect(one.choices.peek(ana.user)).toBeUndefined()
    expect(await one.choices.of(ana)).toMatchObject({ enabled: new Map(), standing: [] })
    expect(await one.traces(heron)).toEqual(['connector.enabled', 'connector.disabled'])
    expect(await one.choices.enablements(ana)).toMatchObject([{ connector: heron, endedAt: one.clock.now() }])
  })

  it('keeps levels by connector, and lets them go again', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const heron = newId('con')

    await one.choices.setLevel(ana, '*', 'any-change')
    await one.choices.setLevel(ana, heron, 'never')
    await one.choices.setLevel(ana, heron, 'always')
    const chosen = (await one.choices.of(ana)).levels
    await one.choices.clearLevel(ana, heron)

    expect(chosen).toEqual(
      new Map([
        ['*', 'any-change'],
        [heron, 'always'],
      ]),
    )
    expect((await one.choices.of(ana)).levels).toEqual(new Map([['*', 'any-change']]))
    expect(await one.traces(ana.user)).toEqual(['level.changed', 'level.changed', 'level.changed', 'level.changed'])
  })

  it('lets a yes last for an hour, or while a condition holds, until it is taken back', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const call = { connector: newId('con'), release: 'rel_1' as ReleaseId, tool: 'book', arguments: { table: 4, note: 'by the window' } }
    const ask = () => one.approvals.request({ ...ana, assistant: newId('ast'), ...call })
    await one.approvals.decide(ana, (await ask()).id, { yes: true, lasting: 'hour' }, { effect: 'change' })
    const hour = standingYes(await one.choices.of(ana), { ...call, arguments: { table: 5 } }, one.clock.now())
    one.clock.advance(HOUR)
    const over = standingYes(await one.choices.of(ana), call, one.clock.now())

    await one.approvals.decide(ana, (await ask()).id, { yes: true, lasting: 'while', pointers: ['/table'] }, { effect: 'change' })

    const consent = await one.choices.of(ana)
    const found = standingYes(consent, { ...call, arguments: { table: 4 } }, one.clock.now() + 1_000 * HOUR)
    expect([hour?.condition, over]).toEqual([null, undefined])
    expect(found?.condition).toEqual({ '/table': 4 })
    expect(standingYes(consent, { ...call, arguments: { table: 5 } }, one.clock.now())).toBeUndefined()
    expect(await one.choices.endStanding(somebody(), found?.id ?? '')).toBe(false)
    expect(await one.choices.endStanding(ana, found?.id ?? '')).toBe(true)
    expect(await one.choices.endStanding(ana, found?.id ?? '')).toBe(false)
    expect(standingYes(await one.choices.of(ana), call, one.clock.now())).toBeUndefined()
  })

  it('keeps the values of a condition sealed', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const call = {
      ...ana,
      assistant: newId('ast'),
      connector: newId('con'),
      release: 'rel_1' as ReleaseId,
      tool: 'send',
      arguments: { to: 'canary-7f3a' },
    }

    await one.approvals.decide(ana, (await one.approvals.request(call)).id, { yes: true, lasting: 'while', pointers: ['/to'] }, { effect: 'change' })

    const rows = [
      ...(await one.storage.db.selectFrom('standing_approvals').selectAll().execute()),
      ...(await one.storage.db.selectFrom('approvals').selectAll().execute()),
      ...(await one.storage.db.selectFrom('ledger_entries').selectAll().execute()),
    ]
    expect(JSON.stringify(rows)).not.toContain('canary-7f3a')
    expect((await one.choices.of(ana)).standing[0]?.condition).toEqual({ '/to': 'canary-7f3a' })
  })
})

describe.runIf(databases.some(({ name }) => name === 'postgres'))('what people choose, with two processes on one database', () => {
  it('is disabled everywhere before a call that comes after it', async () => {
    const kind = databases.find(({ name }) => name === 'postgres')
    if (kind === undefined) return
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    await using two = await openProcess(database.place, { nodeId: 'node_two' })
    const ana = somebody()
    const heron = newId('con')
    await one.choices.enable(ana, offer(heron), 'aa')
    expect((await two.choices.of(ana)).enabled.has(heron)).toBe(true)

    await one.choices.disable(ana, heron)

    const epoch = await two.storage.append([])
    await two.enforcement.catchUp(epoch)
    expect(two.choices.peek(ana.user)?.enabled.has(heron) ?? false).toBe(false)
    expect((await two.choices.of(ana)).enabled.has(heron)).toBe(false)
  })
})
