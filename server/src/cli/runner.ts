import { Command } from 'commander'
import { z } from 'zod'
import { environmentValue } from '../config/index.ts'
import { complain, jsonLine, printable, processStreams, type Streams, tell } from './say.ts'

type Flags = { readonly file?: string; readonly check?: boolean; readonly schema?: boolean; readonly json?: boolean }

/** `handfast runner -f runner.yaml`: stdio servers as connectors, in a process apart from the gateway. */
export function runnerCommand(streams: Streams = processStreams): Command {
  return new Command('runner')
    .description('run stdio MCP servers for a gateway, apart from it')
    .option('-f, --file <path>', 'what may be run', './runner.yaml')
    .option('--check', 'only say whether the file is good')
    .option('--schema', 'print the JSON Schema of the file')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Commands come from the file alone. There is no shell, the environment is what the file names, and each session is a process of its own.

  servers:
    files:
      command: npx
      args: [-y, "@modelcontextprotocol/server-filesystem", /srv/documents]
      read: [/srv/documents]

Then hand in a connector whose url is the address that this command prints; the gateway needs an internal rule for it:
  HANDFAST_ALLOW_INTERNAL=runner=127.0.0.1:4480
`,
    )
    .action(async ({ file = './runner.yaml', check = false, schema = false, json = false }: Flags) => {
      const { readRunnerFile, Runner, runnerFile } = await import('../runner/index.ts')
      if (schema) return streams.out(jsonLine(z.toJSONSchema(runnerFile, { io: 'input' })))
      try {
        const read = readRunnerFile(file)
        if (check) return tell(streams, json, { ok: true, servers: Object.keys(read.servers) }, `${file} is good.\n`)
        const runner = new Runner({ file: read, environment: environmentValue, log: (line) => streams.err(`${printable(line)}\n`) })
        const { url, addresses } = await runner.open()
        const told = { url, sandboxed: runner.sandboxed, keyFile: read.keyFile, servers: addresses }
        const lines = addresses.map(({ server, address, credential }) => `  ${server}  ${address}  (credential: ${credential})\n`).join('')
        const warning = runner.sandboxed ? '' : 'Without a sandbox: what runs here can do whatever this account can.\n'
        tell(streams, json, told, `Runner on ${url}\n${lines}The key lies in ${read.keyFile}.\n${warning}`)
        await new Promise<void>((stop) => {
          process.once('SIGINT', () => stop())
          process.once('SIGTERM', () => stop())
        })
        await runner.close()
      } catch (error) {
        process.exitCode = complain(streams, json, error)
      }
    })
}
