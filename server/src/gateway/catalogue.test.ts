import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { type Inhabitant, Town } from '../../test/town.ts'
import type { Principal } from '../authorization/index.ts'
import type { ListPosition } from './catalogue.ts'

proves('gateway/reviewed-tools', 'gateway/names-apart')

const tool = (name: string) => ({ name, description: `Does ${name}.`, inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } })
const namesIn = (entries: readonly string[]) => entries.map((entry) => (JSON.parse(entry) as { name: string }).name)

async function pages(town: Town, who: Inhabitant, limit: number, between: (page: number) => Promise<void> = async () => {}): Promise<string[]> {
  // A token that the person made reaches everything they enabled.
  const person = { ...town.person(who), granted: null } as unknown as Principal
  const names: string[] = []
  let after: ListPosition | null = null
  for (let page = 0; ; page++) {
    const { entries, next } = await town.app.catalogue.page(person, null, 'modern', after, limit)
    names.push(...namesIn(entries))
    if (next === null) return names
    after = next
    await between(page)
  }
}

describe.each(databases)('the list of tools on $name', (kind) => {
  it('has one order, whatever the order in which things were published, enabled or declared', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    for (const slug of ['b', 'a', 'a-b', 'a0']) {
      const named = `${slug}x`
      echo.offer(['z', 'A', 'a', 'a.b', 'a_b', '0'].map(tool))
      await town.publishes(named, echo.url)
      await town.enables(town.alice, named)
    }
    for (const slug of ['ax', 'bx', 'a0x', 'a-bx']) await town.enables(town.bob, slug)

    const whole = await pages(town, town.alice, 1_000)

    expect(whole).toEqual(['a-bx', 'a0x', 'ax', 'bx'].flatMap((slug) => ['0', 'A', 'a', 'a.b', 'a_b', 'z'].map((name) => `${slug}_${name}`)))
    expect(await pages(town, town.bob, 1_000)).toEqual(whole)
    for (const limit of [1, 5, 6, 7, 24]) expect(await pages(town, town.alice, limit)).toEqual(whole)
  })

  it('lists the tools of a connector whose short name begins with the one before, also where a page ends between them', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    echo.offer(['one', 'two'].map(tool))
    for (const slug of ['echo', 'echo-more']) {
      await town.publishes(slug, echo.url)
      await town.enables(town.alice, slug)
    }

    expect(await pages(town, town.alice, 2)).toEqual(['echo_one', 'echo_two', 'echo-more_one', 'echo-more_two'])
  })

  it('leaves out nothing that stays and repeats nothing, when connectors change between pages', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    const publish = async (slug: string, names: readonly string[]) => {
      echo.offer(names.map(tool))
      await town.publishes(slug, echo.url)
      await town.enables(town.alice, slug)
    }
    await publish('one', ['a', 'c', 'e'])
    await publish('three', ['a', 'b'])
    const { connector } = await town.app.rooms.directory.bySlug(town.app.workspace, 'three')

    const names = await pages(town, town.alice, 2, async (page) => {
      if (page === 0) await publish('one', ['b', 'c', 'd', 'e'])
      if (page === 1) await town.app.rooms.choices.disable(town.person(town.alice), connector)
    })

    // `a` and `c` were read from the older release; what stays comes once, and what was disabled meanwhile comes no more.
    expect(names).toEqual(['one_a', 'one_c', 'one_d', 'one_e'])
  })

  it('leaves out a connector whose notice has grown, and its tools are refused, until the person enables it again', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url)
    await town.enables(town.alice, 'echo')
    const before = await pages(town, town.alice, 100)

    await town.publishes('echo', echo.url, { receives: ['what you say', 'where you are'] })
    const grown = await pages(town, town.alice, 100)
    const refused = await town.alice.mcp.call('echo_echo', { text: 'hello' })
    await town.enables(town.alice, 'echo')
    const again = await town.alice.mcp.call('echo_echo', { text: 'hello' })

    expect(before).toHaveLength(6)
    expect(grown).toEqual([])
    expect(refused.body.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('receives: where you are') }],
      _meta: { 'dev.handfast/refusal': { code: 'consent/notice-changed', who: 'user', link: expect.stringContaining('/connectors/echo') } },
    })
    expect(again.body.result.content).toEqual([{ type: 'text', text: 'hello' }])
    expect(await pages(town, town.alice, 100)).toEqual(before)
  })

  it('is not asked for again when a new release receives no more than before', async () => {
    await using echo = await startEcho()
    await using town = await Town.open(kind)
    await town.publishes('echo', echo.url, { receives: ['what you say', 'where you are'] })
    await town.enables(town.alice, 'echo')

    await town.publishes('echo', echo.url, { receives: ['what you say'] })

    expect((await town.alice.mcp.call('echo_echo', { text: 'hello' })).body.result.content).toEqual([{ type: 'text', text: 'hello' }])
  })
})
