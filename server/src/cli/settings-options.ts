import { type Command, Option } from 'commander'

/** Flags that say which installation is meant. Without them: the environment, the file of `--config`, the defaults. */
export type PlaceFlags = {
  readonly config?: string
  readonly data?: string
  readonly databaseUrl?: string
}

export function withPlace(command: Command): Command {
  return command
    .addOption(new Option('--data <folder>', 'folder for the database and the keys'))
    .addOption(new Option('--database-url <url>', 'PostgreSQL to use instead of the SQLite file'))
    .addOption(new Option('--config <file>', 'YAML file with settings'))
}

export type PersonFlags = PlaceFlags & { readonly as?: string; readonly json?: boolean }

/** The same, with whose name it is done in and how it is answered. */
export function withPerson(command: Command): Command {
  return withPlace(command).option('--as <email>', 'in whose name; without it the first operator').option('--json', 'print JSON')
}

/** What `loadSettings` takes as flags, out of everything that a command was given. */
export function settingsFlags({ config, data, databaseUrl }: PlaceFlags): Readonly<Record<string, unknown>> {
  return { config, data, databaseUrl }
}
