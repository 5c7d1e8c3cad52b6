import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../../e2e/fixtures/echo-connector.ts'
import { ApiFuzzer, operationsIn } from '../../../test/api-fuzzer.ts'
import { databases } from '../../../test/databases.ts'
import type { JsonSchema } from '../../../test/from-schema.ts'
import { rounds, seeded, timeFor } from '../../../test/rounds.ts'
import { Town } from '../../../test/town.ts'
import { createLog } from '../../telemetry/index.ts'

/** Requests to each server. A soak asks a hundred times as many. */
const FULL = 40_000
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
      await town.publishes('echo', echo.url)
      await town.enables(town.alice, 'echo')
      const document = (await (await fetch(`${town.url}/api/v1/openapi.json`)).json()) as JsonSchema
      const operations = operationsIn(document)
      let order = operations
      const fuzzer = new ApiFuzzer(town.app, town.url, document)
      const random = seeded(SEED)
      const wrong: string[] = []
      const reached = new Map<string, Set<number>>()

      for (let round = 0; round < count; round++) {
        // Each operation comes up once before any comes up again, in another order each time.
        const at = round % operations.length
        if (at === 0) order = shuffled(operations, random)
        const operation = order[at]
        if (operation === undefined) throw new Error('there are no operations')
        const [attempt] = fc.sample(fuzzer.attempts(operation), { numRuns: 1, seed: Math.floor(random() * 2 ** 31) })
        if (attempt === undefined) throw new Error('nothing was made up')
        const before = faults.length
        const outcome = await fuzzer.try(attempt)
        const name = `${operation.method} ${operation.path}`
        reached.set(name, (reached.get(name) ?? new Set()).add(outcome.status))
        if (outcome.status < 300 && !ApiFuzzer.admitted(operation).includes(attempt.as)) wrong.push(`${name} did what ${attempt.as} asked`)
        if (outcome.wrong !== null) wrong.push([outcome.wrong, ...faults.slice(before)].join('\n'))
      }

      const done = [...reached].filter(([, statuses]) => [...statuses].some((status) => status < 300)).length
      process.stdout.write(`${kind.name}: ${count} requests to ${reached.size} operations, of which ${done} did what was asked\n`)
      expect(wrong).toEqual([])
      expect(faults).toEqual([])
      expect(reached.size).toBe(operations.length)
      // Not only refusals: what an operation needs, such as the id of something that is there, comes from earlier answers.
      expect(done).toBeGreaterThan(operations.length / 10)
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
