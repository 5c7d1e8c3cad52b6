import { Command } from 'commander'
import { processStreams, type Streams, tell } from './say.ts'
import { type PlaceFlags, settingsFlags, withPlace } from './settings-options.ts'

type ExplainFlags = PlaceFlags & {
  readonly resolve?: string
  readonly redirect?: readonly string[]
  readonly origin?: readonly string[]
  readonly json?: boolean
}

/** `handfast egress explain URL`: whether an address may be reached and by which rule, without dialling. Ends with 1 where it may not. */
export function egressCommand(streams: Streams = processStreams): Command {
  const command = new Command('egress').description('the one way out')
  withPlace(command.command('explain'))
    .description('say whether an address may be reached and by which rule, without dialling')
    .argument('<url>', 'the address')
    .option('--resolve <addresses>', 'stand in for the name server: addresses separated by commas')
    .option('--redirect <location>', 'the answer is a redirect to there; may be given several times, in order', collect)
    .option('--origin <origin>', 'a reviewed origin, which redirects may lead to; may be given several times', collect)
    .option('--json', 'print JSON')
    .action(async (url: string, { resolve, redirect, origin, json = false, ...flags }: ExplainFlags) => {
      const { openEgress } = await import('./open-egress.ts')
      const stub = resolve === undefined ? {} : { addresses: addressesIn(resolve) }
      await using egress = openEgress(settingsFlags(flags))
      const explained = await egress.explain(url, { ...stub, redirects: redirect ?? [], origins: origin ?? [] })
      const addresses = explained.addresses.length === 0 ? 'no address' : explained.addresses.join(', ')
      tell(streams, json, explained, `${explained.allowed ? 'allowed' : 'refused'} by ${explained.rule} (${addresses})\n`)
      process.exitCode = explained.allowed ? 0 : 1
    })
  return command
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** An empty list stands for a name without an address. */
function addressesIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
}
