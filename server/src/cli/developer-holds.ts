import type { DeveloperHoldView } from '@handfast/contract'
import type { Command } from 'commander'
import { openHouse, organisation } from './open-house.ts'
import { type Streams, table, tell } from './say.ts'
import { type PersonFlags, withPerson } from './settings-options.ts'

type Flags = PersonFlags
type ReasonFlags = Flags & { readonly reason: string }

/** `handfast developer hold|holds|appeal|answer|release`: organisations that wait until a person has looked. */
export function developerHolds(parent: Command, streams: Streams): void {
  const sub = (name: string) => withPerson(parent.command(name))

  sub('holds')
    .description('list holds, of everybody or of one organisation; ends with 1 where one is overdue')
    .option('--of <organisation>', 'of one organisation, by id or name')
    .action(async ({ json = false, of, ...flags }: Flags & { readonly of?: string }) => {
      await using house = await openHouse(flags)
      const path = of === undefined ? '/api/v1/developer-holds' : (`/api/v1/developers/${await organisation(house, of)}/holds` as const)
      const { items } = await house.ask<{ readonly items: readonly DeveloperHoldView[] }>(path)
      const rows = items.map((one) => [one.id, one.developer, one.state, one.cause, one.lookBy, one.overdue ? 'overdue' : '', one.facts])
      tell(streams, json, { items }, table(['ID', 'ORGANISATION', 'STATE', 'CAUSE', 'LOOK BY', '', 'WHAT'], rows))
      if (items.some(({ overdue }) => overdue)) process.exitCode = 1
    })

  sub('hold')
    .description('hold an organisation until a person has looked; it is told why')
    .argument('<organisation>', 'its id or name')
    .requiredOption('--reason <text>', 'what was found; the organisation reads it')
    .action(async (which: string, { json = false, reason, ...flags }: ReasonFlags) => {
      await using house = await openHouse(flags)
      const path = `/api/v1/developers/${await organisation(house, which)}/hold` as const
      const placed = await house.ask<DeveloperHoldView>(path, { method: 'POST', body: { facts: reason } })
      tell(streams, json, placed, `${placed.id}: somebody looks by ${placed.lookBy}\n`)
    })

  for (const [verb, description] of [
    ['appeal', 'say why your organisation should not be on hold'],
    ['answer', 'you looked at the appeal and the hold stays: say why'],
    ['release', 'you looked at it and the organisation may go on: say why'],
  ] as const)
    sub(verb)
      .description(description)
      .argument('<hold>', 'as `developer holds` says')
      .requiredOption('--reason <text>', 'the other side reads it')
      .action(async (id: string, { json = false, reason, ...flags }: ReasonFlags) => {
        await using house = await openHouse(flags)
        const path = `/api/v1/developer-holds/${encodeURIComponent(id)}/${verb}` as const
        const changed = await house.ask<DeveloperHoldView>(path, { method: 'POST', body: { text: reason } })
        tell(streams, json, changed, `${changed.id} is ${changed.state}\n`)
      })
}
