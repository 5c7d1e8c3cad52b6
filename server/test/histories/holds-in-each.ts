import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openStorage, type Storage } from '../../src/storage/index.ts'
import { databases, type TestDatabaseKind } from '../databases.ts'
import { restaurant } from '../publishing.ts'
import { type Act, play } from './acts.ts'
import { Holds } from './holds.ts'
import { Life } from './life.ts'

/** A database is left after so many, before what others wrote to it makes it slow. */
const TOGETHER = 500

type Histories = {
  readonly of: fc.Arbitrary<readonly Act[]>
  readonly seed: number
  /** How many of them on which database. */
  readonly counts: Readonly<Record<string, number>>
  /** Events that have to happen in some of them: otherwise nothing came far enough to go wrong. */
  readonly comesTo: readonly string[]
}

/** The pure machines have their hundred thousand beside the rooms that they belong to; here each history hands in, decides, changes and ends for real. */
export function holdsInEach(name: string, { of, seed, counts, comesTo }: Histories): void {
  describe.each(databases)(`${name}, on $name`, (kind) => {
    const count = counts[kind.name] ?? 0
    it(
      `leaves nothing live unreviewed or unaccepted, nothing early, nothing untold, and a ledger that says the same (${count} histories)`,
      async () => {
        await using connector = await restaurant()
        const happened = new Happened()
        for (let done = 0; done < count; done += TOGETHER)
          await inOneDatabase(kind, async (storage) => {
            const property = fc.asyncProperty(of, (acts) => happens(storage, connector.url, acts, happened))
            await fc.assert(property, { numRuns: Math.min(TOGETHER, count - done), seed: seed + done })
          })
        expect(happened.deaths).toBeGreaterThan(0)
        expect([...happened.events]).toEqual(expect.arrayContaining([...comesTo]))
      },
      60_000 + count * 2_000,
    )
  })
}

class Happened {
  readonly events = new Set<string>()
  deaths = 0
}

async function inOneDatabase(kind: TestDatabaseKind, work: (storage: Storage) => Promise<void>): Promise<void> {
  await using database = await kind.open()
  const storage = await openStorage(database.place, { nodeId: 'node_test' })
  try {
    await work(storage)
  } finally {
    await storage.close()
  }
}

async function happens(storage: Storage, url: string, acts: readonly Act[], happened: Happened): Promise<void> {
  const life = await Life.begin(storage, url)
  const holds = new Holds(life)
  try {
    for (const act of acts) {
      if (await play(life, act)) happened.deaths++
      await holds.still()
    }
    for (const event of holds.events()) happened.events.add(event)
  } finally {
    await life.ends()
  }
}
