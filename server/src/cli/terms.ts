import { Command } from 'commander'
import { processStreams, type Streams } from './say.ts'
import { agreementCommands } from './terms-agreements.ts'
import { changeCommand } from './terms-change.ts'
import { documentCommands } from './terms-documents.ts'
import { packCommands } from './terms-pack.ts'

/** `handfast terms …`: the agreement with developers, and what keeps it. */
export function termsCommand(streams: Streams = processStreams): Command {
  const command = new Command('terms').description('the terms for connectors: documents, changes, and what keeps them')
  documentCommands(command, streams)
  changeCommand(command, streams)
  agreementCommands(command, streams)
  packCommands(command, streams)
  return command
}
