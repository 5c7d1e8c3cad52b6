import { Command } from 'commander'
import { processStreams, type Streams, table, tell } from './say.ts'

/** `handfast settings`: every setting, with its variable, its default and what it is for. */
export function settingsCommand(streams: Streams = processStreams): Command {
  return new Command('settings')
    .description('list all settings: variable, default, meaning')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { describeSettings } = await import('../config/index.ts')
      const settings = describeSettings()
      const rows = settings.map(({ name, variable, byDefault, description }) => [variable, name, shown(byDefault), description])
      tell(streams, json, { settings }, table(['VARIABLE', 'IN THE FILE', 'DEFAULT', 'MEANING'], rows))
    })
}

function shown(byDefault: unknown): string {
  if (byDefault === undefined || (Array.isArray(byDefault) && byDefault.length === 0)) return '-'
  return String(byDefault)
}
