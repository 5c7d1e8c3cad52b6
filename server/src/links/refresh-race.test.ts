import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { linksOver, openProcess, somebody } from '../../test/choosing.ts'
import { databases } from '../../test/databases.ts'
import { connectorAt, linkGrant, patience, permitFor } from '../../test/linked-grant.ts'
import { type Fate, rotatingServer } from '../../test/rotating-server.ts'
import { rounds, seeded, timeFor } from '../../test/rounds.ts'
import type { Permit } from '../consent/index.ts'
import { createEgress } from '../egress/index.ts'
import { MovableClock } from '../lib/index.ts'
import type { Place } from '../storage/index.ts'
import type { Linkable } from './account.ts'
import type { Links } from './create-links.ts'
import { RenewingFailedError } from './links-errors.ts'

const ROUNDS = rounds(1_000)
const CALLERS = 8
const START = 1_795_000_000_000

/** Mostly slow, sometimes cut off before or after it was done. */
function fates(random: () => number): () => Fate {
  return () => {
    const dice = random()
    return { delayMs: Math.floor(random() * 12), how: dice < 0.12 ? 'dies-before' : dice < 0.24 ? 'dies-after' : dice < 0.3 ? 'fails' : 'answers' }
  }
}

/** What a call came to. One that is told to come again in a moment does. */
async function access(links: Links, permit: Permit, about: Linkable): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await links.calls.credentialFor(permit, about, patience)).secret
    } catch (error) {
      if (!(error instanceof RenewingFailedError) || attempt === 20) return `${(error as Error).name}: ${(error as Error).message}`
    }
  }
}

/** A process that begins to renew, and is gone before it knows what came of it. */
async function killedHalfway(place: Place, clock: MovableClock, permit: Permit, about: Linkable, round: number): Promise<void> {
  const egress = createEgress({ allow: [], dangerouslyAllowPrivateAddresses: true })
  const victim = await openProcess(place, { clock, nodeId: `node_victim_${round}` })
  const links = linksOver(victim, { egress, node: `node_victim_${round}` })
  const call = links.calls.credentialFor(permit, about, patience).catch(() => {})
  await pause(4)
  await Promise.all([victim[Symbol.asyncDispose](), egress.close()])
  await call
}

describe.each(databases)('a sign-in that many calls want to renew at once, on $name', (kind) => {
  it(
    `is renewed once a round by ${CALLERS} callers on two nodes, however the provider stumbles, and never ends`,
    async () => {
      await using database = await kind.open()
      const clock = new MovableClock(START)
      const random = seeded(20_261_122)
      await using server = await rotatingServer(fates(random))
      await using one = await openProcess(database.place, { clock })
      const second = kind.name === 'postgres' ? await openProcess(database.place, { clock, nodeId: 'node_two' }) : one
      const about = connectorAt(server.origin)
      const ana = somebody()
      await linkGrant(one, ana, about, server.origin)
      const nodes = [linksOver(one, { random }), linksOver(second, { random, ...(kind.name === 'postgres' ? { node: 'node_two' } : {}) })]
      const permit = permitFor(ana, about)
      const wrong: string[] = []

      for (let round = 1; round <= ROUNDS; round++) {
        clock.advance(101_000)
        const kill = kind.name === 'postgres' && round % 10 === 0 ? killedHalfway(database.place, clock, permit, about, round) : undefined
        const got = await Promise.all(nodes.flatMap((links) => Array.from({ length: CALLERS }, () => access(links, permit, about))))
        await kill
        wrong.push(...got.filter((secret) => secret !== `access-${round}`).map((secret) => `round ${round}: ${secret}`))
        if (wrong.length > 20) break
      }

      const [account] = (await nodes[0]?.linked.of(ana)) ?? []
      if (second !== one) await second[Symbol.asyncDispose]()
      expect(wrong).toEqual([])
      expect({ refreshes: server.rotations, ended: server.ended, state: account?.state }).toEqual({ refreshes: ROUNDS, ended: false, state: 'good' })
    },
    timeFor(ROUNDS, 900),
  )
})
