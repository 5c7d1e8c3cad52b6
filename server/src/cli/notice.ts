import type {
  InboxNoticeView,
  NoticeAddresses,
  NoticeCounts,
  NoticeDeliveryView,
  NoticeDetail,
  NoticeDigest,
  NoticeTaskView,
  NoticeView,
} from '@handfast/contract'
import { Command, Option } from 'commander'
import { type Flags, queryOf, timeOf, whose } from './notice-asking.ts'
import { letterCommands } from './notice-letters.ts'
import { webhookCommands } from './notice-webhooks.ts'
import { openHouse } from './open-house.ts'
import { printable, processStreams, type Streams, table, tell } from './say.ts'
import { withPlace } from './settings-options.ts'

type ListFlags = Flags & { readonly unseen?: boolean; readonly kind?: string; readonly about?: string }
type SentFlags = ListFlags & { readonly to?: string }
type PostedFlags = Flags & { readonly address: string; readonly courier: string; readonly at: string; readonly tracking?: string }

/** `handfast notice …`: what people were told, what became of it, and what was written to the operator. */
export function noticeCommand(streams: Streams = processStreams): Command {
  const command = new Command('notice').description('what people were told, what became of it, and what was written to the operator')
  const sub = (name: string) => withPlace(command.command(name)).option('--json', 'print JSON')
  const own = (name: string) => sub(name).option('--for <email>', 'whose notices; without it the first operator')

  own('list')
    .description('list notices in an inbox, newest first')
    .option('--unseen', 'only what was not opened yet')
    .option('--kind <kind>', 'only this kind, such as lifecycle.suspended')
    .option('--about <id>', 'only about this id')
    .action(async ({ json = false, for: email, unseen = false, kind, about, ...flags }: ListFlags) => {
      await using house = await openHouse(flags)
      const as = await whose(house, email)
      const items = await house.all<InboxNoticeView>(`/api/v1/notices?${queryOf({ unseen: unseen ? 'true' : undefined, kind, subject: about })}`, as)
      const counts = await house.ask<NoticeCounts>('/api/v1/notices/counts', { as })
      const rows = items.map((one) => [one.id, one.at, one.kind, one.legal ? 'legal' : '-', one.acknowledgedAt ?? one.seenAt, one.title])
      tell(streams, json, { items, counts }, table(['ID', 'AT', 'KIND', 'LEGAL', 'READ', 'TITLE'], rows))
    })

  own('read')
    .description('read a notice, and mark it as seen')
    .argument('<id>')
    .option('--unmarked', 'leave it as it is')
    .action(async (id: string, { json = false, for: email, unmarked = false, ...flags }: Flags & { readonly unmarked?: boolean }) => {
      await using house = await openHouse(flags)
      const as = await whose(house, email)
      if (!unmarked) await house.ask(`/api/v1/notices/${encodeURIComponent(id)}/seen`, { method: 'POST', body: {}, as }).catch(() => {})
      const one = await house.ask<NoticeDetail>(`/api/v1/notices/${encodeURIComponent(id)}`, { as })
      const words = one.body.split('\n').map((line) => `${printable(line)}\n`)
      tell(streams, json, one, `${printable(one.title)}\n${one.at}  ${one.kind}  clause ${one.clause}\n\n${words.join('')}\n${deliveriesOf(one)}`)
    })

  for (const [name, path, description, done] of [
    ['seen', 'seen', 'mark a notice as seen', 'is seen'],
    ['acknowledge', 'acknowledge', 'say that a notice was received, which is no agreement with it', 'is acknowledged'],
  ] as const)
    own(name)
      .description(description)
      .argument('<id>')
      .action(async (id: string, { json = false, for: email, ...flags }: Flags) => {
        await using house = await openHouse(flags)
        await house.ask(`/api/v1/notices/${encodeURIComponent(id)}/${path}`, { method: 'POST', body: {}, as: await whose(house, email) })
        tell(streams, json, { id, [name]: true }, `${printable(id)} ${done}\n`)
      })

  own('mute')
    .description('switch mails about some kinds of notices off, or show which are; legal ones go out regardless')
    .argument('[kinds...]', 'all that are to be off')
    .option('--none', 'have mails about everything')
    .action(async (kinds: readonly string[], { json = false, for: email, none = false, ...flags }: Flags & { readonly none?: boolean }) => {
      await using house = await openHouse(flags)
      const as = await whose(house, email)
      const change = kinds.length > 0 || none
      const body = { muted: none ? [] : kinds }
      const { muted } = await house.ask<{ readonly muted: readonly string[] }>(
        '/api/v1/notices/preferences',
        change ? { method: 'PUT', body, as } : { as },
      )
      tell(streams, json, { muted }, muted.length === 0 ? 'no kind is off\n' : muted.map((kind) => `${printable(kind)}\n`).join(''))
    })

  sub('sent')
    .description('list every notice that was sent, newest first')
    .option('--kind <kind>', 'only this kind')
    .option('--about <id>', 'only about this id')
    .addOption(new Option('--to <whom>', 'only to these').choices(['user', 'developer', 'operator', 'outsider']))
    .action(async ({ json = false, kind, about, to, ...flags }: SentFlags) => {
      await using house = await openHouse(flags)
      const items = await house.all<NoticeView>(`/api/v1/notices/sent?${queryOf({ kind, subject: about, to })}`)
      const rows = items.map((one) => [one.id, one.at, one.to, one.kind, one.legal ? 'legal' : '-', one.title])
      tell(streams, json, { items }, table(['ID', 'AT', 'TO', 'KIND', 'LEGAL', 'TITLE'], rows))
    })

  sub('digest')
    .description('how far all notices about one thing got, in figures')
    .argument('<about>', 'the id that they are about')
    .action(async (about: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const digest = await house.ask<NoticeDigest>(`/api/v1/notices/digest?${queryOf({ subject: about })}`)
      const rows = digest.states.map(({ channel, state, count }) => [channel, state, count])
      tell(streams, json, digest, `served on ${digest.served} of ${digest.notices}\n${table(['CHANNEL', 'STATE', 'COUNT'], rows)}`)
    })

  sub('deliveries')
    .description('what became of a notice on every channel, and on which date it was served')
    .argument('<id>')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const one = await house.ask<NoticeDetail>(`/api/v1/notices/${encodeURIComponent(id)}`)
      tell(streams, json, { items: one.deliveries }, deliveriesOf(one))
    })

  sub('retry')
    .description('send an e-mail or a webhook once more, in the same words')
    .argument('<id>', 'of the notice')
    .argument('<delivery>', 'as `notice deliveries` says')
    .action(async (id: string, delivery: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/notices/${encodeURIComponent(id)}/deliveries/${encodeURIComponent(delivery)}/retry`, { method: 'POST', body: {} })
      tell(streams, json, { id, delivery, retried: true }, `${printable(delivery)} is sent again\n`)
    })

  sub('posted')
    .description('write down that a notice was posted; it is served on the date on which the courier got it')
    .argument('<id>')
    .requiredOption('--address <address>', 'the address on the envelope')
    .requiredOption('--courier <name>', 'who carries it')
    .requiredOption('--at <time>', 'when the courier got it, such as 2026-11-29T10:00:00Z')
    .option('--tracking <number>', 'the number by which the courier knows it')
    .action(async (id: string, { json = false, address, courier, at, tracking, ...flags }: PostedFlags) => {
      const body = { address, courier, handedAt: timeOf(at), ...(tracking === undefined ? {} : { tracking }) }
      await using house = await openHouse(flags)
      const posted = await house.ask<NoticeDeliveryView>(`/api/v1/notices/${encodeURIComponent(id)}/posted`, { method: 'POST', body })
      tell(streams, json, posted, `${printable(id)} was served by post on ${posted.servedAt}\n`)
    })

  sub('bounce')
    .description('hand in what a mail server reported about an e-mail')
    .argument('<file>', 'the whole message as it came; - for standard input')
    .action(async (file: string, { json = false, ...flags }: Flags) => {
      const { readFileSync } = await import('node:fs')
      const message = readFileSync(file === '-' ? 0 : file, 'latin1')
      await using house = await openHouse(flags)
      const taken = await house.ask<{ readonly delivery: string; readonly kind: string; readonly counted: boolean }>('/api/v1/notices/reports', {
        method: 'POST',
        body: { message },
      })
      tell(streams, json, taken, `${taken.delivery}: ${taken.kind}${taken.counted ? '' : ', which changed nothing'}\n`)
    })

  sub('tasks')
    .description('list legal notices that no address took; ends with 1 where there are any')
    .option('--all', 'also those that somebody saw to')
    .action(async ({ json = false, all = false, ...flags }: Flags & { readonly all?: boolean }) => {
      await using house = await openHouse(flags)
      const items = await house.all<NoticeTaskView>(`/api/v1/notices/tasks?open=${!all}`)
      const rows = items.map((one) => [one.id, one.notice.id, one.at, one.closedAt, one.notice.title])
      tell(streams, json, { items }, table(['TASK', 'NOTICE', 'SINCE', 'CLOSED', 'TITLE'], rows))
      process.exitCode = items.some((one) => one.closedAt === null) ? 1 : 0
    })

  sub('settle')
    .description('say how you saw to a legal notice that no address took')
    .argument('<task>')
    .requiredOption('--reason <text>', 'what you did')
    .action(async (task: string, { json = false, reason, ...flags }: Flags & { readonly reason: string }) => {
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/notices/tasks/${encodeURIComponent(task)}/close`, { method: 'POST', body: { reason } })
      tell(streams, json, { task, closed: true }, `${printable(task)} is closed\n`)
    })

  sub('addresses')
    .description('where notices to the operator go')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const found = await house.askOpenly<NoticeAddresses>('/api/v1/notices/addresses')
      tell(
        streams,
        json,
        found,
        Object.entries(found)
          .map(([name, value]) => `${name.padEnd(10)}${printable(value ?? '-')}\n`)
          .join(''),
      )
    })

  webhookCommands(command, streams)
  letterCommands(command, streams)
  return command
}

function deliveriesOf({ deliveries }: NoticeDetail): string {
  const rows = deliveries.map((one) => [one.id, one.channel, one.place, one.state, one.stateAt, one.servedAt, one.steps.at(-1)?.detail])
  return table(['DELIVERY', 'CHANNEL', 'PLACE', 'STATE', 'SINCE', 'SERVED', 'SAID'], rows)
}
