import { type Account, type IssuedLink, roles, type SessionSummary } from '@handfast/contract'
import { Command, Option } from 'commander'
import { openHouse } from './open-house.ts'
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

  sub('sessions')
    .description('list the browsers in which somebody is signed in')
    .argument('<user>', 'e-mail address or id')
    .option('--end', 'sign them out everywhere')
    .action(async (named: string, { json = false, end = false, ...flags }: Flags & { readonly end?: boolean }) => {
      await using house = await openHouse(flags)
      const path = `/api/v1/users/${await house.user(named)}/sessions` as const
      const { items } = await house.ask<{ readonly items: readonly SessionSummary[] }>(path)
      if (end) {
        await house.ask(path, { method: 'DELETE' })
        return tell(streams, json, { ended: items.length }, `${items.length} sessions ended\n`)
      }
      const rows = items.map((one) => [one.agent, one.address ?? '', one.provider ?? one.method ?? '', one.startedAt, one.seenAt])
      tell(streams, json, { items }, table(['BROWSER', 'FROM', 'HOW', 'SINCE', 'LAST SEEN'], rows))
    })

  sub('reset-second-factor')
    .description('take passkeys, authenticator app and recovery codes off an account whose person lost them; it is signed out everywhere')
    .argument('<user>', 'e-mail address or id')
    .action(async (named: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const id = await house.user(named)
      await house.ask(`/api/v1/users/${id}/second-factor`, { method: 'DELETE' })
      tell(streams, json, { id }, `${printable(named)} signs in with the password alone until a second factor is set up again\n`)
    })

  sub('roles')
    .description('set the roles of an account; it is signed out everywhere')
    .argument('<user>', 'e-mail address or id')
    .addOption(new Option('--set <roles...>', 'roles beside user; `user` alone takes the others').choices([...roles]).makeOptionMandatory())
    .action(async (named: string, { json = false, set, ...flags }: Flags & { readonly set: readonly string[] }) => {
      await using house = await openHouse(flags)
      const changed = await house.ask<Account>(`/api/v1/users/${await house.user(named)}`, { method: 'PATCH', body: { roles: set } })
      tell(streams, json, changed, `${printable(changed.email)} is ${changed.roles.join(', ')}\n`)
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
