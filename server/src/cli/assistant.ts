import type { AssertionRuleOf, AssistantDetail, RegisteredAssistant } from '@handfast/contract'
import { Command } from 'commander'
import { openHouse } from './open-house.ts'
import { printable, processStreams, type Streams, table, tell, UsageError } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean }
type RegisterFlags = Flags & {
  readonly redirect: readonly string[]
  readonly secret?: boolean
  readonly clientId?: string
  readonly jwks?: string
  readonly native?: boolean
}

type UsersFlags = Flags & { readonly file?: string; readonly remove?: boolean }

const PATH = '/api/v1/assistant-registrations'

/** `handfast assistant …`: assistants that ask people for access. */
export function assistantCommand(streams: Streams = processStreams): Command {
  const command = new Command('assistant').description('assistants that ask people for access')
  const sub = (name: string) => withPlace(command.command(name)).option('--json', 'print JSON')

  sub('register')
    .description('register an assistant; each person still decides whether to let it in')
    .argument('<name>', 'what people see')
    .requiredOption('--redirect <address...>', 'where it takes answers; compared letter by letter, but for the port of a loopback address')
    .option('--secret', 'it keeps a secret: a service on a server; printed once, here')
    .option('--jwks <address>', 'it proves itself with keys that lie there (private_key_jwt)')
    .option('--client-id <id>', 'how it names itself; without it one is made')
    .option('--native', 'it is a program on a computer or a phone')
    .action(async (name: string, { redirect, secret = false, jwks, clientId, native = false, json = false, ...flags }: RegisterFlags) => {
      if (secret && jwks !== undefined) throw new UsageError('An assistant has a secret or keys, not both.')
      const body = {
        name,
        redirectUris: redirect,
        authMethod: secret ? 'client_secret_basic' : jwks === undefined ? 'none' : 'private_key_jwt',
        ...(jwks === undefined ? {} : { jwksUri: jwks }),
        ...(clientId === undefined ? {} : { clientId }),
        ...(native ? { applicationType: 'native' } : {}),
      }
      await using house = await openHouse(flags)
      const made = await house.ask<RegisteredAssistant>(PATH, { method: 'POST', body })
      const shown = made.clientSecret === null ? '' : `Client secret, shown once: ${made.clientSecret}\n`
      tell(streams, json, made, `${printable(made.assistant.name)} is registered.\nClient id: ${made.clientId}\n${shown}`)
    })

  sub('list')
    .description('list all assistants that are known here')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const items = await house.all<AssistantDetail>(PATH)
      const rows = items.map((one) => [
        one.id,
        one.name,
        one.kind,
        one.clientId,
        one.disabledAt === null ? 'on' : 'off',
        String(one.grants),
        one.lastUsedAt,
      ])
      tell(streams, json, { items }, table(['ID', 'NAME', 'KNOWN BY', 'CLIENT ID', 'STATE', 'GRANTS', 'LAST USED'], rows))
    })

  for (const [name, disabled, text] of [
    ['disable', true, 'switch an assistant off for everybody; its calls are refused from then on'],
    ['enable', false, 'let an assistant that was switched off in again'],
  ] as const)
    sub(name)
      .description(text)
      .argument('<id>', 'id of the assistant, as `assistant list` says')
      .action(async (id: string, { json = false, ...flags }: Flags) => {
        await using house = await openHouse(flags)
        await house.ask(`${PATH}/${encodeURIComponent(id)}`, { method: 'PATCH', body: { disabled } })
        tell(streams, json, { id, disabled }, `${printable(id)} is switched ${disabled ? 'off' : 'on'}\n`)
      })

  sub('delete')
    .description('delete an assistant and all access that people gave it')
    .argument('<id>', 'id of the assistant, as `assistant list` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`${PATH}/${encodeURIComponent(id)}`, { method: 'DELETE' })
      tell(streams, json, { id, deleted: true }, `${printable(id)} is deleted\n`)
    })

  sub('users')
    .description('say what an assistant may say about users of its own, or see it')
    .argument('<id>', 'id of the assistant, as `assistant list` says')
    .option('-f, --file <file>', 'what it may say, YAML: issuers, scopes, createUsers, ownUsersOnly')
    .option('--remove', 'it may vouch for nobody any more')
    .action(async (id: string, { file, remove = false, json = false, ...flags }: UsersFlags) => {
      if (remove && file !== undefined) throw new UsageError('Say either --file or --remove.')
      const body = file === undefined ? undefined : (await import('./platform-file.ts')).readRuleFile(file)
      await using house = await openHouse(flags)
      const path = `${PATH}/${encodeURIComponent(id)}/users` as const
      if (remove) {
        await house.ask(path, { method: 'DELETE' })
        return tell(streams, json, { id, removed: true }, `${printable(id)} vouches for nobody\n`)
      }
      const said = await house.ask<AssertionRuleOf>(path, body === undefined ? {} : { method: 'PUT', body })
      tell(streams, json, said, saidText(said))
    })

  sub('rotate-keys')
    .description('make new keys for identity tokens; those before stay published for two hours')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask('/api/v1/signing-keys', { method: 'POST', body: {} })
      tell(streams, json, { rotated: true }, 'New keys sign identity tokens from now on\n')
    })
  return command
}

function saidText({ rule }: AssertionRuleOf): string {
  if (rule === null) return 'It vouches for nobody.\n'
  const lines = [
    ...rule.issuers.map(({ issuer, kind, algorithms, jwksUri }) => [
      'issuer',
      `${issuer} (${kind}; ${algorithms.join(', ')}; ${jwksUri ?? 'keys given here'})`,
    ]),
    ['audience', rule.audience],
    ['sent to', rule.tokenEndpoint],
    ['at most', rule.scopes.join(' ')],
    ['new users', rule.createUsers ? 'get an account' : 'are turned away'],
    ['other people', rule.ownUsersOnly ? 'cannot use it' : 'can let it in too'],
  ]
  return lines.map(([name = '', value = '']) => `${name.padEnd(14)}${printable(value)}\n`).join('')
}
