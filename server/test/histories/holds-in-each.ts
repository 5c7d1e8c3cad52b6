import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openStorage } from '../../src/storage/index.ts'
import { databases, sqlite } from '../databases.ts'
import { restaurant } from '../publishing.ts'
import { type Act, anyActs, anyFew, play } from './acts.ts'
import { Holds } from './holds.ts'
import { Life } from './life.ts'
import { contentsOf, inMemory } from './one-connection.ts'

/** How many other ways each history goes on, from anywhere in it, where its database can be copied: what led there is played once for all of them. */
const WAYS = 19

type Tree = { readonly acts: readonly Act[]; readonly ways: readonly { readonly from: number; readonly acts: readonly Act[] }[] }

const anyTree: fc.Arbitrary<Tree> = fc.record({
  acts: anyActs,
  ways: fc.array(fc.record({ from: fc.nat(999), acts: anyFew }), { minLength: WAYS, maxLength: WAYS, size: 'max' }),
})

type Histories = {
  /** What happens before anything that is drawn. */
  readonly after: readonly Act[]
  readonly seed: number
  /** How many are drawn for each database, and how many of which every one goes on in other ways too. */
  readonly draws: { readonly plain: number; readonly trees: number }
  /** Events that have to happen in some of them: otherwise nothing came far enough to go wrong. */
  readonly comesTo: readonly string[]
}

const PROMISE = 'leaves nothing live unreviewed or unaccepted, nothing early, nothing untold, and a ledger that says the same'

/** The pure machines have their hundred thousand beside the rooms that they belong to; here each history hands in, decides, changes and ends for real. */
export function holdsInEach(name: string, { after, seed, draws, comesTo }: Histories): void {
  const each = async (numRuns: number, play: (tree: Tree, happened: Happened) => Promise<void>) => {
    const happened = { events: new Set<string>(), deaths: 0 }
    const property = fc.asyncProperty(anyTree, ({ acts, ways }) => play({ acts: [...after, ...acts], ways }, happened))
    await fc.assert(property, { numRuns, seed })
    expect(happened.deaths).toBeGreaterThan(0)
    expect([...happened.events]).toEqual(expect.arrayContaining([...comesTo]))
  }
  describe(name, () => {
    it.each(databases)(
      `${PROMISE}, on $name (${draws.plain} histories)`,
      async (kind) => {
        await using connector = await restaurant()
        await using database = await kind.open()
        const storage = await openStorage(database.place, { nodeId: 'node_test' })
        await each(draws.plain, async ({ acts }, happened) => {
          const life = await Life.begin(storage, connector.url)
          await watch(life, new Holds(life), acts, happened)
        })
        await storage.close()
      },
      60_000 + draws.plain * 5_000,
    )

    it(
      `${PROMISE}, whichever way it goes on (${draws.trees * (1 + WAYS)} histories)`,
      async () => {
        await using connector = await restaurant()
        await using database = await sqlite.open()
        const contents = contentsOf(database.place)
        await each(draws.trees, (tree, happened) => allWays(contents, connector.url, tree, happened))
      },
      60_000 + draws.trees * (1 + WAYS) * 2_000,
    )
  })
}

type Happened = { readonly events: Set<string>; deaths: number }

/** Plays a history, and from the places in it where others go on, those too, each in a copy of the database as it was there. */
async function allWays(contents: Buffer, url: string, { acts, ways }: Tree, happened: Happened): Promise<void> {
  const storage = inMemory(contents)
  const life = await Life.begin(storage, url)
  const holds = new Holds(life)
  await watch(life, holds, acts, happened, async (place) => {
    const here = ways.filter(({ from }) => from % acts.length === place)
    if (here.length === 0) return
    const copy = storage.copy()
    for (const other of here) {
      const itsStorage = inMemory(copy)
      const itsLife = await life.goesOnIn(itsStorage)
      await watch(itsLife, holds.goOnFor(itsLife), other.acts, happened)
      await itsStorage.close()
    }
  })
  await storage.close()
}

/** @param before is called with the place of each act, before it */
async function watch(life: Life, holds: Holds, acts: readonly Act[], happened: Happened, before = async (_place: number) => {}): Promise<void> {
  try {
    for (const [place, act] of acts.entries()) {
      await before(place)
      if (await play(life, act)) happened.deaths++
      await holds.still()
    }
    for (const event of holds.events()) happened.events.add(event)
  } finally {
    await life.ends()
  }
}
