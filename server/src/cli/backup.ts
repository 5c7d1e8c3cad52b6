import { Command } from 'commander'
import { printable, processStreams, type Streams, tell } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean }

/** `handfast backup FILE|DIR`: a copy of everything, also while a server is at work. */
export function backupCommand(streams: Streams = processStreams): Command {
  return withPlace(new Command('backup'))
    .description('copy the whole database into a file, also while a server is at work; the master key is not in it')
    .argument('<place>', 'a new file, compressed where its name ends in .gz; or a folder, for a file named after the time')
    .option('--json', 'print JSON')
    .action(async (place: string, { json = false, ...flags }: Flags) => {
      const { backUp } = await import('./back-up.ts')
      const made = await backUp(place, flags)
      const text = `${made.bytes} bytes in ${printable(made.file)}
The master key is not in it, and without it what is sealed cannot be read: keep a copy of ${made.masterKey} somewhere else.\n`
      tell(streams, json, made, text)
    })
}

/** `handfast restore FILE`: takes a copy into an empty database of either kind. */
export function restoreCommand(streams: Streams = processStreams): Command {
  return withPlace(new Command('restore'))
    .description('take a copy into an empty database, SQLite or PostgreSQL, whichever it came from')
    .argument('<file>', 'what `handfast backup` made')
    .option('--destroy-existing-data', 'restore over data that is there, which is then gone')
    .option('--json', 'print JSON')
    .action(async (file: string, { json = false, destroyExistingData = false, ...flags }: Flags & { readonly destroyExistingData?: boolean }) => {
      const { restore } = await import('./back-up.ts')
      const restored = await restore(file, flags, destroyExistingData)
      const key = restored.masterKeyThere
        ? `Make sure that ${restored.masterKey} is the master key of that time; without it what is sealed cannot be read.`
        : `Now put the master key of that time at ${restored.masterKey} before starting; without it what is sealed cannot be read.`
      tell(streams, json, restored, `${restored.rows} rows in ${restored.tables} tables, as of ${restored.at}\n${key}\n`)
    })
}
