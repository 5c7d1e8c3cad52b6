import type { TransferView } from '@handfast/contract'
import type { Command } from 'commander'
import { openHouse, organisation } from './open-house.ts'
import { printable, type Streams, table, tell } from './say.ts'
import { type PersonFlags, withPerson } from './settings-options.ts'

type Flags = PersonFlags
type AskFlags = Flags & { readonly reason: string; readonly to: string }

/** `handfast developer transfer …`: connectors that change hands, and organisations that come under other control. */
export function developerTransfers(parent: Command, streams: Streams): void {
  const transfer = parent.command('transfer').description('connectors that change hands, with the approval of the operator')
  const sub = (name: string) => withPerson(transfer.command(name))
  const told = (json: boolean, one: TransferView) => tell(streams, json, one, `${one.id} is ${one.state}\n`)

  sub('list')
    .description('list transfers')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const { items } = await house.ask<{ readonly items: readonly TransferView[] }>('/api/v1/transfers')
      const rows = items.map((one) => [one.id, one.state, one.connector ?? 'control', one.from, one.to ?? one.newControl, one.expiresAt])
      tell(streams, json, { items }, table(['ID', 'STATE', 'WHAT', 'FROM', 'TO', 'UNTIL'], rows))
    })

  sub('ask')
    .description('ask for your connector to go to another organisation')
    .argument('<connector>', 'short name')
    .requiredOption('--to <organisation>', 'id of whoever takes it')
    .requiredOption('--reason <text>', 'why')
    .action(async (slug: string, { json = false, to, reason, ...flags }: AskFlags) => {
      await using house = await openHouse(flags)
      const body = { to: await organisation(house, to), reason }
      told(json, await house.ask(`/api/v1/connectors/${encodeURIComponent(slug)}/transfer`, { method: 'POST', body }))
    })

  sub('control')
    .description('say that your organisation comes under the control of somebody else')
    .argument('<organisation>', 'its id or name')
    .requiredOption('--to <text>', 'who controls it from then on')
    .requiredOption('--reason <text>', 'why')
    .action(async (which: string, { json = false, to, reason, ...flags }: AskFlags) => {
      await using house = await openHouse(flags)
      const path = `/api/v1/developers/${await organisation(house, which)}/control` as const
      told(json, await house.ask(path, { method: 'POST', body: { newControl: to, reason } }))
    })

  sub('accept')
    .description('take what is offered to your organisation, after it accepted the terms')
    .argument('<transfer>', 'as `transfer list` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      told(json, await house.ask(`/api/v1/transfers/${encodeURIComponent(id)}/accept`, { method: 'POST', body: {} }))
    })

  for (const [verb, approve] of [
    ['approve', true],
    ['refuse', false],
  ] as const)
    sub(verb)
      .description(`${verb} a transfer, in writing`)
      .argument('<transfer>', 'as `transfer list` says')
      .requiredOption('--writing <text>', 'what both sides read')
      .action(async (id: string, { json = false, writing, ...flags }: Flags & { readonly writing: string }) => {
        await using house = await openHouse(flags)
        const path = `/api/v1/transfers/${encodeURIComponent(id)}/decision` as const
        told(json, await house.ask(path, { method: 'POST', body: { approve, writing } }))
      })

  sub('end')
    .description('take back a transfer, or turn it down')
    .argument('<transfer>', 'as `transfer list` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/transfers/${encodeURIComponent(id)}`, { method: 'DELETE' })
      tell(streams, json, { transfer: id, ended: true }, `${printable(id)} is over\n`)
    })
}
