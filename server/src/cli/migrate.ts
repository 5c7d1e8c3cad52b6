import { Command } from 'commander'
import { processStreams, type Streams, tell } from './say.ts'
import { type PlaceFlags, settingsFlags, withPlace } from './settings-options.ts'

type MigrateFlags = PlaceFlags & { readonly json?: boolean }

/** `handfast migrate`: brings the database to the schema of this release. `serve` does the same at its start. */
export function migrateCommand(streams: Streams = processStreams): Command {
  return withPlace(new Command('migrate'))
    .description('bring the database to the schema of this release')
    .option('--json', 'print JSON')
    .action(async ({ json = false, ...flags }: MigrateFlags) => {
      const [{ loadSettings, prepareDataFolder }, { placeOf }, { migrate }] = await Promise.all([
        import('../config/index.ts'),
        import('../app.ts'),
        import('../storage/index.ts'),
      ])
      const settings = loadSettings(settingsFlags(flags))
      prepareDataFolder(settings.data)
      const applied = await migrate(placeOf(settings))
      tell(streams, json, { applied }, applied.length === 0 ? 'The database is up to date.\n' : applied.map((name) => `applied  ${name}\n`).join(''))
    })
}
