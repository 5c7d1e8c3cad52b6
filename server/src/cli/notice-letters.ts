import type { LetterDetail, LetterView, ReceivedLetter } from '@handfast/contract'
import { type Command, Option } from 'commander'
import { type Flags, queryOf, timeOf } from './notice-asking.ts'
import { openHouse } from './open-house.ts'
import { printable, type Streams, table, tell, UsageError } from './say.ts'
import { withPlace } from './settings-options.ts'

type ListFlags = Flags & { readonly state?: string }
type WriteFlags = Flags & { readonly subject: string; readonly file: string; readonly developer?: string }
type RecordFlags = WriteFlags & { readonly channel: string; readonly name: string; readonly address?: string; readonly at: string }
type ChangeFlags = Flags & { readonly to?: string; readonly close?: boolean }

/** `handfast notice inbox …`: notices to the operator. */
export function letterCommands(parent: Command, streams: Streams): void {
  const command = parent.command('inbox').description('notices to the operator')
  const sub = (name: string) => withPlace(command.command(name)).option('--json', 'print JSON')
  const words = (name: string) =>
    sub(name).requiredOption('--subject <text>', 'in one line').requiredOption('--file <file>', 'file with its words; - for standard input')

  sub('list')
    .description('list notices to the operator, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['open', 'in hand', 'answered', 'closed']))
    .action(async ({ json = false, state, ...flags }: ListFlags) => {
      await using house = await openHouse(flags)
      const items = await house.all<LetterView>(`/api/v1/letters?${queryOf({ state })}`)
      const rows = items.map((one) => [one.id, one.receivedAt, one.channel, one.from.name, one.state, one.assignedTo, one.subject])
      tell(streams, json, { items }, table(['ID', 'RECEIVED', 'BY', 'FROM', 'STATE', 'WITH', 'SUBJECT'], rows))
    })

  sub('read')
    .description('read a notice to the operator, with the answers')
    .argument('<id>')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const one = await house.ask<LetterDetail>(`/api/v1/letters/${encodeURIComponent(id)}`)
      tell(
        streams,
        json,
        one,
        `${printable(one.subject)}\nfrom ${printable(one.from.name)}, received ${one.receivedAt}, ${one.state}\n\n${bodyOf(one)}`,
      )
    })

  words('write')
    .description('write to the operator')
    .option('--for <email>', 'who writes; without it the first operator')
    .option('--developer <id>', 'the organisation for which they write')
    .action(async ({ json = false, for: email, subject, file, developer, ...flags }: WriteFlags) => {
      const body = { subject, body: await textOf(file), ...(developer === undefined ? {} : { developer }) }
      await using house = await openHouse(flags)
      const as = email === undefined ? await house.operator() : await house.user(email)
      said(streams, json, await house.ask<ReceivedLetter>('/api/v1/letters', { method: 'POST', body, as }))
    })

  words('record')
    .description('write down a notice that came by post or e-mail')
    .addOption(new Option('--channel <channel>', 'how it came').choices(['post', 'e-mail']).makeOptionMandatory())
    .requiredOption('--name <name>', 'who wrote it')
    .requiredOption('--at <time>', 'when it arrived, such as 2026-11-29T10:00:00Z')
    .option('--address <address>', 'of whoever wrote it')
    .action(async ({ json = false, subject, file, channel, name, address, at, ...flags }: RecordFlags) => {
      const given = { subject, body: await textOf(file), channel, name, receivedAt: timeOf(at) }
      await using house = await openHouse(flags)
      const body = { ...given, ...(address === undefined ? {} : { address }) }
      said(streams, json, await house.ask<ReceivedLetter>('/api/v1/letters/recorded', { method: 'POST', body }))
    })

  sub('take')
    .description('take a notice to the operator in hand, give it to somebody, or close it')
    .argument('<id>')
    .option('--to <email>', 'who looks after it; without it the first operator')
    .option('--close', 'close it')
    .action(async (id: string, { json = false, to, close = false, ...flags }: ChangeFlags) => {
      await using house = await openHouse(flags)
      const assignedTo = to === undefined ? await house.operator() : await house.user(to)
      const body = close ? { state: 'closed' } : { state: 'in hand', assignedTo }
      const changed = await house.ask<LetterDetail>(`/api/v1/letters/${encodeURIComponent(id)}`, { method: 'PATCH', body })
      tell(streams, json, changed, `${printable(id)} is ${changed.state}\n`)
    })

  sub('answer')
    .description('answer whoever wrote')
    .argument('<id>')
    .requiredOption('--file <file>', 'file with the answer; - for standard input')
    .action(async (id: string, { json = false, file, ...flags }: Flags & { readonly file: string }) => {
      const text = await textOf(file)
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/letters/${encodeURIComponent(id)}/answer`, { method: 'POST', body: { text } })
      tell(streams, json, { id, answered: true }, `${printable(id)} is answered\n`)
    })
}

function said(streams: Streams, json: boolean, received: ReceivedLetter): void {
  tell(streams, json, received, `${received.id} was received at ${received.receivedAt}\n`)
}

function bodyOf({ body, answers }: LetterDetail): string {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => `${printable(line)}\n`)
      .join('')
  return [lines(body), ...answers.map(({ text, at }) => `--- answered ${at}\n${lines(text)}`)].join('\n')
}

async function textOf(file: string): Promise<string> {
  const { readFileSync } = await import('node:fs')
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch {
    throw new UsageError(`${file} cannot be read.`)
  }
}
