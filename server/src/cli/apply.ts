import { Command } from 'commander'
import { complain, describeError, jsonLine, printable, processStreams, type Streams, tell, UsageError } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type ApplyFlags = PlaceFlags & { readonly file?: string; readonly dryRun?: boolean; readonly schema?: boolean; readonly json?: boolean }

/** `handfast apply -f platform.yaml`: makes it so. Doing it again changes nothing. */
export function applyCommand(streams: Streams = processStreams): Command {
  return withPlace(new Command('apply'))
    .description('bring this Handfast to what a platform file declares: operator, users, assistants, developer, connectors, workspaces')
    .option('-f, --file <file>', 'the platform file, YAML')
    .option('--dry-run', 'only say what would change')
    .option('--schema', 'print the JSON Schema of platform files')
    .option('--json', 'print JSON')
    .action(async ({ file, dryRun = false, schema = false, json = false, ...flags }: ApplyFlags) => {
      if (schema) return streams.out(jsonLine(await schemaOfPlatformFile()))
      if (file === undefined) throw new UsageError('Name the platform file with -f. `handfast apply --schema` says what may stand in it.')
      const { applyPlatform, HalfAppliedError } = await import('./apply-platform.ts')
      try {
        const applied = await applyPlatform(file, flags, dryRun)
        tell(streams, json, applied, textOf(applied))
      } catch (error) {
        if (!(error instanceof HalfAppliedError)) throw error
        if (json) streams.out(jsonLine({ ...error.done, error: describeError(error.cause) }))
        else if (error.done.changes.length > 0) streams.out(textOf(error.done))
        process.exitCode = complain(streams, false, error.cause)
      }
    })
}

async function schemaOfPlatformFile(): Promise<unknown> {
  const [{ platformFile }, { z }] = await Promise.all([import('./platform-file.ts'), import('zod')])
  return z.toJSONSchema(platformFile, { io: 'input', unrepresentable: 'any' })
}

type Applied = Awaited<ReturnType<typeof import('./apply-platform.ts')['applyPlatform']>>

function textOf({ changes, applied, links, tokens, registrations }: Applied): string {
  if (changes.length === 0) return 'Everything is as the file declares it.\n'
  const lines = changes.map((change) => `${applied ? 'done' : 'would'}  ${printable(change)}\n`)
  const shown = [
    ...links.map(({ email, link }) => `One-time link for ${printable(email)}: ${link}\n`),
    ...tokens.map(
      ({ assistant, token, file }) => `Access token for ${printable(assistant)}${file === undefined ? `: ${token}` : ` is in ${printable(file)}`}\n`,
    ),
    ...registrations.map(({ assistant, clientId, secret, file }) => {
      const kept = file === undefined ? (secret === undefined ? '' : `, secret ${secret}`) : `, secret in ${printable(file)}`
      return `Client id of ${printable(assistant)}: ${printable(clientId)}${kept}\n`
    }),
  ]
  return `${lines.join('')}${shown.length === 0 ? '' : `\nShown once, here:\n${shown.join('')}`}`
}
