import type { FeedbackView } from '@handfast/contract'
import { Command, Option } from 'commander'
import { openHouse } from './open-house.ts'
import { printable, processStreams, type Streams, table, tell } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean }
type GiveFlags = Flags & { readonly connector?: string; readonly developer?: string; readonly free?: boolean }

/** `handfast feedback …`: what people think of it, and what they were answered. */
export function feedbackCommand(streams: Streams = processStreams): Command {
  const command = new Command('feedback').description('what people think of it, and what they were answered')
  const sub = (name: string, description: string) => withPlace(command.command(name)).description(description).option('--json', 'print JSON')

  sub('list', 'list feedback, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['new', 'seen', 'answered', 'closed']))
    .action(async ({ json = false, state, ...flags }: Flags & { readonly state?: string }) => {
      await using house = await openHouse(flags)
      const items = await house.all<FeedbackView>(state === undefined ? '/api/v1/feedback' : `/api/v1/feedback?state=${state}`)
      const rows = items.map((one) => [one.id, one.from, one.state, one.freelyUsable ? 'free' : '', one.text])
      tell(streams, json, { items }, table(['ID', 'FROM', 'STATE', 'USE', 'TEXT'], rows))
    })

  sub('give', 'tell the operator what you think')
    .argument('<text>', 'in your words')
    .option('--connector <connector>', 'which one it is about')
    .option('--developer <id>', 'in whose name, where it is that of an organisation')
    .option('--free', 'it may be used freely')
    .action(async (text: string, { json = false, connector, developer, free = false, ...flags }: GiveFlags) => {
      const body = { text, freelyUsable: free, ...(connector === undefined ? {} : { connector }), ...(developer === undefined ? {} : { developer }) }
      await using house = await openHouse(flags)
      const given = await house.ask<FeedbackView>('/api/v1/feedback', { method: 'POST', body })
      tell(streams, json, given, `${given.id}\n`)
    })

  sub('answer', 'answer it')
    .argument('<id>', 'as `feedback list` says')
    .argument('<answer>', 'in your words')
    .action(async (id: string, answer: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const said = await house.ask<FeedbackView>(`/api/v1/feedback/${encodeURIComponent(id)}/answer`, { method: 'POST', body: { answer } })
      tell(streams, json, said, `${printable(said.id)} is answered\n`)
    })
  return command
}
