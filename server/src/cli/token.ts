import type { AccessToken, CreatedToken } from '@handfast/contract'
import { Command } from 'commander'
import { openHouse } from './open-house.ts'
import { printable, processStreams, type Streams, table, tell, UsageError } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean; readonly user?: string }
type CreateFlags = Flags & { readonly assistant: string; readonly name: string; readonly days?: string }

const DAY_MS = 86_400_000

/** `handfast token …`: access tokens, with which assistants speak MCP here. */
export function tokenCommand(streams: Streams = processStreams): Command {
  const command = new Command('token').description('access tokens for assistants')
  const sub = (name: string) =>
    withPlace(command.command(name))
      .option('--user <email>', 'whose token it is; without it that of the first operator')
      .option('--json', 'print JSON')

  sub('create')
    .description('make an access token; it is printed once, here')
    .option('--assistant <name>', 'the assistant that will hold it', 'Assistant')
    .option('--name <name>', 'what it is for', 'made on the command line')
    .option('--days <number>', 'days until it ends; without it until it is revoked')
    .action(async ({ assistant, name, days, user, json = false, ...flags }: CreateFlags) => {
      const expiresAt = days === undefined ? {} : { expiresAt: inDays(days) }
      await using house = await openHouse(flags)
      const as = await whose(house, user)
      const { token, secret } = await house.ask<CreatedToken>('/api/v1/tokens', { method: 'POST', body: { name, assistant, ...expiresAt }, as })
      tell(streams, json, { ...token, token: secret }, `Access token for ${printable(token.assistant.name)}. It is shown once, here:\n${secret}\n`)
    })

  sub('list')
    .description('list the access tokens of a person, newest first')
    .action(async ({ user, json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const items = await house.all<AccessToken>('/api/v1/tokens', await whose(house, user))
      const rows = items.map((one) => [one.id, one.prefix, one.assistant.name, one.name, stateOf(one), one.lastUsedAt])
      tell(streams, json, { items }, table(['ID', 'BEGINS', 'ASSISTANT', 'NAME', 'STATE', 'LAST USED'], rows))
    })

  sub('revoke')
    .description('take an access token back; its assistant can do nothing from then on')
    .argument('<id>', 'id of the token, as `token list` says')
    .action(async (id: string, { user, json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/tokens/${encodeURIComponent(id)}`, { method: 'DELETE', as: await whose(house, user) })
      tell(streams, json, { id, revoked: true }, `${printable(id)} is revoked\n`)
    })
  return command
}

/** @throws UsageError */
function inDays(text: string): string {
  const days = Number(text)
  if (!(days > 0 && days <= 36_500)) throw new UsageError(`--days ${text} is not a number of days.`)
  return new Date(Date.now() + days * DAY_MS).toISOString()
}

function stateOf({ revokedAt, expiresAt }: AccessToken): string {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'ended' : 'good'
}

type OpenHouse = Awaited<ReturnType<typeof openHouse>>

function whose(house: OpenHouse, user: string | undefined): Promise<string> {
  return user === undefined ? house.operator() : house.user(user)
}
