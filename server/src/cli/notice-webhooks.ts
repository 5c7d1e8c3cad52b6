import type { MadeWebhookView, RotatedWebhook, WebhookView } from '@handfast/contract'
import type { Command } from 'commander'
import { type Flags, queryOf } from './notice-asking.ts'
import { openHouse } from './open-house.ts'
import { printable, type Streams, table, tell } from './say.ts'
import { withPlace } from './settings-options.ts'

type OfFlags = Flags & { readonly developer?: string }

/** `handfast notice webhook …`: programs that are told of notices. */
export function webhookCommands(parent: Command, streams: Streams): void {
  const command = parent.command('webhook').description('programs that are told of notices, signed as Standard Webhooks says')
  const sub = (name: string) =>
    withPlace(command.command(name)).option('--json', 'print JSON').option('--for <email>', 'in whose name; without it the first operator')
  const asking = async ({ for: email, ...flags }: Flags) => {
    const house = await openHouse(flags)
    return { house, as: email === undefined ? await house.operator() : await house.user(email) }
  }

  sub('list')
    .description('list webhooks')
    .option('--developer <id>', "of this organisation; without it, the operator's")
    .action(async ({ json = false, developer, ...flags }: OfFlags) => {
      const { house, as } = await asking(flags)
      await using _ = house
      const { items } = await house.ask<{ readonly items: readonly WebhookView[] }>(`/api/v1/webhooks?${queryOf({ developer })}`, { as })
      const rows = items.map((one) => [one.id, one.url, one.kinds.join(' ') || 'all', one.stoppedAt, one.stoppedBecause])
      tell(streams, json, { items }, table(['ID', 'ADDRESS', 'KINDS', 'STOPPED', 'BECAUSE'], rows))
    })

  sub('add')
    .description('have a program told of notices; prints its secret, once')
    .argument('<url>')
    .argument('[kinds...]', 'only these; without any, all')
    .option('--developer <id>', "the organisation whose notices it is told; without it, the operator's")
    .action(async (url: string, kinds: readonly string[], { json = false, developer, ...flags }: OfFlags) => {
      const { house, as } = await asking(flags)
      await using _ = house
      const body = { url, kinds, ...(developer === undefined ? {} : { developer }) }
      const made = await house.ask<MadeWebhookView>('/api/v1/webhooks', { method: 'POST', body, as })
      tell(streams, json, made, `${made.id} is told; its secret, shown once:\n${made.secret}\n`)
    })

  sub('rotate')
    .description('replace the secret of a webhook; the one before signs beside it for a day')
    .argument('<id>')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      const { house, as } = await asking(flags)
      await using _ = house
      const made = await house.ask<RotatedWebhook>(`/api/v1/webhooks/${encodeURIComponent(id)}/rotate`, { method: 'POST', body: {}, as })
      tell(streams, json, made, `the secret before signs until ${made.previousUntil}; the new one, shown once:\n${made.secret}\n`)
    })

  for (const [verb, done] of [
    ['stop', 'is told nothing any more'],
    ['start', 'is told again'],
  ] as const)
    sub(verb)
      .description(verb === 'stop' ? 'tell a webhook nothing any more' : 'tell a webhook again')
      .argument('<id>')
      .action(async (id: string, { json = false, ...flags }: Flags) => {
        const { house, as } = await asking(flags)
        await using _ = house
        const changed = await house.ask<WebhookView>(`/api/v1/webhooks/${encodeURIComponent(id)}/${verb}`, { method: 'POST', body: {}, as })
        tell(streams, json, changed, `${printable(id)} ${done}\n`)
      })

  sub('remove')
    .description('take a webhook away, and destroy its secrets')
    .argument('<id>')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      const { house, as } = await asking(flags)
      await using _ = house
      await house.ask(`/api/v1/webhooks/${encodeURIComponent(id)}`, { method: 'DELETE', as })
      tell(streams, json, { id, removed: true }, `${printable(id)} is gone\n`)
    })
}
