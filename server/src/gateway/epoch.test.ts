import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Echo, startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { lets } from '../../test/granted.ts'
import { McpCaller, type Told } from '../../test/mcp-caller.ts'
import { rounds, seeded, timeFor } from '../../test/rounds.ts'
import { type Inhabitant, Town } from '../../test/town.ts'
import { makeWorkspace, moveIn, rules } from '../../test/workspaces.ts'
import type { App } from '../app.ts'
import type { ConnectorId, GrantId, TokenId } from '../lib/index.ts'
import { linkable } from '../links/index.ts'

const FULL = 5_000
const CALLERS = 6

type Change = {
  readonly name: string
  /** The event that the change leaves in the ledger. */
  readonly event: string
  /** Whoever calls in the next round, where that cannot be the same person with the same token each time. */
  readonly caller?: (stage: Stage) => Promise<Inhabitant>
  /** Takes back what allows the calls; the answer allows them again. */
  readonly take: (stage: Stage) => Promise<() => Promise<void>>
}
type Stage = {
  readonly town: Town
  readonly connector: ConnectorId
  readonly caller: Inhabitant
  readonly slug: string
  /** Where nodes are one server to whoever asks. */
  readonly origin: string
}

const nothing = async () => {}

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
    name: 'the operator switches the assistant off',
    event: 'assistant.changed',
    take: async ({ town, caller }) => {
      const { authorization, authorizationServer } = town.app.rooms
      const { assistant } = await authorization.identify(caller.token)
      await authorizationServer.assistants.steer(town.app.workspace, assistant, town.olga.user, true)
      return () => authorizationServer.assistants.steer(town.app.workspace, assistant, town.olga.user, false)
    },
  },
  {
    name: 'the rules of the workspace come to want a yes',
    event: 'policy.changed',
    take: async ({ town }) => {
      await rules(town, town.app.workspace, { rules: [{ id: 'ask', verb: 'ask', on: { tools: ['echo'] } }] })
      return () => rules(town, town.app.workspace, {})
    },
  },
  {
    name: 'a token is revoked',
    event: 'token.revoked',
    caller: async ({ town }) => {
      const { token, secret } = await town.app.rooms.authorization.create(town.app.workspace, town.alice.user, { name: 'a', assistant: 'a' })
      return { ...town.alice, token: secret, tokenId: token.id }
    },
    take: async ({ town, caller }) => {
      await town.app.rooms.authorization.revoke(town.app.workspace, town.alice.user, caller.tokenId as TokenId)
      return nothing
    },
  },
  {
    name: 'a person takes back what they let an assistant do',
    event: 'grant.revoked',
    caller: async ({ town, origin }) => {
      const given = await lets(town, town.alice, origin)
      return { ...given, tokenId: given.grant }
    },
    take: async ({ town, caller }) => {
      await town.app.rooms.authorization.grants.revoke(town.person(town.alice), caller.tokenId as GrantId)
      return nothing
    },
  },
  {
    name: 'a person disconnects the account that calls use',
    event: 'account.unlinked',
    caller: async ({ town, slug }) => {
      const { directory, links } = town.app.rooms
      const standing = await directory.bySlug(town.app.workspace, slug)
      if (standing.release === null) throw new Error('no release')
      await links.linking.giveKey(town.person(town.alice), linkable(standing, standing.release), 'a key of hers')
      return town.alice
    },
    take: async ({ town }) => {
      const { linked } = town.app.rooms.links
      for (const { link } of await linked.of(town.person(town.alice))) await linked.unlink(town.person(town.alice), link)
      return nothing
    },
  },
  {
    name: 'a member is moved to another workspace',
    event: 'workspace.left',
    caller: async ({ town, slug }) => {
      const dana = await moveIn(town, town.app.workspace, `dana-${randomUUID()}`)
      await town.enables(dana, slug)
      return dana
    },
    take: async ({ town, caller }) => {
      const { rooms, workspace } = town.app
      const to = (await rooms.people.workspaces.list(null, 9)).find(({ id }) => id !== workspace)?.id ?? (await makeWorkspace(town, 'Elsewhere'))
      await rooms.people.workspaces.leave(workspace, town.olga.user, caller.user, { mayBeLast: true, ending: rooms.ending, to })
      return nothing
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
    async ({ event, take, caller: next }) => {
      const random = seeded(20_260_728)
      await using echo = await startEcho()
      // Both nodes are the same server to whoever asks; a balancer stands before them.
      const origin = 'http://localhost:4999'
      await using town = await Town.open(kind, { settings: { publicUrl: origin } })
      const slug = 'echo'
      const credential = event === 'account.unlinked' ? ({ type: 'bearer' } as const) : ({ type: 'none' } as const)
      const connector = await town.publishes(slug, echo.url, { credential })
      await town.enables(town.alice, slug)
      // The change is made on one node; on PostgreSQL the calls come in at both.
      const urls = kind.name === 'postgres' ? [town.url, (await town.anotherNode()).url] : [town.url]
      let caller = town.alice
      let withdrawn = 0
      const violations: string[] = []

      for (let round = 0; round < count; round++) {
        caller = (await next?.({ town, connector, caller, slug, origin })) ?? caller
        const start = await lastPosition(town.app)
        const requestsBefore = echo.requests.length
        const durable = onceDurable(town.app, event, () => intents(town.app, start))
        const callers = Array.from({ length: CALLERS }, (_, i) => callUntilRefused(new McpCaller(urls[i % urls.length] ?? town.url, caller.token)))
        await turns(Math.floor(random() * 40))

        const [allowAgain, before] = await Promise.all([take({ town, connector, caller, slug, origin }), durable])
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
    timeFor(count, 1_000),
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
