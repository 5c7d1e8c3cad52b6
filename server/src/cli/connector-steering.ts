import { type ConnectorSummary, groundOf, grounds, isGround } from '@handfast/contract'
import type { Command } from 'commander'
import { openHouse } from './open-house.ts'
import { printable, type Streams, table, tell, UsageError } from './say.ts'
import type { PlaceFlags } from './settings-options.ts'

export type SubCommand = (name: string) => Command
type Flags = PlaceFlags & { readonly json?: boolean; readonly as?: string }
type Steer = Flags & {
  readonly reason: string
  readonly ground?: string
  readonly until?: string
  readonly withheldUntil?: string
  readonly tool?: string
}

const verbs = [
  ['suspend', 'stop all calls to a connector, at once', ['until', 'withheld']],
  ['reinstate', 'allow calls to a suspended connector again', []],
  ['pause', 'pause a connector, or one of its tools', ['until', 'tool']],
  ['resume', 'lift a pause', ['tool']],
  ['refuse-listing', 'keep new people from finding a connector', ['withheld']],
  ['allow-listing', 'let new people find a connector again', []],
  ['remove', 'remove a connector for good; the agreement about it goes on until it is ended', ['withheld']],
] as const

/** `handfast connector suspend|reinstate|pause|…`: decisions about what may be called and found. */
export function steeringCommands(sub: SubCommand, streams: Streams): void {
  for (const [verb, description, options] of verbs) {
    const command = reasoned(sub(verb)).description(description).argument('<connector>', 'short name')
    for (const option of options as readonly ('until' | 'tool' | 'withheld')[]) addOption(command, option)
    command.action(async (slug: string, { json = false, as, reason, ground, until, withheldUntil, tool, ...flags }: Steer) => {
      const body = { reason, ...codeOf(ground), ...given({ until, withheldUntil, tool }) }
      await using house = await openHouse(flags)
      const changed = await house.ask<ConnectorSummary>(`/api/v1/connectors/${encodeURIComponent(slug)}/${verb}`, {
        method: 'POST',
        body,
        ...(as === undefined ? {} : { as: await house.user(as) }),
      })
      const what = tool === undefined ? changed.slug : `${tool} of ${changed.slug}`
      tell(streams, json, changed, `${verb}: ${printable(what)}; the connector is ${changed.status}${changed.listed ? '' : ', not listed'}\n`)
    })
  }

  sub('grounds')
    .description('list the grounds that a decision can have')
    .action(({ json = false }: Flags) => {
      const items = Object.keys(grounds)
        .filter(isGround)
        .map((code) => ({ code, ...groundOf(code) }))
      const rows = items.map(({ code, by, clause, endsAtOnce, says }) => [code, by.join(', '), clause, endsAtOnce ? 'yes' : '-', says])
      tell(streams, json, { items }, table(['GROUND', 'BY', 'CLAUSE', 'ENDS AT ONCE', 'BECAUSE'], rows))
    })
}

/** What every decision needs. */
export function reasoned(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'what happened, in words; users and the developer read it')
    .option('--ground <code>', 'why, as a code: handfast connector grounds')
}

function addOption(command: Command, option: 'until' | 'tool' | 'withheld'): void {
  if (option === 'until') command.option('--until <time>', 'when it ends by itself, such as 2026-12-24T08:00:00Z')
  if (option === 'tool') command.option('--tool <name>', 'this tool only')
  if (option === 'withheld') command.option('--withheld-until <time>', 'a law forbids telling why (ground "law"): when that is looked at again')
}

/** @throws UsageError */
export function codeOf(ground: string | undefined): { readonly ground?: string } {
  if (ground === undefined) return {}
  if (!isGround(ground)) throw new UsageError(`There is no ground "${ground}". See: handfast connector grounds`)
  return { ground }
}

/** Only what was given. @throws UsageError for a time that cannot be read */
export function given(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, name === 'tool' ? value : timeIn(value)]])),
  )
}

function timeIn(text: string): string {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new UsageError(`"${text}" is not a time. Write it like 2026-12-24T08:00:00Z.`)
  return new Date(at).toISOString()
}
