import { Command, CommanderError } from 'commander'
import { version } from '../version.ts'
import { commands, type Listed } from './commands.ts'
import { complain, type ExitCode, processStreams, type Streams } from './say.ts'

/**
 * Runs one command line, and returns how it ended. Only the command that is asked for is loaded.
 * @param args without the program's own name
 */
export async function run(args: readonly string[], streams: Streams = processStreams): Promise<ExitCode> {
  const json = args.includes('--json')
  try {
    const program = await programFor(args, streams)
    await program.parseAsync([...args], { from: 'user' })
    return (process.exitCode ?? 0) as ExitCode
  } catch (error) {
    if (error instanceof CommanderError) return endOf(error, json, streams)
    return complain(streams, json, error)
  }
}

/** The whole tree, for the scripts that complete command lines. */
export async function wholeProgram(): Promise<Command> {
  return await build(() => true, processStreams)
}

function programFor(args: readonly string[], streams: Streams): Promise<Command> {
  const words = args.filter((word) => !word.startsWith('-'))
  const wanted = words[0] === 'help' ? words[1] : words[0]
  return build(({ name }) => name === wanted, streams)
}

async function build(isWanted: (listed: Listed) => boolean, streams: Streams): Promise<Command> {
  const program = new Command('handfast')
    .description('Connectors that keep their word.')
    .version(version)
    .showHelpAfterError('Run the same with --help to see what there is.')
    .helpCommand('help [command]', 'show what a command takes')
  for (const listed of commands) {
    const command = isWanted(listed) ? await listed.load() : new Command(listed.name)
    program.addCommand(command.summary(listed.summary).description(command.description() || listed.summary))
  }
  quieten(program, streams)
  return program
}

/** Commander throws instead of ending the process, and writes where everything else is written. */
function quieten(command: Command, streams: Streams): void {
  command.exitOverride().configureOutput({
    writeOut: streams.out,
    writeErr: streams.err,
    outputError: (text, write) => write(text.replace(/^error: /, 'handfast: ')),
  })
  for (const child of command.commands) {
    child.copyInheritedSettings(command)
    quieten(child, streams)
  }
}

/** Help and version are answers; everything else that commander throws is a wrong command line, about which it has spoken already. */
function endOf(error: CommanderError, json: boolean, streams: Streams): ExitCode {
  if (error.exitCode === 0) return 0
  if (json) streams.out(`${JSON.stringify({ error: { code: 'cli/usage', message: error.message.replace(/^error: /, ''), who: 'user' } })}\n`)
  return 2
}
