import type { ComplaintSummaryView, ComplaintView } from '@handfast/contract'
import { Command, Option } from 'commander'
import { openHouse } from './open-house.ts'
import { printable, processStreams, type Streams, table, tell } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean }
type DecideFlags = Flags & { readonly uphold?: boolean; readonly action: string; readonly reasons: string }

/** `handfast complaint …`: what third parties complain about, and what is decided. */
export function complaintCommand(streams: Streams = processStreams): Command {
  const command = new Command('complaint').description('complaints of third parties about connectors and answers')
  const sub = (name: string, description: string) => withPlace(command.command(name)).description(description).option('--json', 'print JSON')

  sub('list', 'list complaints, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['received', 'acknowledged', 'decided']))
    .action(async ({ json = false, state, ...flags }: Flags & { readonly state?: string }) => {
      await using house = await openHouse(flags)
      const items = await house.all<ComplaintSummaryView>(state === undefined ? '/api/v1/complaints' : `/api/v1/complaints?state=${state}`)
      const rows = items.map((one) => [one.id, one.kind, one.state, one.connector, one.decideBy, one.overdue ? 'overdue' : ''])
      tell(streams, json, { items }, table(['ID', 'KIND', 'STATE', 'CONNECTOR', 'DECIDE BY', ''], rows))
    })

  sub('show', 'print a complaint with the evidence that was frozen when it came')
    .argument('<id>', 'as `complaint list` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      show(streams, json, await house.ask<ComplaintView>(`/api/v1/complaints/${encodeURIComponent(id)}`))
    })

  sub('acknowledge', 'say that somebody looks at it, and ask the developer')
    .argument('<id>', 'as `complaint list` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      show(streams, json, await house.ask<ComplaintView>(`/api/v1/complaints/${encodeURIComponent(id)}/acknowledge`, { method: 'POST', body: {} }))
    })

  sub('decide', 'decide it, once')
    .argument('<id>', 'as `complaint list` says')
    .option('--uphold', 'it is right; without it, it is turned down')
    .addOption(new Option('--action <action>', 'what is done at once').choices(['none', 'block-answer', 'suspend']).default('none'))
    .requiredOption('--reasons <text>', 'whoever complained and whoever is affected read them')
    .action(async (id: string, { json = false, uphold = false, action, reasons, ...flags }: DecideFlags) => {
      await using house = await openHouse(flags)
      const body = { upheld: uphold, action, reasons }
      show(streams, json, await house.ask<ComplaintView>(`/api/v1/complaints/${encodeURIComponent(id)}/decision`, { method: 'POST', body }))
    })
  return command
}

function show(streams: Streams, json: boolean, complaint: ComplaintView): void {
  const lines = complaint.timeline.map((line) => [line.at, line.kind, line.by, line.note])
  const head = `${complaint.id}: ${complaint.kind}, ${complaint.state}, to be decided by ${complaint.decideBy}\n${printable(complaint.explanation)}\n`
  tell(streams, json, complaint, `${head}\nEvidence ${complaint.evidenceSha256}\n\n${table(['AT', 'WHAT', 'BY', 'NOTE'], lines)}`)
}
