import { randomBytes } from 'node:crypto'
import type { MasterKeyView } from '@handfast/contract'
import { Command } from 'commander'
import { openHouse } from './open-house.ts'
import { processStreams, type Streams, table, tell } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean }
type Listed = { readonly items: readonly MasterKeyView[]; readonly trouble: string | null }

/** `handfast key …`: the keys that seal everything else. */
export function keyCommand(streams: Streams = processStreams): Command {
  const command = new Command('key').description('the master keys that seal everything else')
  const sub = (name: string) => withPlace(command.command(name)).option('--json', 'print JSON')

  sub('list')
    .description('list the master keys, what each still seals, and which node lacks one; ends with 1 where something is in the way')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const listed = await house.ask<Listed>('/api/v1/keys')
      const rows = listed.items.map((key) => [key.id, key.state, key.source, key.records, key.createdAt, key.lackedBy.join(' ') || null])
      const trouble = listed.trouble === null ? '' : `Attention: ${listed.trouble}\n`
      tell(streams, json, listed, `${table(['ID', 'STATE', 'FROM', 'SEALS', 'SINCE', 'LACKED BY'], rows)}${trouble}${advice(listed.items)}`)
      process.exitCode = listed.trouble === null && listed.items.every(({ state }) => state !== 'waiting') ? 0 : 1
    })

  sub('rotate')
    .description('make a new master key and wrap everything anew, while calls go on')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const made = await house.ask<MasterKeyView>('/api/v1/keys/rotations', { method: 'POST', body: {} })
      const next =
        made.state === 'waiting'
          ? `It becomes the current one when these nodes have it: ${made.lackedBy.join(', ')}. Bring the key file to them.\n`
          : 'It is the current one. "handfast key list" says when the old one may be removed.\n'
      tell(streams, json, made, `Master key ${made.id}. Back it up now, apart from the database. ${next}`)
    })

  sub('forget')
    .description('take a master key that waits, or that nothing needs any more, out of the list')
    .argument('<id>', 'id of the key, as `key list` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' })
      tell(streams, json, { id, forgotten: true }, `${id} is forgotten\n`)
    })

  command
    .command('new')
    .description('print a new master key, to be put first by hand; nothing is changed')
    .action(() => streams.out(`${randomBytes(32).toString('base64')}\n`))
  return command
}

function advice(keys: readonly MasterKeyView[]): string {
  return keys
    .filter(({ state }) => state === 'removable')
    .map(
      ({ id, source }) =>
        `Nothing needs ${id} any more: ${source === 'transit' ? `run handfast key forget ${id}` : `take it out of the ${source}`}.\n`,
    )
    .join('')
}
