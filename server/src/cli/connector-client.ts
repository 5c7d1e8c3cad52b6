import type { OAuthClientOf, OAuthClientState } from '@handfast/contract'
import type { Command } from 'commander'
import { printable, type Streams, tell, UsageError } from './say.ts'
import type { PlaceFlags } from './settings-options.ts'

type ClientFlags = PlaceFlags & {
  readonly json?: boolean
  readonly id?: string
  readonly secretEnv?: string
  readonly secretFile?: string
  readonly remove?: boolean
}

/** `handfast connector client`: who this installation is at a connector's authorization server, where that takes no newcomers by itself. */
export function connectorClient(command: Command, streams: Streams): void {
  command
    .description("show, give or remove the OAuth client that was registered by hand at a connector's provider")
    .argument('<connector>', 'short name')
    .option('--id <client id>', 'client id that the provider gave')
    .option('--secret-env <variable>', 'variable that holds the client secret')
    .option('--secret-file <file>', 'file that holds the client secret')
    .option('--remove', 'destroy what was given; accounts linked with it have to be linked anew')
    .action(async (slug: string, flags: ClientFlags) => {
      const { json = false, id, secretEnv, secretFile, remove = false, ...place } = flags
      if (remove && id !== undefined) throw new UsageError('Say either --id or --remove.')
      if (id === undefined && (secretEnv !== undefined || secretFile !== undefined))
        throw new UsageError('A secret belongs to a client: say --id too.')
      if (secretEnv !== undefined && secretFile !== undefined) throw new UsageError('Say where the secret is once: --secret-env or --secret-file.')
      const { House } = await import('./house.ts')
      await using house = await House.open(place)
      const path = `/api/v1/connectors/${encodeURIComponent(slug)}/oauth-client` as const
      if (remove) {
        await house.ask<void>(path, { method: 'DELETE' })
        return tell(streams, json, { connector: slug, removed: true }, `the client for ${printable(slug)} is destroyed\n`)
      }
      if (id === undefined) {
        const found = await house.ask<OAuthClientOf>(path)
        return tell(streams, json, found, shown(slug, found))
      }
      const secret = await secretFrom(secretEnv, secretFile)
      const given = await house.ask<OAuthClientState>(path, { method: 'PUT', body: { clientId: id, ...(secret === undefined ? {} : { secret }) } })
      tell(streams, json, given, `kept for ${printable(given.issuer)}; register this address there: ${given.redirectUri}\n`)
    })
}

async function secretFrom(env: string | undefined, file: string | undefined): Promise<string | undefined> {
  if (env === undefined && file === undefined) return undefined
  const { readSecret } = await import('./read-secret.ts')
  return readSecret(env === undefined ? { file: file ?? '' } : { env }, process.cwd())
}

function shown(slug: string, { issuer, redirectUri, given }: OAuthClientOf): string {
  const lines = [
    ['issuer', issuer ?? 'not found: declare it in the manifest'],
    ['register', redirectUri ?? '-'],
    ['client', given === null ? `none given; with --id one is kept for ${slug}` : given.clientId],
    ...(given === null ? [] : [['proves itself by', given.method]]),
  ]
  return lines.map(([name = '', value = '']) => `${name.padEnd(18)}${printable(value)}\n`).join('')
}
