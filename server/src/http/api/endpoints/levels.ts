import { changeLevel, type Levels, levels } from '@handfast/contract'
import { z } from 'zod'
import { type Chooser, defaultLevel } from '../../../consent/index.ts'
import type { ConnectorId } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import type { UserRooms } from './rooms.ts'

/** How often a person is asked. */
export function levelEndpoints({ choices, directory }: UserRooms): readonly AnyEndpoint[] {
  async function levelsOf(chooser: Chooser): Promise<Levels> {
    const chosen = (await choices.of(chooser)).levels
    const own = [...chosen].filter(([connector]) => connector !== '*')
    const connectors = await Promise.all(
      own.map(async ([connector, level]) => {
        const { slug, name } = await directory.standing(connector as ConnectorId)
        return { slug, name, level }
      }),
    )
    return { default: chosen.get('*') ?? defaultLevel, connectors: connectors.toSorted((a, b) => (a.slug < b.slug ? -1 : 1)) }
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/me/levels',
      summary: 'How often you are asked before a call is sent',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: levels,
      handle: async (_, caller) => levelsOf(caller),
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/me/levels',
      summary: 'Change how often you are asked, for one connector or by default',
      policy: session(),
      ledger: 'level.changed',
      input: changeLevel,
      output: levels,
      handle: async ({ connector: slug, level }, caller) => {
        const connector = slug === undefined ? '*' : (await directory.bySlug(caller.workspace, slug)).connector
        if (level === null) await choices.clearLevel(caller, connector)
        else await choices.setLevel(caller, connector, level)
        return levelsOf(caller)
      },
    }),
  ]
}
