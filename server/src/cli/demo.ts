import { Command, Option } from 'commander'
import { processStreams, type Streams } from './say.ts'

export type DemoFlags = {
  readonly once?: boolean
  readonly json?: boolean
  readonly port?: string
  readonly data?: string
  readonly console: boolean
  readonly story?: string
}

/**
 * `handfast demo`: one booking from beginning to end, or the whole life of a connector, on real processes and a real database; then it stays up to be
 * looked at.
 */
export function demoCommand(streams: Streams = processStreams): Command {
  return new Command('demo')
    .description('watch a governed booking from beginning to end, then look around')
    .option('--once', 'end when the story has been told, and say by the exit code whether all of it came true')
    .option('--port <number>', 'port to listen on (default: 4400; with --once any free one)')
    .addOption(
      new Option('--story <name>', 'booking: one booking; contract: the whole life of a connector, on a clock that is moved')
        .choices(['booking', 'contract'])
        .default('booking'),
    )
    .option('--data <folder>', 'folder for all data, empty or new (default: a temporary one, deleted at the end)')
    .option('--no-console', 'do not build the console first')
    .option('--json', 'print JSON')
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await import('./demo/run-demo.ts')
      process.exitCode = await runDemo(flags, streams)
    })
}
