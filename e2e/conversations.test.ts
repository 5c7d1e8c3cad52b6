import { describe, expect, it } from 'vitest'
import { databases } from '../server/test/databases.ts'
import { rounds, seeded, timeFor } from '../server/test/rounds.ts'
import { Town } from '../server/test/town.ts'
import { startSuiteConnector } from './conformance/suite-connector.ts'
import { LegacyAssistant } from './fixtures/legacy-assistant.ts'
import type { Json } from './fixtures/mcp-wire.ts'

const several = databases.filter(({ name }) => name === 'postgres')
const textOf = (told: { readonly result?: Json }): unknown => (told.result?.['content'] as readonly Json[] | undefined)?.[0]?.['text']

describe.each(several)('sessions of the older revisions behind a balancer, on $name', (kind) => {
  const count = rounds(1_000)
  it(
    `go through ${count} conversations with questions over two nodes, one of which restarts meanwhile, without an error`,
    async () => {
      await using modern = await startSuiteConnector('modern')
      await using legacy = await startSuiteConnector('legacy')
      await using town = await Town.open(kind)
      for (const [slug, { url }] of [
        ['newer', modern],
        ['older', legacy],
      ] as const) {
        await town.publishes(slug, url)
        await town.enables(town.alice, slug)
      }
      const other = await town.anotherNode()
      const random = seeded(7)
      let restarting = false
      // A balancer takes a node out that is being restarted, and puts it back.
      const nodes = (): readonly string[] => (restarting ? [other.url] : [town.url, other.url])
      const assistants = await Promise.all(
        Array.from({ length: 10 }, () => LegacyAssistant.open(nodes, town.alice.token, { capabilities: { elicitation: {} } })),
      )
      const wrong: unknown[] = []
      let done = 0
      const converse = async (assistant: LegacyAssistant): Promise<void> => {
        while (done < count) {
          const number = done++
          const name = `Name ${number}`
          const slug = random() < 0.5 ? 'newer' : 'older'
          const told = await assistant
            .call(`${slug}_test_input_required_result_elicitation`, {}, () => ({ action: 'accept', content: { name } }))
            .catch((error: unknown) => ({ asked: [], result: { content: [{ text: String(error) }] } }))
          if (textOf(told) !== `Hello, ${name}!` || told.asked.length !== 1) wrong.push(textOf(told))
        }
      }

      const talking = Promise.all(assistants.map(converse))
      while (done < count / 2) await new Promise((resolve) => setTimeout(resolve, 5))
      restarting = true
      await town.restarts()
      restarting = false
      await talking

      expect(wrong).toEqual([])
      const calls = await town.calls(town.alice)
      expect(new Set(calls.map(({ state }) => state))).toEqual(new Set(['answered']))
    },
    timeFor(count, 400),
  )
})
