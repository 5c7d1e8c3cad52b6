import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { ApiCallers } from '../../../test/api-callers.ts'
import { ApiFuzzer } from '../../../test/api-fuzzer.ts'
import { hintsFor } from '../../../test/api-hints.ts'
import { databases } from '../../../test/databases.ts'
import { operationsIn } from '../../../test/described.ts'
import type { JsonSchema } from '../../../test/from-schema.ts'
import { furnish } from '../../../test/furnished.ts'
import { MadeUp } from '../../../test/made-up.ts'
import { rounds, seeded, timeFor } from '../../../test/rounds.ts'
import { Town } from '../../../test/town.ts'
import { createLog } from '../../telemetry/index.ts'

/** Requests to each server. A soak asks a hundred times as many. */
const FULL = 40_000
/** After so many much of what was there is gone, and it is put there again. */
const LASTS = 1_000
const SEED = Number(process.env['HANDFAST_SEED'] ?? 1)

describe.each(databases)('the control API on $name', (kind) => {
  const count = rounds(FULL)

  it(
    `answers whatever it is asked as its description says, and fails at nothing (${count} requests)`,
    async () => {
      const faults: string[] = []
      const log = createLog('error', { write: (line: string) => void faults.push(line) })
      await using echo = await startEcho()
      await using town = await Town.open(kind, { log })
      const document = (await (await fetch(`${town.url}/api/v1/openapi.json`)).json()) as JsonSchema
      const operations = operationsIn(document)
      let order = operations
      const random = seeded(SEED)
      const fuzzer = new ApiFuzzer(new ApiCallers(town), new MadeUp(random, hintsFor(town, echo.url)), document)
      const wrong: string[] = []
      const reached = new Map<string, Set<number>>()

      for (let round = 0; round < count; round++) {
        // Each operation comes up once before any comes up again, in another order each time.
        const at = round % operations.length
        if (at === 0) order = shuffled(operations, random)
        const operation = order[at]
        if (operation === undefined) throw new Error('there are no operations')
        if (round % LASTS === 0) await furnish(town, fuzzer, echo.url, round / LASTS + 1)
        const before = faults.length
        const outcome = await fuzzer.try(fuzzer.made.attempt(operation))
        reached.set(operation.name, (reached.get(operation.name) ?? new Set()).add(outcome.status))
        if (outcome.wrong !== null) wrong.push([outcome.wrong, ...faults.slice(before)].join('\n'))
      }

      const done = [...reached].filter(([, statuses]) => [...statuses].some((status) => status < 300)).length
      process.stdout.write(`${kind.name}: ${count} requests to ${reached.size} operations, of which ${done} did what was asked\n`)
      expect(wrong).toEqual([])
      expect(faults).toEqual([])
      expect(reached.size).toBe(operations.length)
      // Not only refusals: what an operation needs, such as the id of something that is there, comes from earlier answers.
      expect(done / operations.length).toBeGreaterThan(count === FULL ? 0.75 : 0.4)
    },
    timeFor(count, 100),
  )
})

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => [random(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item)
}
