import { Command } from 'commander'
import { processStreams, type Streams } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

export type TryFlags = PlaceFlags & {
  readonly server?: string
  readonly slug?: string
  readonly key?: string
  readonly keyEnv?: string
  readonly tool?: string
  readonly args?: string
  readonly port?: string
  readonly country?: string
  readonly yes?: boolean
  readonly once?: boolean
  readonly json?: boolean
}

/** `handfast try …`: from an API of one's own to a first governed call. */
export function tryCommand(streams: Streams = processStreams): Command {
  return withPlace(new Command('try').description('put an API or an MCP server behind Handfast, and make a first governed call'))
    .argument('<source>', 'an OpenAPI document (file or URL) or the URL of an MCP server')
    .option('--server <url>', 'base address of the API, where the document does not say it or says another')
    .option('--slug <name>', 'short name of the connector; without it, made from its title')
    .option('--key <key>', 'the key that the API asks for; others on this machine can see it in the list of processes')
    .option('--key-env <variable>', 'variable that holds the key')
    .option('--tool <name>', 'the tool to call first, by the name that the connector gives it')
    .option('--args <json>', 'its arguments, as a JSON object')
    .option('--country <code>', 'where you are established, two capital letters; the terms ask for it')
    .option('--port <number>', 'port to serve on, where no Handfast serves this data folder yet')
    .option('--yes', 'go on without asking: accept the terms, review your own release, agree to its notice, approve the call you named')
    .option('--once', 'end after the call instead of serving on')
    .option('--json', 'print JSON')
    .action(async (source: string, flags: TryFlags) => {
      const { runTry } = await import('./try/run-try.ts')
      process.exitCode = await runTry(source, flags, streams)
    })
}
