import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openStorage } from '../src/storage/index.ts'
import { databases } from './databases.ts'
import { type Act, anyHistory, play } from './histories/acts.ts'
import { holds } from './histories/holds.ts'
import { Life } from './histories/life.ts'
import { proves } from './proves.ts'
import { restaurant } from './publishing.ts'
import { rounds } from './rounds.ts'

proves('review/people-decide', 'review/four-eyes', 'terms/in-force', 'lifecycle/agreement')

// The pure machines have their hundred thousand beside the rooms that they belong to; here each history hands in, decides, changes and ends for real.
const full = 100_000
const runs = rounds(full) === full ? full : 10

describe.each(databases)('any history of the contract on $name', (kind) => {
  it(
    `leaves nothing live unreviewed or unaccepted, nothing early, nothing untold, and a ledger that says the same (${runs} histories)`,
    async () => {
      await using connector = await restaurant()
      await using database = await kind.open()
      const storage = await openStorage(database.place, { nodeId: 'node_test' })
      const happened = new Set<string>()
      let deaths = 0
      const history = async (acts: readonly Act[]) => {
        const life = await Life.begin(storage, connector.url)
        try {
          for (const act of acts) {
            if (await play(life, act)) deaths++
            await holds(life)
          }
          for (const { event } of await life.bodies()) happened.add(String(event))
        } finally {
          await life.ends()
        }
      }
      await fc.assert(fc.asyncProperty(anyHistory, history), { numRuns: runs, seed: 15 })
      await storage.close()
      // Otherwise nothing came far enough to go wrong.
      expect(deaths).toBeGreaterThan(0)
      expect([...happened]).toEqual(expect.arrayContaining(['release.approved', 'change.posted', 'agreement.ended']))
    },
    60_000 + runs * 5_000,
  )
})
