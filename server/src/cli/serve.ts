import { Command } from 'commander'
import { processStreams, type Streams } from './say.ts'
import { withPlace } from './settings-options.ts'

type ServeFlags = Readonly<Record<string, unknown>> & { readonly json?: boolean; readonly console: boolean }

/** `handfast serve`: everything in one process, until it is told to stop. */
export function serveCommand(streams: Streams = processStreams): Command {
  return withPlace(new Command('serve').description('run Handfast'))
    .option('--port <number>', 'port to listen on')
    .option('--host <address>', 'address to listen on; 0.0.0.0 for all of them')
    .option('--public-url <origin>', 'the one origin that people and assistants use')
    .option('--metrics-port <number>', 'port for /metrics')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent')
    .option('--no-console', 'do not build the console first, when running from the repository')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nAll settings, with their variables: handfast settings\n')
    .action(async ({ json = false, console, ...settings }: ServeFlags) => {
      const { serveUntilStopped } = await import('./serve-until-stopped.ts')
      await serveUntilStopped({ settings, json, console }, streams)
    })
}
