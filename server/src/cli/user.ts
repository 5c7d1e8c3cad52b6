import { type Account, type IssuedLink, roles } from '@handfast/contract'
import { Command, Option } from 'commander'
import { printable, processStreams, type Streams, table, tell } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean; readonly as?: string }
type CreateFlags = Flags & { readonly name?: string; readonly role: readonly string[] }

/** `handfast user …`: accounts and their one-time links. */
export function userCommand(streams: Streams = processStreams): Command {
  const command = new Command('user').description('accounts and their one-time links')
  const sub = (name: string) => withPlace(command.command(name)).option('--json', 'print JSON')

  sub('create')
    .description('make an account, and a one-time link for its person; the first one becomes the operator')
    .argument('<email>', 'e-mail address')
    .option('--name <name>', 'name of the person; without it the part before the @')
    .addOption(new Option('--role <roles...>', 'roles beside user').choices([...roles]).default([]))
    .action(async (email: string, { name = email.split('@')[0] ?? email, role, json = false, ...flags }: CreateFlags) => {
      await using house = await openHouse(flags)
      if ((await house.about()).operator === null) {
        const { makeFirstOperator } = await import('./first-operator.ts')
        const { id, link } = await makeFirstOperator(house, { name, email })
        return tell(streams, json, { user: { id, email, name }, link }, linkText(email, link ?? ''))
      }
      const issued = await house.ask<IssuedLink>('/api/v1/users', { method: 'POST', body: { name, email, roles: role } })
      tell(streams, json, issued, linkText(issued.user.email, issued.link))
    })

  sub('list')
    .description('list the accounts')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const items = await house.all<Account>('/api/v1/users')
      const rows = items.map((one) => [one.email, one.name, one.state, one.roles.join(', '), one.id])
      tell(streams, json, { items }, table(['E-MAIL', 'NAME', 'STATE', 'ROLES', 'ID'], rows))
    })

  sub('link')
    .description('make a new one-time link for somebody who lost the first one or the password')
    .argument('<user>', 'e-mail address or id')
    .action(async (named: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const issued = await house.ask<IssuedLink>(`/api/v1/users/${await house.user(named)}/link`, { method: 'POST', body: {} })
      tell(streams, json, issued, linkText(issued.user.email, issued.link))
    })

  for (const [verb, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    sub(verb)
      .description(
        disabled ? 'disable an account: it is signed out everywhere, and its assistants can do nothing' : 'let a disabled account in again',
      )
      .argument('<user>', 'e-mail address or id')
      .action(async (named: string, { json = false, ...flags }: Flags) => {
        await using house = await openHouse(flags)
        const changed = await house.ask<Account>(`/api/v1/users/${await house.user(named)}`, { method: 'PATCH', body: { disabled } })
        tell(streams, json, changed, `${printable(changed.email)} is ${changed.state}\n`)
      })
  }
  return command
}

function linkText(email: string, link: string): string {
  return `One-time link for ${printable(email)}, to set a password and sign in. It is shown once, here:\n  ${link}\n`
}

async function openHouse(flags: PlaceFlags) {
  const { House } = await import('./house.ts')
  return await House.open(flags)
}
