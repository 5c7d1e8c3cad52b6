import { readFileSync } from 'node:fs'
import type { IncidentSummaryView, IncidentView } from '@handfast/contract'
import { Command, Option } from 'commander'
import type { House } from './house.ts'
import { openHouse } from './open-house.ts'
import { printable, processStreams, type Streams, table, tell, UsageError } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean }
type ReportFlags = Flags & {
  readonly kind: string
  readonly connector?: string
  readonly awareAt?: string
  readonly facts?: string
  readonly nature?: string
}
type ContainFlags = Flags & { readonly suspend?: boolean; readonly revoke?: boolean; readonly renew?: boolean; readonly reason: string }
type TellFlags = Flags & { readonly from: string; readonly to: string; readonly title: string; readonly body: string }

/** `handfast incident …`: reports of breaches and weaknesses, their deadlines, and what is done about them. */
export function incidentCommand(streams: Streams = processStreams): Command {
  const command = new Command('incident').description('breaches and weaknesses: reports, deadlines, and what is done about them')
  const sub = (name: string, description: string) => withPlace(command.command(name)).description(description).option('--json', 'print JSON')
  const step = (name: string, description: string, path: string) =>
    sub(name, description)
      .argument('<id>', 'as `incident list` says')
      .requiredOption('--note <text>', 'for the timeline')
      .action(async (id: string, { json = false, note, ...flags }: Flags & { readonly note: string }) => {
        await using house = await openHouse(flags)
        show(streams, json, await post(house, id, path, { note }))
      })

  sub('list', 'list reports, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['open', 'acknowledged', 'contained', 'closed']))
    .action(async ({ json = false, state, ...flags }: Flags & { readonly state?: string }) => {
      await using house = await openHouse(flags)
      const items = await house.all<IncidentSummaryView>(state === undefined ? '/api/v1/incidents' : `/api/v1/incidents?state=${state}`)
      const rows = items.map((one) => [one.id, one.kind, one.state, one.connector, one.awareAt, one.nextClock?.title, one.nextClock?.dueAt])
      tell(streams, json, { items }, table(['ID', 'KIND', 'STATE', 'CONNECTOR', 'KNOWN SINCE', 'DUE NEXT', 'AT'], rows))
    })

  sub('show', 'print a report with its deadlines and its timeline')
    .argument('<id>', 'as `incident list` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      show(streams, json, await house.ask<IncidentView>(`/api/v1/incidents/${encodeURIComponent(id)}`))
    })

  sub('report', 'report a breach or a weakness')
    .addOption(new Option('--kind <kind>', 'what it is').choices(['breach', 'vulnerability', 'both']).makeOptionMandatory())
    .option('--connector <connector>', 'short name; without it, the platform itself')
    .option('--aware-at <time>', 'when somebody came to know of it, as RFC 3339; every deadline runs from here')
    .option('--nature <text>', 'what happened')
    .option('--facts <file>', 'JSON file with everything that is known')
    .action(async ({ json = false, kind, connector, awareAt, nature, facts, ...flags }: ReportFlags) => {
      const body = {
        kind,
        facts: factsOf(facts, nature),
        ...(connector === undefined ? {} : { connector }),
        ...(awareAt === undefined ? {} : { awareAt }),
      }
      await using house = await openHouse(flags)
      show(streams, json, await house.ask<IncidentView>('/api/v1/incidents', { method: 'POST', body }))
    })

  sub('acknowledge', 'say that somebody reads it')
    .argument('<id>', 'as `incident list` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      show(streams, json, await post(house, id, 'acknowledge', {}))
    })

  sub('meet', 'say that a deadline was met')
    .argument('<id>', 'as `incident list` says')
    .argument('<clock>', 'which, such as gdpr-authority')
    .requiredOption('--note <text>', 'what was filed where; if it is late, the reasons')
    .action(async (id: string, clock: string, { json = false, note, ...flags }: Flags & { readonly note: string }) => {
      await using house = await openHouse(flags)
      show(streams, json, await post(house, id, 'clocks', { clock, note }))
    })

  sub('contain', 'stop calls to the connector, end accounts there, or both')
    .argument('<id>', 'as `incident list` says')
    .option('--suspend', 'stop all calls at once')
    .option('--revoke', 'disconnect every account, and have the providers take the tokens back')
    .option('--renew', 'end every account, so that its person has to sign in again')
    .requiredOption('--reason <text>', 'for whoever is affected')
    .action(async (id: string, { json = false, suspend = false, revoke = false, renew = false, reason, ...flags }: ContainFlags) => {
      if (!suspend && !revoke && !renew) throw new UsageError('Say what to do: --suspend, --revoke or --renew.')
      await using house = await openHouse(flags)
      show(streams, json, await post(house, id, 'containment', { suspend, revoke, renew, reason }))
    })

  sub('affected', 'count exactly whose calls went to the connector in a time, as the ledger says')
    .argument('<id>', 'as `incident list` says')
    .requiredOption('--from <time>', 'RFC 3339')
    .requiredOption('--to <time>', 'RFC 3339')
    .action(async (id: string, { json = false, from, to, ...flags }: Flags & { readonly from: string; readonly to: string }) => {
      await using house = await openHouse(flags)
      const query = `from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`
      type Affected = {
        readonly people: number
        readonly calls: number
        readonly items: readonly { readonly user: string; readonly calls: number; readonly first: string; readonly last: string }[]
      }
      const found = await house.ask<Affected>(`/api/v1/incidents/${encodeURIComponent(id)}/affected?${query}`)
      const rows = found.items.map(({ user, calls, first, last }) => [user, calls, first, last])
      tell(streams, json, found, `${found.people} users, ${found.calls} calls\n${table(['USER', 'CALLS', 'FIRST', 'LAST'], rows)}`)
    })

  sub('tell', 'have everybody told who was affected')
    .argument('<id>', 'as `incident list` says')
    .requiredOption('--from <time>', 'RFC 3339')
    .requiredOption('--to <time>', 'RFC 3339')
    .requiredOption('--title <text>', 'one line')
    .requiredOption('--body <text>', 'what happened, what it means for them, what they should do')
    .action(async (id: string, { json = false, from, to, title, body, ...flags }: TellFlags) => {
      await using house = await openHouse(flags)
      const told = await house.ask<{ people: number }>(`/api/v1/incidents/${encodeURIComponent(id)}/tell`, {
        method: 'POST',
        body: { from, to, title, body },
      })
      tell(streams, json, told, `${told.people} users are being told\n`)
    })

  step('note', 'write something down', 'notes')
  step('close', 'close it', 'close')
  step('reopen', 'go on with one that was closed', 'reopen')
  return command
}

function post(house: House, id: string, path: string, body: object): Promise<IncidentView> {
  return house.ask<IncidentView>(`/api/v1/incidents/${encodeURIComponent(id)}/${path}`, { method: 'POST', body })
}

function show(streams: Streams, json: boolean, incident: IncidentView): void {
  const clocks = incident.clocks.map((clock) => [clock.id, clock.dueAt, clock.metAt, clock.late ? 'late' : ''])
  const lines = incident.timeline.map((line) => [line.at, line.kind, line.by, line.note])
  const head = `${incident.id}: ${incident.kind}, ${incident.state}${incident.connector === null ? '' : `, ${printable(incident.connector)}`}\n${printable(incident.facts.nature)}\n`
  tell(streams, json, incident, `${head}\n${table(['DEADLINE', 'DUE', 'MET', ''], clocks)}\n${table(['AT', 'WHAT', 'BY', 'NOTE'], lines)}`)
}

/** @throws UsageError */
function factsOf(file: string | undefined, nature: string | undefined): unknown {
  if (file === undefined && nature === undefined) throw new UsageError('Say what happened: --nature or --facts.')
  if (file === undefined) return { nature }
  try {
    const facts = JSON.parse(readFileSync(file, 'utf8')) as object
    return nature === undefined ? facts : { ...facts, nature }
  } catch (error) {
    throw new UsageError(`The file with the facts cannot be used: ${(error as Error).message}`)
  }
}
