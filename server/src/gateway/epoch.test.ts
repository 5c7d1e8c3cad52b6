import { describe, expect, it } from 'vitest'
import { type Echo, startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { McpCaller, type Told } from '../../test/mcp-caller.ts'
import { rounds, seeded, timeFor } from '../../test/rounds.ts'
import { type Inhabitant, Town } from '../../test/town.ts'
import { rules } from '../../test/workspaces.ts'
import type { App } from '../app.ts'
import type { ConnectorId, TokenId } from '../lib/index.ts'

const FULL = 5_000
const CALLERS = 6

type Change = {
  readonly name: string
  /** The event that the change leaves in the ledger. */
  readonly event: string
  /** Takes back what allows the calls; the answer allows them again. */
  readonly take: (stage: Stage) => Promise<() => Promise<void>>
}
type Stage = { readonly town: Town; readonly connector: ConnectorId; readonly caller: Inhabitant }

const changes: readonly Change[] = [
  {
    name: 'a person disables',
    event: 'connector.disabled',
    take: async ({ town, connector }) => {
      await town.app.rooms.choices.disable(town.person(town.alice), connector)
      return () => town.enables(town.alice, 'echo')
    },
  },
  {
    name: 'the operator suspends',
    event: 'connector.suspended',
    take: async ({ town, connector }) => {
      await town.app.rooms.lifecycle.suspend(town.steering(connector, 'to see what happens'))
      return () => town.app.rooms.lifecycle.reinstate(town.steering(connector, 'seen'))
    },
  },
  {
    name: 'the rules of the workspace come to deny it',
    event: 'policy.changed',
    take: async ({ town }) => {
      await rules(town, town.app.workspace, { rules: [{ id: 'no-echo', verb: 'deny', when: [{ at: '/text', equals: 'hello' }] }] })
      return () => rules(town, town.app.workspace, {})
    },
  },
  {
    name: 'a token is revoked',
    event: 'token.revoked',
    take: async ({ town, caller }) => {
      await town.app.rooms.authorization.revoke(town.app.workspace, town.alice.user, caller.tokenId as TokenId)
      return async () => {}
    },
  },
]

/** Runs `look` as soon as a transaction that leaves this event is durable, before whoever made the change hears of it. */
function onceDurable<Seen>(app: App, event: string, look: () => Promise<Seen>): Promise<Seen> {
  const { storage } = app
  const { write } = storage
  return new Promise((resolve) => {
    storage.write = async (writes) => {
      const results = await write(writes)
      if (writes.some(({ parameters }) => parameters.includes(event))) {
        storage.write = write
        resolve(await look())
      }
      return results
    }
  })
}

/** Calls again and again until the first no. */
async function callUntilRefused(mcp: McpCaller): Promise<Told> {
  for (;;) {
    const told = await mcp.call('echo_echo', { text: 'hello' })
    if (told.status !== 200 || told.body.result?.isError === true) return told
  }
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

const intents = ({ storage }: App, after: number) =>
  storage.db.selectFrom('ledger_entries').select(['position', 'subject']).where('event', '=', 'call.intended').where('position', '>', after).execute()

async function lastPosition({ storage }: App): Promise<number> {
  return (
    await storage.db
      .selectFrom('ledger_entries')
      .select((eb) => eb.fn.max('position').as('last'))
      .executeTakeFirstOrThrow()
  ).last
}

function receivedSince(echo: Echo, from: number): readonly string[] {
  return echo.requests
    .slice(from)
    .filter(({ message }) => message?.method === 'tools/call')
    .map(({ headers }) => String(headers['x-request-id']))
}

describe.each(databases)('on $name', (kind) => {
  const count = rounds(FULL)

  it.each(changes)(
    `when $name, no call whose intent comes after that is sent (${count} rounds)`,
    async ({ event, take }) => {
      const random = seeded(20_260_728)
      await using echo = await startEcho()
      await using town = await Town.open(kind)
      const connector = await town.publishes('echo', echo.url)
      await town.enables(town.alice, 'echo')
      // The change is made on one node; on PostgreSQL the calls come in at both.
      const urls = kind.name === 'postgres' ? [town.url, (await town.anotherNode()).url] : [town.url]
      let caller = town.alice
      let withdrawn = 0
      const violations: string[] = []

      for (let round = 0; round < count; round++) {
        if (event === 'token.revoked') {
          const { token, secret } = await town.app.rooms.authorization.create(town.app.workspace, town.alice.user, { name: 'a', assistant: 'a' })
          caller = { ...town.alice, token: secret, tokenId: token.id }
        }
        const start = await lastPosition(town.app)
        const requestsBefore = echo.requests.length
        const durable = onceDurable(town.app, event, () => intents(town.app, start))
        const callers = Array.from({ length: CALLERS }, (_, i) => callUntilRefused(new McpCaller(urls[i % urls.length] ?? town.url, caller.token)))
        await turns(Math.floor(random() * 40))

        const [allowAgain, before] = await Promise.all([take({ town, connector, caller }), durable])
        const told = await Promise.all(callers)

        const ordered = new Set(before.map(({ subject }) => subject))
        const received = receivedSince(echo, requestsBefore)
        violations.push(...received.filter((call) => !ordered.has(call)).map((call) => `round ${round}: ${call}`))
        if (kind.name === 'sqlite') violations.push(...(await sentAfterPosition(town.app, event, start, received)))
        withdrawn += told.filter(({ body }) => body?.result?._meta?.['dev.handfast/refusal']?.code === 'gateway/withdrawn').length
        await allowAgain()
      }

      expect(violations).toEqual([])
      // Otherwise the race was never run: calls have to have been stopped after their intent.
      expect(withdrawn).toBeGreaterThan(0)
    },
    timeFor(count, 250),
  )
})

/** On SQLite one thread commits everything, so positions are the order of commits and the whole question can be read from the ledger. */
async function sentAfterPosition(app: App, event: string, start: number, received: readonly string[]): Promise<readonly string[]> {
  const { db } = app.storage
  const change = await db.selectFrom('ledger_entries').select('position').where('event', '=', event).where('position', '>', start).executeTakeFirst()
  const sent = new Set(received)
  const late = (await intents(app, change?.position ?? start)).filter(({ subject }) => sent.has(subject))
  return late.map(({ position, subject }) => `${subject} at ${position}, after ${change?.position}`)
}
