import type { DeadlineView } from '@handfast/contract'
import { Command, Option } from 'commander'
import { openHouse } from './open-house.ts'
import { printable, processStreams, type Streams, table, tell } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean }
type ListFlags = Flags & { readonly state?: 'open' | 'dead' | 'done' }

/** `handfast jobs …`: what has to happen at a time, and what was given up. */
export function jobsCommand(streams: Streams = processStreams): Command {
  const command = new Command('jobs').description('what has to happen at a time, and what was given up')
  const sub = (name: string) => withPlace(command.command(name)).option('--json', 'print JSON')

  sub('list')
    .description('list deadlines, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['open', 'dead', 'done']))
    .action(async ({ state, json = false, ...flags }: ListFlags) => {
      await using house = await openHouse(flags)
      const items = await house.all<DeadlineView>(state === undefined ? '/api/v1/jobs' : `/api/v1/jobs?state=${state}`)
      const rows = items.map((one) => [
        one.id,
        one.kind,
        one.subject,
        one.state,
        one.dueAt,
        one.attempts,
        one.endedAt ?? one.triedAgainAt,
        one.reason,
      ])
      tell(streams, json, { items }, table(['ID', 'KIND', 'ABOUT', 'STATE', 'DUE', 'ATTEMPTS', 'ENDED OR NEXT', 'REASON'], rows))
    })

  sub('again')
    .description('try something once more that was given up, as soon as it can be')
    .argument('<id>', 'as `jobs list --state dead` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/jobs/${encodeURIComponent(id)}/again`, { method: 'POST', body: {} })
      tell(streams, json, { id, again: true }, `${printable(id)} is tried again\n`)
    })
  return command
}
