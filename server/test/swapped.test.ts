import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { startEcho } from '../../e2e/fixtures/echo-connector.ts'
import { personalColumns, sealedColumns } from '../src/keys/index.ts'
import type { Storage, Value } from '../src/storage/index.ts'
import { databases } from './databases.ts'
import { Town } from './town.ts'

type Sealed = { readonly column: string; readonly row: string; readonly text: string }

/** Every sealed text in the database, with the row that it stands in. */
async function sealedTexts(storage: Storage): Promise<readonly Sealed[]> {
  const columns = [...sealedColumns, ...personalColumns.map((each) => ({ ...each, key: [] as readonly string[] }))]
  const found: Sealed[] = []
  for (const { table, column } of columns) {
    const { rows } = await sql<Record<string, Value>>`select * from ${sql.table(table)}`.execute(storage.db)
    for (const [index, row] of rows.entries()) {
      const text = /[A-Za-z0-9+/=.]{40,}/.exec(String(row[column] ?? ''))?.[0]
      if (text !== undefined) found.push({ column: `${table}.${column}`, row: String(Object.values(row)[0] ?? index), text })
    }
  }
  return found
}

describe.each(databases)('sealed texts on $name', (kind) => {
  it('open nowhere but where they were sealed: whoever exchanges any two of them gains nothing', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const opened: { place: string; text: string }[] = []
    const { sealing, vault, directory } = town.app.rooms
    const connectors = []
    for (const slug of ['one', 'two']) {
      const connector = await town.publishes(slug, echo.url, { credential: { type: 'bearer' } })
      connectors.push(connector)
      const { origins } = await directory.standing(connector)
      for (const who of [town.alice, town.bob]) {
        await town.enables(who, slug)
        await vault.put(town.person(who), connector, `secret of ${who.name} for ${slug}`, origins, who.user)
      }
    }
    for (const who of [town.alice, town.bob])
      for (const slug of ['one', 'two']) await who.mcp.call(`${slug}_echo`, { text: `hello from ${who.name}` })
    const texts = await sealedTexts(town.app.storage)
    // What opens here is known by opening it where it belongs, through every place that the rooms use.
    const places = new Set<string>()
    const rows = await town.app.storage.db.selectFrom('credentials').selectAll().execute()
    for (const row of rows) places.add(`credential:${row.id}:${row.workspace_id}:${row.user_id ?? 'shared'}:${row.connector_id}`)
    for (const { id } of await town.app.storage.db.selectFrom('calls').select('id').execute()) places.add(`arguments:${id}`).add(`result:${id}`)
    for (const who of [town.alice, town.bob, town.olga]) places.add(`user-key:${who.user}`)
    for (const place of ['ledger key', 'key.control API']) places.add(place)
    const boxes = [sealing, await sealing.of(town.alice.user, town.app.workspace), await sealing.of(town.bob.user, town.app.workspace)]

    for (const { text } of texts)
      for (const box of boxes)
        for (const place of places) {
          try {
            box.open(place, text)
            opened.push({ place, text })
          } catch (error) {
            expect((error as Error).name).toBe('SealBrokenError')
          }
        }

    const byText = Map.groupBy(opened, ({ text }) => text)
    const byPlace = Map.groupBy(opened, ({ place }) => place)
    expect(texts.length).toBeGreaterThan(20)
    expect(opened.length).toBeGreaterThan(14)
    expect([...byText.values()].filter((each) => each.length > 1)).toEqual([])
    expect([...byPlace.values()].filter((each) => each.length > 1)).toEqual([])
    expect(connectors).toHaveLength(2)
  })

  it('do not open with the wrapping of another, not even at their own place', async () => {
    await using town = await Town.open(kind)
    const { sealing } = town.app.rooms
    const [one, two] = [sealing.seal('one', 'the first'), sealing.seal('two', 'the second')].map((text) => text.split('.'))
    const mixed = (wrap: readonly string[] | undefined, content: readonly string[] | undefined) => ['2', wrap?.[1], wrap?.[2], content?.[3]].join('.')

    for (const place of ['one', 'two']) for (const text of [mixed(one, two), mixed(two, one)]) expect(() => sealing.open(place, text)).toThrow()
    for (const text of [mixed(one, two), mixed(two, one)]) expect(() => sealing.rewrap(text.replace(/^2\.[0-9a-f]{8}/, '2.00000000'))).toThrow()
  })
})
