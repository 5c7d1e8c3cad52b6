import type { HoldView } from '@handfast/contract'
import { Command, Option } from 'commander'
import { openHouse } from './open-house.ts'
import { printable, processStreams, type Streams, table, tell } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean }
type PlaceHoldFlags = Flags & { readonly ground: string; readonly reason: string; readonly until: string }

/** `handfast hold …`: what may not be deleted for now. */
export function holdCommand(streams: Streams = processStreams): Command {
  const command = new Command('hold').description('what may not be deleted before a date, and why')
  const sub = (name: string, description: string) => withPlace(command.command(name)).description(description).option('--json', 'print JSON')

  sub('list', 'list holds, newest first')
    .option('--all', 'also those that are over')
    .action(async ({ json = false, all = false, ...flags }: Flags & { readonly all?: boolean }) => {
      await using house = await openHouse(flags)
      const items = await house.all<HoldView>(all ? '/api/v1/holds' : '/api/v1/holds?active=true')
      const rows = items.map((one) => [one.id, one.subject, one.ground, one.until, one.active ? '' : 'over', one.reason])
      tell(streams, json, { items }, table(['ID', 'WHAT', 'GROUND', 'UNTIL', '', 'REASON'], rows))
    })

  sub('place', 'keep something from being deleted until a date')
    .argument('<id>', 'of a user, connector, developer or call')
    .addOption(new Option('--ground <ground>', 'why').choices(['litigation', 'authority', 'legal-duty', 'claim']).makeOptionMandatory())
    .requiredOption('--reason <text>', 'in words')
    .requiredOption('--until <time>', 'RFC 3339; it ends by itself then')
    .action(async (subject: string, { json = false, ground, reason, until, ...flags }: PlaceHoldFlags) => {
      await using house = await openHouse(flags)
      const hold = await house.ask<HoldView>('/api/v1/holds', { method: 'POST', body: { subject, ground, reason, until } })
      tell(streams, json, hold, `${hold.id} holds ${printable(hold.subject)} until ${hold.until}\n`)
    })

  sub('lift', 'end a hold before its date')
    .argument('<id>', 'as `hold list` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/holds/${encodeURIComponent(id)}/lift`, { method: 'POST', body: {} })
      tell(streams, json, { id, lifted: true }, `${printable(id)} is lifted\n`)
    })
  return command
}
